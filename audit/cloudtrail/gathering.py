"""What many log files tell together: each event once, whichever file it is in and in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from audit.cloudtrail.layout import days_between
from audit.cloudtrail.log_file import FoundEvent
from audit.model.event import EventCoverage, EventRoad


class Sought(NamedTuple):
    """The events that are asked for: those of one account and period. `until` is not included."""

    account_id: str
    since: datetime
    until: datetime

    def wanted(self, events: Iterable[FoundEvent]) -> Iterable[FoundEvent]:
        """Yield those that are sought; files of the period hold others too.

        A record that does not tell its account is of the one in whose log it is.
        """
        for found in events:
            event = found.event
            if event.account_id in ("", self.account_id) and self.since <= event.at < self.until:
                yield FoundEvent(msgspec.structs.replace(event, account_id=self.account_id), found.raw)


class Gathering:
    """The events of one account in a period, while its files come in."""

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self.files = 0
        """Read whole."""
        self.damaged: list[str] = []
        self.duplicates = 0
        self._events: dict[str, FoundEvent] = {}
        self._days: set[date] = set()

    def add(self, events: Iterable[FoundEvent]) -> None:
        """Take in events; one that is there already counts as a duplicate."""
        for found in self.sought.wanted(events):
            other = self._events.setdefault(found.event.event_id, found)
            if other is not found:
                self.duplicates += 1
                # Whichever came first: two that differ give the same answer in either order.
                self._events[found.event.event_id] = min(other, found, key=lambda each: each.raw)

    def see(self, day: date) -> None:
        """Note that there are files of `day`."""
        self._days.add(day)

    @property
    def events(self) -> tuple[FoundEvent, ...]:
        """By time and event id."""
        return tuple(sorted(self._events.values(), key=lambda found: (found.event.at, found.event.event_id)))

    @property
    def missing_days(self) -> tuple[date, ...]:
        """Days of the period with no file at all."""
        return tuple(day for day in days_between(self.sought.since, self.sought.until) if day not in self._days)

    def coverage(self, road: EventRoad, origin: str) -> EventCoverage:
        """How far the events reach, as far as the files tell: an event that is there was logged, no more."""
        logged = {found.event.read_only for found in self._events.values()}
        return EventCoverage(
            road=road,
            origin=origin,
            since=self.sought.since,
            until=self.sought.until,
            missing_days=self.missing_days,
            logs_writes=True if False in logged else None,
            logs_reads=True if True in logged else None,
            files=self.files,
            damaged_files=tuple(sorted(self.damaged)),
            duplicates=self.duplicates,
        )
