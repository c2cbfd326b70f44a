"""Pages of a list: a token names the place where the next page begins, and faults of paging are acted out here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from audit.demo.faults import Fault
from audit.demo.wire import Call

Row = TypeVar("Row")


class Page(msgspec.Struct, Generic[Row], frozen=True):
    """One page of a list."""

    rows: Sequence[Row]
    token: str | None
    """None on the last page."""


class BadTokenError(ValueError):
    """A token that this list did not give."""


def cut_page(rows: Sequence[Row], token: str | None, size: int, call: Call, fault: Fault | None = None) -> Page[Row]:
    """Return the page that `token` names. `rows` is the whole list, which must stay the same from page to page.

    Raises BadTokenError for a token of another list.
    """
    start = 0 if token is None else _read(token, call)
    if fault is Fault.EMPTY_PAGE:
        return Page((), _write(start, call))
    if fault is Fault.REPEATED_TOKEN:
        return Page(rows[start : start + size], token or _write(0, call))
    if fault is Fault.CYCLIC_TOKEN:
        return Page(rows[start : start + size], _write(0, call))
    end = start + size
    return Page(rows[start:end], _write(end, call) if end < len(rows) else None)


def _write(start: int, call: Call) -> str:
    """Two tokens are never alike, even where they name the same place: AWS's are opaque and differ."""
    return base64.urlsafe_b64encode(f"{call.name}/{start}/{call.number}".encode()).decode()


def _read(token: str, call: Call) -> int:
    try:
        name, start, _ = base64.urlsafe_b64decode(token.encode()).decode().split("/")
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise BadTokenError(token) from error
    if name != call.name:
        raise BadTokenError(token)
    return int(start)
