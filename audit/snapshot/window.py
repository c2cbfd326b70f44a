"""Reading the window under review from words: a quarter, or two ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from audit.model.error import InputError
from audit.model.snapshot import Window

_QUARTER = re.compile(r"(\d{4})-[Qq]([1-4])")
_LAST_YEAR = 9998


def parse_window(text: str) -> Window:
    """Read `2026-Q3`: July up to the end of September 2026, UTC. Raises InputError for anything else."""
    match = _QUARTER.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) <= _LAST_YEAR:
        raise InputError(
            f"`{text}` is no quarter; write it like 2026-Q3, or give the window's two ends as `--since` and `--until`"
        )
    year, quarter = int(match[1]), int(match[2])
    since = datetime(year, 3 * quarter - 2, 1, tzinfo=UTC)
    until = datetime(year + 1, 1, 1, tzinfo=UTC) if quarter == 4 else since.replace(month=3 * quarter + 1)
    return Window(since=since, until=until, label=f"{year:04d}-Q{quarter}")


def window_between(since: str, until: str) -> Window:
    """Read a window from its two ends: dates or ISO 8601 times, UTC where no zone is given; `until` is not included.

    Ends that are a quarter's get its label. Raises InputError where one is no time, or they are not in order.
    """
    first, last = _moment(since, "--since"), _moment(until, "--until")
    if first >= last:
        raise InputError(
            f"the window from `{since}` to `{until}` holds no time; "
            "`--until` is the first moment after the window, so it must be later than `--since`"
        )
    quarter = f"{first.year:04d}-Q{(first.month + 2) // 3}"
    whole = parse_window(quarter) if first.year <= _LAST_YEAR else None
    if whole is not None and (whole.since, whole.until) == (first, last):
        return whole
    return Window(since=first, until=last)


def _moment(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"`{text}` of `{option}` is no date or time; write it like 2026-07-01") from error
