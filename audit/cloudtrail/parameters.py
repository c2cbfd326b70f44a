"""What a call was about: worker, assignment, HIT and amount, from the parameters in its record.

The case of the names is not established for Mechanical Turk, and neither is what CloudTrail redacts: names are compared
without case, and a value that is withheld or has another form than the API's is not there. None of it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

_WITHHELD = re.compile(r"(?:hidden|redacted|sensitive)(?:[ _-]\w+)*|\*+", re.IGNORECASE)
"""What services write in place of a value: `HIDDEN_DUE_TO_SECURITY_REASONS`, `***`."""
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
"""US dollars as SendBonus takes them; an exponent, a sign or a currency is no amount."""
_DECODER = msgspec.json.Decoder(float_hook=str)
"""Numbers stay as they are written, since a float loses cents."""


class Parameters:
    """The parameters of a request, or the elements of a response."""

    def __init__(self, raw: msgspec.Raw) -> None:
        self._members = _members(raw)

    def text(self, name: str) -> str:
        """The text `name`, in whatever case; empty where it is not told."""
        return _text(self._members.get(name.lower()))

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts in the list `name`, without those that are not told."""
        value = self._members.get(name.lower())
        return tuple(filter(None, (_text(each) for each in value))) if isinstance(value, list) else ()

    def amount(self, name: str) -> Decimal | None:
        """The amount of money `name`; None where it is not told, or is none."""
        value = self._members.get(name.lower())
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        return Decimal(text) if _AMOUNT.fullmatch(text) else None

    def inner(self, name: str) -> Parameters:
        """The object `name`, such as the `HIT` in the answer to CreateHIT; an empty one where there is none."""
        inner = Parameters(msgspec.Raw(b"null"))
        inner._members = _lower(self._members.get(name.lower()))
        return inner


def _members(raw: msgspec.Raw) -> Mapping[str, Any]:
    try:
        return _lower(_DECODER.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _lower(value: Any) -> Mapping[str, Any]:
    return {name.lower(): each for name, each in value.items()} if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) and not _WITHHELD.fullmatch(value) else ""
