"""Lists and texts cut to a bounded length, where the reader is always told how much was cut and where the rest is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from audit.render.view_words import number

T = TypeVar("T")

_NOTE = 40
"""Room that the note on a cut takes: a text that is longer by no more than this is not cut."""

_NEAR = 16
"""Characters from a cut, within which it is moved to the next space."""


class Excerpt(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """The beginning of a list, and where the whole of it is."""

    shown: tuple[T, ...]
    total: int
    file: str
    """The file that holds all of it."""

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)

    @property
    def banner(self) -> str:
        """What stands under a list that was cut; empty where it is whole."""
        return f"{number(len(self.shown))} of {number(self.total)}, full list in {self.file}" if self.more else ""


def excerpt(items: Iterable[T], limit: int, file: str) -> Excerpt[T]:
    """Take the first `limit` items."""
    whole = tuple(items)
    return Excerpt(shown=whole[:limit], total=len(whole), file=file)


def clip(text: str, limit: int) -> str:
    """Cut the middle out of a text that is much longer than `limit`, and say how much it was."""
    if len(text) <= limit + _NOTE:
        return text
    end = limit // 4
    head, tail = text[: limit - end], text[-end:]
    # At the end of a word, where one is near.
    last, first = head.rfind(" "), tail.find(" ")
    head = head[:last] if last >= len(head) - _NEAR else head
    tail = tail[first + 1 :] if 0 <= first < _NEAR else tail
    return f"{head} […{number(len(text) - len(head) - len(tail))} characters not shown…] {tail}"
