"""What is missing from the events of an account, as gaps: the days without a log, and the damaged files by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from audit.model.event import EventCoverage
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import EVENTS


def event_gaps(account_id: str, coverage: EventCoverage) -> Iterator[Gap]:
    """Yield one for all missing days, and one for each damaged file."""
    if coverage.missing_days:
        days = "day" if len(coverage.missing_days) == 1 else "days"
        yield Gap(
            account_id=account_id,
            source=EVENTS.source,
            reason=GapReason.GONE,
            item=ranges(coverage.missing_days),
            detail=f"{coverage.origin} has no log for {len(coverage.missing_days)} {days} of the period, "
            "so what was done then is not known",
        )
    for file in coverage.damaged_files:
        yield Gap(
            account_id=account_id,
            source=EVENTS.source,
            reason=GapReason.UNREADABLE,
            item=file,
            detail="a log file that is damaged or could not be read: what stands before a cut is used, else nothing; "
            "copy it again from the trail's bucket",
        )


def ranges(days: Sequence[date]) -> str:
    """Write sorted days as `2026-08-03, 2026-08-10 to 2026-08-12`."""
    parts: list[list[date]] = []
    for day in days:
        if parts and parts[-1][-1] + timedelta(days=1) == day:
            parts[-1] = [parts[-1][0], day]
        else:
            parts.append([day])
    return ", ".join(" to ".join(day.isoformat() for day in part) for part in parts)
