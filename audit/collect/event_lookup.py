"""The event history: cloudtrail:LookupEvents, the newest first, 90 days back, at most two calls a second.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from audit.cloudtrail.event import EVENT_SOURCE, SANDBOX_EVENT_SOURCE, decode_event
from audit.cloudtrail.gathering import Gathering
from audit.cloudtrail.layout import days_between
from audit.cloudtrail.log_file import FoundEvent
from audit.collect.event_road import Found, Question
from audit.collect.interface import Answer, ApiCall, Failure, Run, missing
from audit.collect.listing import Listing
from audit.collect.paging import LOOKUP_EVENTS as PAGING
from audit.model.error import CollectError
from audit.model.event import EventRoad
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import EVENTS

LOOKUP_EVENTS = ApiCall(
    service="cloudtrail",
    operation="LookupEvents",
    permission="cloudtrail:LookupEvents",
    reason="who called Mechanical Turk in the last 90 days",
    how_often="twice, and once more for every 50 events",
    per_second=2.0,
)
CALLS = (LOOKUP_EVENTS,)

HISTORY = timedelta(days=90)
_SOURCES = (EVENT_SOURCE, SANDBOX_EVENT_SOURCE)
"""One call takes one attribute; whether the sandbox has a source of its own is not established."""


class _Row(msgspec.Struct, frozen=True):
    """What is kept of an event of the answer."""

    id: str
    record: str


def find(run: Run, question: Question) -> Found:
    """Follow the listing of each source to its end, or as far as it goes.

    Raises CollectError where the connection is lost in the middle: what is there is kept for the next start.
    """
    sought, now = question
    first = max(sought.since, now - HISTORY)
    gathering = Gathering(sought)
    listings = {source: _listing(run, source, first, sought.until) for source in _SOURCES if first < sought.until}
    reached = first
    gaps: list[Gap] = []
    for source, listing in listings.items():
        for rows in listing.pages():
            run.progress.advance(EVENTS.source, len(rows))
        if listing.api_calls and listing.failure is not None and listing.failure.unreachable:
            raise CollectError(
                f"the connection was lost after page {listing.api_calls} of {LOOKUP_EVENTS.source}: "
                f"{listing.failure.detail}; start the same command again and it goes on where it stopped"
            )
        events, unread = _events(listing)
        gathering.add(events)
        gaps += _unread(run, unread)
        if listing.failure is not None and source == EVENT_SOURCE:
            # The newest come first: what was not reached is older than the oldest that was.
            reached = min((each.event.at for each in events), default=sought.until)
            gaps += listing.gaps(EVENTS, run.account_id)
        elif listing.failure is not None:
            gaps.append(missing(EVENTS, run.account_id, listing.failure, "the sandbox's events, in part or all"))
    for day in days_between(sought.since, sought.until):
        if max(datetime(day.year, day.month, day.day, tzinfo=UTC), sought.since) >= reached:
            gathering.see(day)
    api_calls = sum(listing.api_calls for listing in listings.values())
    found = Found(road=EventRoad.LOOKUP, origin=LOOKUP_EVENTS.source, api_calls=api_calls, gaps=tuple(gaps))
    if listings and not listings[EVENT_SOURCE].api_calls:
        return found
    return msgspec.structs.replace(found, gathering=gathering)


def _listing(run: Run, source: str, since: datetime, until: datetime) -> Listing:
    return Listing(
        run.api,
        LOOKUP_EVENTS,
        PAGING,
        _complaint,
        rows_of=("Events",),
        transform=_transform,
        journal=run.journal(f"-{source}"),
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": source}],
        StartTime=since,
        EndTime=until,
    )


def _transform(answer: Answer) -> list[dict[str, Any]]:
    return [{"id": row["EventId"], "record": row["CloudTrailEvent"]} for row in answer["Events"]]


def _events(listing: Listing) -> tuple[list[FoundEvent], list[str]]:
    """The events that are there, and the ids of those whose record cannot be read."""
    events: list[FoundEvent] = []
    unread = []
    for rows in listing.values():
        for row in msgspec.convert(rows, list[_Row]):
            raw = row.record.encode("utf-8", "surrogatepass")
            try:
                event = decode_event(raw)
            except msgspec.DecodeError:
                unread.append(row.id)
            else:
                events += [FoundEvent(event, raw)] if event is not None else []
    return events, unread


def _unread(run: Run, ids: list[str]) -> Iterator[Gap]:
    for event_id in sorted(set(ids)):
        failure = Failure(reason=GapReason.FAILED, detail="its record is nothing that CloudTrail writes")
        yield missing(EVENTS, run.account_id, failure, f"event {event_id}")


def _complaint(answer: Answer) -> str | None:
    rows = answer.get("Events")
    if not isinstance(rows, list):
        return "a page without Events, as a damaged body looks"
    try:
        _ = [msgspec.convert(row, _Row) for row in _transform(answer)]
    except (msgspec.ValidationError, KeyError, TypeError):
        return "an event without its record"
    return None
