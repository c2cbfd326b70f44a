"""How the page's data is kept small: texts and records stored once, sets of rows as runs, privileges as masks."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", bound=Hashable)

PLAIN_LIMIT = 1_000_000
"""Characters of JSON that lie in the page as they are; longer data is deflated.

Plain, anybody can read it, and it has the same bytes wherever it is made. Two versions of zlib may deflate the same
data to different bytes.
"""


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


class DataBlock(msgspec.Struct, frozen=True):
    """The content of the page's data element, and the type that tells its script how to read it."""

    type: str
    text: str


def data_block(record: object) -> DataBlock:
    """JSON; from PLAIN_LIMIT characters on as base64 of a zlib stream, a third of its size.

    https://www.rfc-editor.org/rfc/rfc6713
    """
    text = script_json(record)
    if len(text) <= PLAIN_LIMIT:
        return DataBlock("application/json", text)
    return DataBlock("application/zlib", base64.b64encode(zlib.compress(text.encode())).decode())
