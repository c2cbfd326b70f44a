"""Pages of a list: a token names the place where the next page begins, and faults of paging are acted out here."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from audit.demo.faults import Fault
from audit.demo.wire import Call

Row = TypeVar("Row")
_OF_THE_PAGE = ("NextToken", "MaxResults", "Marker", "MaxItems", "continuation-token", "max-keys")


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
        # It goes on from the same place under a new name: the token of the call would be a cycle.
        return Page((), _write(call, start, call.number))
    end = start + size
    following = _write(call, end) if end < len(rows) else None
    if token is not None and fault is Fault.REPEATED_TOKEN:
        following = token
    if token is not None and fault is Fault.CYCLIC_TOKEN:
        following = _write(call, size)
    return Page(rows[start:end], following)


def _write(call: Call, start: int, distinction: int = 0) -> str:
    return base64.urlsafe_b64encode(f"{_listing(call)}/{start}/{distinction}".encode()).decode()


def _read(token: str, call: Call) -> int:
    try:
        listing, start, _ = base64.urlsafe_b64decode(token.encode()).decode().split("/")
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise BadTokenError(token) from error
    if listing != _listing(call):
        raise BadTokenError(token)
    return int(start)


def _listing(call: Call) -> str:
    """What a token belongs to: the operation and all that it was asked, but for the page."""
    asked = sorted((name, str(value)) for name, value in call.parameters.items() if name not in _OF_THE_PAGE)
    return hashlib.sha256(repr((call.name, asked)).encode()).hexdigest()[:20]
