"""How outputs for people write numbers, money, times and lists: plain English, UTC, the same in HTML and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from audit.evidence.coverage_row import with_capital
from audit.model.snapshot import Window

# Controls, halves of characters, bidirectional marks and invisible formatting characters: in a name they can make one
# text look like another, and some of them no XML may hold.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def visible(text: str) -> str:
    """Spell out characters that cannot be seen or that turn the writing direction, as `[U+202E]`.

    Tabs and line feeds stay; everything else that a reader can see stays as it is, in any script.
    """
    return _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def number(value: int) -> str:
    """`1,234`."""
    return f"{value:,}"


def count(value: int, singular: str, plural: str = "") -> str:
    """`1 role`, `1,234 roles`, `2 entries`."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def money(amount: Decimal) -> str:
    """US dollars to the cent, or to what the amount itself needs: `$1,234.50`."""
    if amount == amount.quantize(Decimal("0.01")):
        return f"${amount:,.2f}"
    return f"${amount.normalize():,f}"


def moment(value: datetime | None) -> str:
    """`2026-09-30 14:05 UTC`; empty for None."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if value else ""


def day(value: date) -> str:
    """`30 September 2026`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def period(window: Window) -> str:
    """`2026-Q3`, or the first and the last day that the window holds: `2026-07-01 to 2026-09-30`."""
    return window.label or span(window)


def span(window: Window) -> str:
    """The days of a window, or its moments where it does not begin and end with a day."""
    if all(_midnight(edge) for edge in (window.since, window.until)):
        last = window.until.astimezone(UTC) - timedelta(days=1)
        return f"{window.since.astimezone(UTC):%Y-%m-%d} to {last:%Y-%m-%d}"
    return f"{moment(window.since)} to {moment(window.until)}"


def listing(words: Sequence[str], limit: int = 0) -> str:
    """`a, b and c`; past `limit`, where one is given, `a, b and 7 more`."""
    shown = list(words)
    if limit and len(shown) > limit:
        shown = [*shown[:limit], f"{number(len(words) - limit)} more"]
    return shown[0] if len(shown) == 1 else " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def sentence(parts: Iterable[str]) -> str:
    """Join parts by `; `, begin with a capital and end with a full stop."""
    text = "; ".join(part for part in parts if part).rstrip()
    ending = "" if text.endswith((".", "?", "!")) else "."
    return f"{with_capital(text)}{ending}" if text else ""


def _midnight(value: datetime) -> bool:
    moment_utc = value.astimezone(UTC)
    return (moment_utc.hour, moment_utc.minute, moment_utc.second, moment_utc.microsecond) == (0, 0, 0, 0)
