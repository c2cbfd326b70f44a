"""Days, UTC, as evidence without logs names them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

_DAY = timedelta(days=1)
_RUNS = 3
"""So many runs of days are named; how many more days there are is said."""


def days_between(since: datetime, until: datetime) -> Iterator[date]:
    """Every day that a period touches; `until` is not included."""
    day = since.date()
    while day <= until.date() and datetime.combine(day, datetime.min.time(), tzinfo=since.tzinfo) < until:
        yield day
        day += _DAY


def day_words(days: Collection[date]) -> str:
    """`2026-07-14`, `2026-07-14 to 2026-07-16, 2026-08-01`; of many, the first ones and how many more."""
    runs = _runs(days)
    shown = [f"{first}" if first == last else f"{first} to {last}" for first, last in runs[:_RUNS]]
    rest = sum((last - first).days + 1 for first, last in runs[_RUNS:])
    return ", ".join(shown) + (f" and {rest} more {'day' if rest == 1 else 'days'}" if rest else "")


def _runs(days: Collection[date]) -> list[tuple[date, date]]:
    """First and last day of every run of days without a break."""
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][1] == _DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
