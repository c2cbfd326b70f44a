"""What a snapshot holds from CloudTrail and Access Advisor, decoded into records.

A line of events.jsonl is a record as CloudTrail gives it; one of service-last-accessed.jsonl has AWS's member names and
the ARN of the principal that was asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from audit.cloudtrail.event import decode_event
from audit.model.event import EventCoverage, TrailEvent
from audit.model.last_access import ServiceLastAccess
from audit.snapshot.rows import in_utc


class LastAccessRow(msgspec.Struct, frozen=True, gc=False):
    """A line of service-last-accessed.jsonl, as far as it is read."""

    principal_arn: str = msgspec.field(name="Arn")
    service: str | None = msgspec.field(name="ServiceNamespace", default=None)
    """None: the principal's policies allow nothing of the service, so that Access Advisor does not list it."""
    last_attempt_at: datetime | None = msgspec.field(name="LastAuthenticated", default=None)
    region: str = msgspec.field(name="LastAuthenticatedRegion", default="")


def decode_events(raw: bytes) -> tuple[TrailEvent, ...]:
    """Decode events.jsonl, by time and event id, each once.

    Raises msgspec.DecodeError where a line is no record of Mechanical Turk.
    """
    events: dict[str, TrailEvent] = {}
    for line in raw.splitlines():
        event = decode_event(line)
        if event is None:
            raise msgspec.ValidationError("a record of another service than Mechanical Turk")
        events[event.event_id] = event
    return in_order(events.values())


def in_order(events: Iterable[TrailEvent]) -> tuple[TrailEvent, ...]:
    """The order in which a snapshot has them."""
    return tuple(sorted(events, key=lambda event: (event.at, event.event_id)))


def decode_event_coverage(raw: bytes) -> EventCoverage:
    """Decode coverage.json. Raises msgspec.DecodeError where it is something else."""
    return msgspec.json.decode(raw, type=EventCoverage)


def decode_last_accesses(raw: bytes) -> tuple[ServiceLastAccess, ...]:
    """Decode service-last-accessed.jsonl. Raises msgspec.DecodeError where a line is something else."""
    rows = msgspec.json.Decoder(LastAccessRow).decode_lines(raw)
    return tuple(
        ServiceLastAccess(
            principal_arn=row.principal_arn,
            service=row.service,
            last_attempt_at=None if row.last_attempt_at is None else in_utc(row.last_attempt_at),
            region=row.region,
        )
        for row in rows
        if row.service is not None
    )
