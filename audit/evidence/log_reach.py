"""How far the CloudTrail logs of one account reach: what the absence of an event means depends on it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from audit.evidence.days import days_between
from audit.model.event import EventCoverage, EventRoad, TrailEvent
from audit.model.privilege import AccessLevel, ServiceProfile
from audit.model.reconciliation import Explanation

SOURCES = {
    EventRoad.LOG_FILES: "CloudTrail log files",
    EventRoad.LOOKUP: "CloudTrail LookupEvents",
    EventRoad.ATHENA: "CloudTrail through Athena",
}
"""How outputs name where a use was seen."""

_READS = (AccessLevel.LIST, AccessLevel.READ)
_DATED = re.compile(r"(?:^|/)(\d{4})/(\d{2})/(\d{2})/")


class LogReach(msgspec.Struct, frozen=True, kw_only=True):
    """The logs of one account."""

    since: datetime
    until: datetime
    """Not included."""
    missing: frozenset[date]
    """Days for which no log is there, or not all of it."""
    undated: int
    """Damaged files whose day their path does not tell: they may be of any day."""
    logged: Mapping[bool, bool | None]
    """Whether calls that only read (True), and calls that change something (False), are logged; None: not known."""
    reading: frozenset[str]
    """The actions that only read."""
    source: str

    def logs(self, action: str) -> bool | None:
        """Whether the logs would hold a call of this action; None: not known."""
        return self.logged[action in self.reading]

    def missing_days(self, since: datetime, until: datetime) -> tuple[date, ...]:
        """The days of a period that the logs do not hold, or not whole."""
        return tuple(
            day
            for day in days_between(since, until)
            if day in self.missing or not self._holds(max(since, _start(day)), min(until, _start(day, 1)))
        )

    def absence(self, moment: datetime, action: str, tolerance: timedelta) -> Explanation:
        """Why the logs hold no event of a call of that moment, as far as is known."""
        first, last = moment - tolerance, moment + tolerance
        if not self._holds(first, last):
            return Explanation.OUTSIDE_LOGS
        gap = self.logs(action) is False or self.undated
        if gap or any(day in self.missing for day in (first.date(), moment.date(), last.date())):
            return Explanation.LOG_GAP
        return Explanation.UNEXPLAINED

    def _holds(self, since: datetime, until: datetime) -> bool:
        return self.since <= since and until <= self.until


def log_reach(coverage: EventCoverage, events: Iterable[TrailEvent], profile: ServiceProfile) -> LogReach:
    """Read the coverage. What it leaves open of the kinds of calls, an event of the kind answers with yes."""
    reading = frozenset(each.action for each in profile.privileges if each.access_level in _READS)
    seen = {event.action in reading for event in events}
    dated = [day_of_file(path) for path in coverage.damaged_files]
    return LogReach(
        since=coverage.since,
        until=coverage.until,
        missing=frozenset(coverage.missing_days) | {day for day in dated if day},
        undated=dated.count(None),
        logged={
            reads: flag if flag is not None or reads not in seen else True
            for reads, flag in ((True, coverage.logs_reads), (False, coverage.logs_writes))
        },
        reading=reading,
        source=SOURCES[coverage.road],
    )


def day_of_file(path: str) -> date | None:
    """The day of a log file, by the folders that CloudTrail puts it in: `…/2026/07/14/….json.gz`."""
    match = _DATED.search(path)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _start(day: date, later: int = 0) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(days=later)
