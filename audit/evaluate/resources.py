"""Which actions a Resource pattern can be about, and which it is about wholly.

For an action with resource types the audit's question is «on some resource»: a grant on one bucket is a grant of
s3:GetObject, and a Deny takes it away only where it covers what was granted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from audit.evaluate.resource_shapes import Shapes
from audit.policy.wildcard import (
    ARN_SEGMENTS,
    Tokens,
    Wild,
    compile_tokens,
    is_everything,
    matches,
    tokenize,
    tokenize_arn,
)


class ResourceIndex:
    """ARN formats of a catalog's resource types, with the actions that each bears on."""

    def __init__(self, formats: Iterable[tuple[str, Sequence[int]]]) -> None:
        """`formats`: ARN patterns, each once, and the bits of the actions that can be limited to resources of it."""
        self._by_service: dict[str, dict[str, int]] = {}
        self._forms: dict[int, list[str]] = {}
        """The forms of each action, by its bit."""
        for form, positions in formats:
            for position in positions:
                self._forms.setdefault(position, []).append(form)
            segments = form.split(":", ARN_SEGMENTS - 1)
            if len(segments) == ARN_SEGMENTS:
                self._by_service.setdefault(segments[2], {})[form] = mask_of(positions)
        self.actions = mask_of(self._forms)
        """Those that can be limited to resources of any of the forms."""
        # The formats of a service without a name of its own belong to every service.
        self._everywhere = self._by_service.pop("*", {})
        self._shapes: dict[str, Shapes] = {}
        self._touching: dict[str, int] = {}
        self._covering: dict[str, int] = {}

    def touching(self, pattern: str) -> int:
        """The actions for which some resource matches the pattern. `*` is not asked here."""
        shape = self._shape(pattern)
        found = self._touching.get(shape)
        if found is None:
            tokens = tokenize((shape,))
            found = 0
            for form, mask in self._candidates(shape):
                if mask & ~found and overlap(tokens, tokenize((form,))):
                    found |= mask
            self._touching[shape] = found
        return found

    def usual(self, mask: int) -> tuple[Callable[[str], object], ...]:
        """Tests of patterns that bear on all actions of `mask`, as most do; empty: nothing is that simple.

        A pattern matches itself, so one that as a text has the form of a resource bears on that resource's actions. It
        is a quick yes, which `touching` would say too; a pattern that does not match must be asked there.
        """
        if not 0 < mask.bit_count() <= _MAX_USUAL:
            return ()
        forms: set[tuple[str, ...]] = set()
        while mask:
            lowest = mask & -mask
            mask ^= lowest
            forms.add(tuple(self._forms[lowest.bit_length() - 1]))
        # Stars that cross no colon make a quick yes quicker.
        return tuple(
            compile_tokens(tokenize_arn((form,)) or tokenize((form,))).fullmatch
            for form in sorted(set().union(*forms))
            if all(any(_has_form(form, other) for other in own) for own in forms)
        )

    def covering(self, pattern: str) -> int:
        """The actions of which every resource matches the pattern."""
        # A name that no format spells covers nothing but itself, so here too only the shape counts.
        shape = self._shape(pattern)
        found = self._covering.get(shape)
        if found is None:
            covered = uncovered = 0
            for form, mask in self._candidates(shape):
                if covers(shape, form):
                    covered |= mask
                else:
                    uncovered |= mask
            found = self._covering[shape] = covered & ~uncovered
        return found

    def _candidates(self, pattern: str) -> list[tuple[str, int]]:
        """The formats whose service the pattern can name."""
        segments = pattern.split(":", ARN_SEGMENTS - 1)
        if len(segments) == ARN_SEGMENTS and "*" not in segments[2] and "?" not in segments[2]:
            return [*self._by_service.get(segments[2], {}).items(), *self._everywhere.items()]
        return [pair for forms in (*self._by_service.values(), self._everywhere) for pair in forms.items()]

    def _shape(self, pattern: str) -> str:
        """The pattern with names that no format spells replaced, so that one bucket is asked about as another."""
        parts = pattern.split(":", 3)
        service = parts[2] if len(parts) > 3 else ""
        shapes = self._shapes.get(service)
        if shapes is None:
            forms = self._by_service.get(service)
            if forms is None:
                return pattern
            shapes = self._shapes[service] = Shapes(forms)
        return shapes.of(pattern)


def mask_of(positions: Collection[int]) -> int:
    """The mask of the bits at these positions."""
    lowest = min(positions, default=0)
    mask = 0
    for position in positions:
        mask |= 1 << (position - lowest)
    return mask << lowest


_MAX_USUAL = 64
"""Actions of a list that a form in common is looked for; longer lists name whole services."""


@lru_cache(maxsize=65_536)
def _has_form(form: str, other: str) -> bool:
    return covers(other, form)


def covers(pattern: str, other: str) -> bool:
    """Whether every text that matches `other` matches `pattern`.

    It may say no of a pattern that does; it never says yes of one that does not.
    """
    star = pattern.find("*")
    if star < 0 or not other.startswith(pattern[:star]):
        # Most pairs are told apart here, with no expression made for a name that is seen once.
        return pattern == other
    # A wildcard of `other` stands as a character of its own, which only a wildcard of `pattern` can match.
    return is_everything(pattern) or ("?" not in pattern and matches(pattern, other)) or pattern == other


def overlap(left: Tokens, right: Tokens) -> bool:
    """Whether some text matches both patterns."""
    reached = {(0, 0)}
    stack = [(0, 0)]
    while stack:
        at, to = stack.pop()
        if at == len(left) and to == len(right):
            return True
        for following in _moves(left, right, at, to):
            if following not in reached:
                reached.add(following)
                stack.append(following)
    return False


def _moves(left: Tokens, right: Tokens, at: int, to: int) -> list[tuple[int, int]]:
    """Where both patterns can be after one step: a star stands for nothing, or takes what the other has next."""
    moves: list[tuple[int, int]] = []
    here = left[at] if at < len(left) else None
    there = right[to] if to < len(right) else None
    if here is Wild.STAR:
        moves.append((at + 1, to))
        if there is not None:
            moves.append((at, to + 1))
    if there is Wild.STAR:
        moves.append((at, to + 1))
        if here is not None:
            moves.append((at + 1, to))
    stars = here is Wild.STAR or there is Wild.STAR
    if here is not None and there is not None and not stars and (Wild.ANY in (here, there) or here == there):
        moves.append((at + 1, to + 1))
    return moves


def takes_away(resources: tuple[str, ...], denied: tuple[str, ...], *, denied_negated: bool) -> bool:
    """Whether a Deny on `denied` (all but it, where negated) covers every one of the resources that were granted.

    Like `covers` it may say no where the answer is yes, so that what is left is an upper bound.
    """
    if denied_negated:
        return not any(overlap(tokenize((own,)), tokenize((other,))) for own in resources for other in denied)
    return all(any(covers(pattern, own) for pattern in denied) for own in resources)
