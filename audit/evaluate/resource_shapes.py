"""The shape of a Resource pattern: what is left of it where names that no ARN format spells are hidden.

A format is made of words that stand between `/` and `:`. A name that is none of them meets the format's variables
only, so that one bucket is asked about as another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from audit.policy.wildcard import ARN_SEGMENTS

_NAME = r"A-Za-z0-9_.=@+,\-"
"""The characters of a name, as a class of a regular expression."""
_RUN = re.compile(f"[{_NAME}]+")
_BESIDE = re.compile(f"(?<=[*?])[{_NAME}]+|[{_NAME}]+(?=[*?])")
_PIECE = re.compile(f"[{_NAME}*?]+|[^{_NAME}*?]+")
_PLACEHOLDER = "x"
_DIGITS = re.compile("[0-9]+")
_SOME_ACCOUNT = "000000000000"
_OFTEN = 100
"""Times that a shape is met before an expression is made for it, which takes as long as working it out so often."""
_MAX_OFTEN = 12


class Shapes:
    """The shapes of the patterns of one service."""

    def __init__(self, forms: Iterable[str]) -> None:
        segments = [form.split(":", ARN_SEGMENTS - 1) for form in forms]
        runs = [run for each in segments for part in (each[3], each[5]) for run in _RUN.finditer(part)]
        self._words = frozenset(run[0] for run in runs)
        words = "|".join(sorted(map(re.escape, self._words)))
        # `o-*`: part of a name of the pattern could be the word.
        partial = "|".join(sorted({re.escape(run[0]) for run in runs if _beside_wildcard(run)}))
        spelled = rf"(?!(?:{words})(?![{_NAME}]))" if words else ""
        held = rf"(?![{_NAME}]*(?:{partial}))" if partial else ""
        self._name = rf"{spelled}{held}[{_NAME}]+"
        """What a name looks like that can be hidden, where nothing of a name and no wildcard is beside it."""
        self._alone = re.compile(rf"(?<![{_NAME}*?]){self._name}(?![{_NAME}*?])")
        self._met: dict[str, int] = {}
        self._often: list[tuple[Callable[[str], object], str]] = []
        """Expressions of patterns, with their shape."""

    def of(self, pattern: str) -> str:
        """The shape of an ARN pattern of this service."""
        for matches, shape in self._often:
            if matches(pattern):
                return shape
        segments = pattern.split(":", ARN_SEGMENTS - 1)
        if len(segments) != ARN_SEGMENTS:
            return pattern
        service, region, account, resource = segments[2:]
        shape = ":".join((*segments[:2], service, self._hidden(region), _account(account), self._hidden(resource)))
        met = self._met[shape] = self._met.get(shape, 0) + 1
        if met == _OFTEN and len(self._often) < _MAX_OFTEN:
            self._remember(segments, shape)
        return shape

    def _hidden(self, segment: str) -> str:
        """The segment with a placeholder for each name that no format can spell."""
        hidden = self._alone.sub(_PLACEHOLDER, segment)
        return _BESIDE.sub(self._unless_spelled, hidden) if "*" in hidden or "?" in hidden else hidden

    def _unless_spelled(self, run: re.Match[str]) -> str:
        """Beside a wildcard a name stays where with it it could become one of the words."""
        name = run[0]
        return name if any(name in word or word in name for word in self._words) else _PLACEHOLDER

    def _remember(self, segments: list[str], shape: str) -> None:
        """Make an expression of the patterns that have this shape by the same reasons as this one has."""
        region, resource = self._expression(segments[3]), self._expression(segments[5])
        if region is not None and resource is not None:
            account = _DIGITS.pattern if _DIGITS.fullmatch(segments[4]) else re.escape(segments[4])
            parts = (*map(re.escape, segments[:3]), region, account, resource)
            self._often.append((re.compile(":".join(parts)).fullmatch, shape))

    def _expression(self, segment: str) -> str | None:
        """None where a name beside a wildcard was hidden, which no expression can tell in short."""
        pieces: list[str] = []
        for piece in _PIECE.findall(segment):
            if self._alone.fullmatch(piece):
                pieces.append(self._name)
            elif _BESIDE.sub(self._unless_spelled, piece) == piece:
                pieces.append(re.escape(piece))
            else:
                return None
        return "".join(pieces)


def _account(segment: str) -> str:
    return _SOME_ACCOUNT if _DIGITS.fullmatch(segment) else segment


def _beside_wildcard(run: re.Match[str]) -> bool:
    around = run.string[max(run.start() - 1, 0) : run.start()] + run.string[run.end() : run.end() + 1]
    return "*" in around or "?" in around
