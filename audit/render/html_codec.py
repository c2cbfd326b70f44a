"""How the page's data is kept small: texts and records stored once, sets of rows as runs, privileges as masks."""

from __future__ import annotations

import base64
import struct
import zlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from itertools import count
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", bound=Hashable)

PLAIN_LIMIT = 1_000_000
"""Bytes of JSON that lie in the page as they are; longer data is deflated.

Plain, anybody can read it, and it has the same bytes wherever it is made. Two versions of zlib may deflate the same
data to different bytes.
"""
_LEVEL = 5
"""Of zlib's nine: one more takes half as long again, for a fiftieth of the size."""
_TOO_LATE = 2**32
"""The first second that 32 bits do not hold, in the year 2106."""


class Interner(Generic[T]):
    """Gives every distinct value its place in a list, the first one 0."""

    def __init__(self) -> None:
        # A page of ten thousand principals asks a quarter of a million times: no step of it is Python's.
        self._places = defaultdict[T, int](count().__next__)
        self.place: Callable[[T], int] = self._places.__getitem__
        """Where a value stands; it is added if it is new."""

    def find(self, value: T) -> int | None:
        """Where `value` stands; None where it is new."""
        return self._places.get(value)

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
    numbers = [0 if value is None else int(value.timestamp()) for value in values]
    if numbers and (min(numbers) < 0 or max(numbers) >= _TOO_LATE):
        numbers = [min(max(number, 0), _TOO_LATE - 1) for number in numbers]
    return base64.b64encode(struct.pack(f"<{len(numbers)}I", *numbers)).decode()


def script_json(record: object) -> str:
    """JSON that may stand inside a `<script>` element: nothing in it can end the element or open a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    return _script_bytes(record).decode()


def _script_bytes(record: object) -> bytes:
    text = msgspec.json.encode(record)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign.encode(), b"\\u%04x" % ord(sign))
    return text


class DataBlock(msgspec.Struct, frozen=True):
    """The content of the page's data element, and the type that tells its script how to read it."""

    type: str
    text: str


def data_block(record: object) -> DataBlock:
    """JSON; from PLAIN_LIMIT bytes on as base64 of a zlib stream, a third of its size.

    https://www.rfc-editor.org/rfc/rfc6713
    """
    text = _script_bytes(record)
    if len(text) <= PLAIN_LIMIT:
        return DataBlock("application/json", text.decode())
    return DataBlock("application/zlib", base64.b64encode(zlib.compress(text, _LEVEL)).decode())
