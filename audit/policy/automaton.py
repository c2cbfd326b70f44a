"""Which of several patterns one text can satisfy together: every combination there is, each with a shortest example.

The patterns run side by side as one automaton. Its reachable sets of accepting patterns are exactly the classes into
which they part all texts: two texts of one class cannot be told apart by any condition that uses these patterns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from audit.policy.wildcard import Tokens, Wild

MAX_STATES = 6_000
"""Beyond it the classes are not worked out, and the verdict says that it was not decided."""

_FRESH = "x-0_~§¤¶"
"""Characters to stand for `something that no pattern mentions`; the first that none does is taken."""


class TextPattern(msgspec.Struct, frozen=True):
    """One pattern to run; without case where the operator says so."""

    tokens: Tokens
    ignore_case: bool = False


State = tuple[frozenset[int], ...]


@lru_cache(maxsize=8_192)
def text_classes(patterns: tuple[TextPattern, ...]) -> tuple[str, ...] | None:
    """One text of every class, a shortest one; None where there are too many states to tell.

    The empty text is left out unless a pattern spells it: no condition key holds it otherwise.
    """
    alphabet = _alphabet(patterns)
    start: State = tuple(_closure(frozenset({0}), pattern.tokens) for pattern in patterns)
    seen: set[State] = {start}
    found: dict[tuple[bool, ...], str] = {}
    if any(not pattern.tokens for pattern in patterns):
        found[_accepting(start, patterns)] = ""
    queue: deque[tuple[State, str]] = deque([(start, "")])
    while queue:
        state, text = queue.popleft()
        for character, following in _steps(state, patterns, alphabet):
            if text == "" or following not in seen:
                # From the start even a state that is seen again counts: `*` leads back to where it began.
                found.setdefault(_accepting(following, patterns), character if text == "" else text + character)
            if following not in seen:
                seen.add(following)
                if len(seen) > MAX_STATES:
                    return None
                queue.append((following, text + character))
    return tuple(found.values())


def _steps(state: State, patterns: tuple[TextPattern, ...], alphabet: str) -> Iterator[tuple[str, State]]:
    for character in alphabet:
        yield (
            character,
            tuple(_advance(positions, pattern, character) for positions, pattern in zip(state, patterns, strict=True)),
        )


def _advance(positions: frozenset[int], pattern: TextPattern, character: str) -> frozenset[int]:
    after: set[int] = set()
    for position in positions:
        if position == len(pattern.tokens):
            continue
        token = pattern.tokens[position]
        if isinstance(token, str):
            takes = _same(token, character, pattern.ignore_case)
        else:
            takes = character != ":" or token in (Wild.STAR, Wild.ANY)
        if takes:
            after.add(position if token in (Wild.STAR, Wild.STAR_IN_SEGMENT) else position + 1)
    return _closure(frozenset(after), pattern.tokens)


def _same(token: str, character: str, ignore_case: bool) -> bool:
    return token == character or (ignore_case and token.casefold() == character.casefold())


def _closure(positions: frozenset[int], tokens: Tokens) -> frozenset[int]:
    """A star may stand for nothing: the positions behind it are reached without a character."""
    reached = set(positions)
    for position in sorted(positions):
        following = position
        while following < len(tokens) and tokens[following] in (Wild.STAR, Wild.STAR_IN_SEGMENT):
            following += 1
            reached.add(following)
    return frozenset(reached)


def _accepting(state: State, patterns: tuple[TextPattern, ...]) -> tuple[bool, ...]:
    return tuple(len(pattern.tokens) in positions for positions, pattern in zip(state, patterns, strict=True))


def _alphabet(patterns: tuple[TextPattern, ...]) -> str:
    mentioned = {token for pattern in patterns for token in pattern.tokens if isinstance(token, str)}
    cased = {
        variant
        for pattern in patterns
        if pattern.ignore_case
        for token in pattern.tokens
        if isinstance(token, str)
        for variant in (token.lower(), token.upper(), token.swapcase())
        if len(variant) == 1
    }
    colon = (
        {":"} if any(Wild.STAR_IN_SEGMENT in p.tokens or Wild.ANY_IN_SEGMENT in p.tokens for p in patterns) else set()
    )
    fresh = next((character for character in _FRESH if character not in mentioned | cased), "\x01")
    return fresh + "".join(sorted(mentioned | cased | colon))
