"""How the page's data is kept small: texts and records stored once, sets of rows as runs, privileges as masks."""

from __future__ import annotations

import base64
import struct
from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", bound=Hashable)


class Interner(Generic[T]):
    """Gives every distinct value its place in a list, the first one 0."""

    def __init__(self) -> None:
        self._places: dict[T, int] = {}

    def place(self, value: T) -> int:
        """Where `value` stands; it is added if it is new."""
        return self._places.setdefault(value, len(self._places))

    def __contains__(self, value: T) -> bool:
        return value in self._places

    def values(self) -> list[T]:
        """Every value, in the order of its place."""
        return list(self._places)


class Budget:
    """A number of characters that long texts may take; what does not fit is counted, never cut."""

    def __init__(self, characters: int) -> None:
        self._left = characters
        self.refused = 0

    def admits(self, text: str) -> bool:
        """Whether the whole text still fits; it is then taken off."""
        if len(text) > self._left:
            self.refused += 1
            return False
        self._left -= len(text)
        return True


def runs(places: Iterable[int]) -> list[int]:
    """Write a set of places as skip, take, skip, take …: {3, 4, 5, 9} is 3, 3, 3, 1."""
    found: list[int] = []
    end = 0
    for place in sorted(set(places)):
        if found and place == end:
            found[-1] += 1
        else:
            found += [place - end, 1]
        end = place + 1
    return found


def seconds(value: datetime | None) -> int | None:
    """A moment as whole seconds since 1970, UTC."""
    return None if value is None else int(value.timestamp())


def packed_seconds(values: Iterable[datetime | None]) -> str:
    """Moments as base64 of unsigned 32-bit seconds since 1970, the lowest byte first; 0 for None."""
    numbers = [min(max(seconds(value) or 0, 0), 2**32 - 1) for value in values]
    return base64.b64encode(struct.pack(f"<{len(numbers)}I", *numbers)).decode()


def script_json(record: object) -> str:
    """JSON that may stand inside a `<script>` element: nothing in it can end the element or open a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = msgspec.json.encode(record).decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
