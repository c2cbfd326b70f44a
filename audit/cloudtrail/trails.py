"""The trails of an account: which of Mechanical Turk's calls they were set up to log, and when they did not log.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from audit.cloudtrail.event import EVENT_SOURCE
from audit.cloudtrail.layout import REGION


class EventSelector(msgspec.Struct, frozen=True, rename="pascal"):
    """A selector of the basic kind: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html"""

    read_write_type: str = "All"
    include_management_events: bool = True
    exclude_management_event_sources: tuple[str, ...] = ()


class FieldSelector(msgspec.Struct, frozen=True, rename="pascal"):
    """One condition of an advanced selector."""

    field: str
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()


class AdvancedEventSelector(msgspec.Struct, frozen=True, rename="pascal"):
    """Conditions that an event must meet, all of them."""

    field_selectors: tuple[FieldSelector, ...] = ()


class Status(msgspec.Struct, frozen=True, rename="pascal"):
    """Whether a trail logs."""

    is_logging: bool
    start_logging_time: datetime | None = None
    """The last one."""
    stop_logging_time: datetime | None = None
    latest_delivery_error: str = ""


class Trail(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One trail as a snapshot has it. None: it was not to be had."""

    trail_arn: str = msgspec.field(name="TrailARN")
    bucket: str = msgspec.field(name="S3BucketName", default="")
    prefix: str = msgspec.field(name="S3KeyPrefix", default="")
    home_region: str = ""
    is_multi_region_trail: bool = False
    is_organization_trail: bool = False
    event_selectors: tuple[EventSelector, ...] | None = None
    advanced_event_selectors: tuple[AdvancedEventSelector, ...] | None = None
    status: Status | None = None

    @property
    def reaches(self) -> bool:
        """Whether it takes in the region of Mechanical Turk at all."""
        return self.is_multi_region_trail or self.home_region == REGION

    def logs(self, *, reads: bool) -> bool | None:
        """Whether its selectors take calls of Mechanical Turk that read, or those that change something."""
        if not self.reaches:
            return False
        if self.event_selectors is None and self.advanced_event_selectors is None:
            return None
        answers: list[bool | None] = [_basic(selector, reads=reads) for selector in self.event_selectors or ()]
        answers += [_advanced(selector, reads=reads) for selector in self.advanced_event_selectors or ()]
        return True if True in answers else None if None in answers else False

    def silent(self, since: datetime, until: datetime) -> tuple[datetime, datetime] | None:
        """The part of the period in which it is known not to have logged, as far as the last stop tells."""
        stopped = None if self.status is None else self.status.stop_logging_time
        if self.status is None or stopped is None:
            return None
        started = self.status.start_logging_time
        end = until if not self.status.is_logging or started is None else _utc(started)
        begin = max(_utc(stopped), since)
        return (begin, min(end, until)) if begin < min(end, until) else None


class Trails(msgspec.Struct, frozen=True):
    """trails.json."""

    trails: tuple[Trail, ...] = msgspec.field(name="trailList")


def decode_trails(raw: bytes) -> tuple[Trail, ...]:
    """Decode trails.json. Raises msgspec.DecodeError where it is something else."""
    return msgspec.json.decode(raw, type=Trails).trails


def logged_by_all(trails: Iterable[Trail], *, reads: bool) -> bool | None:
    """What can be said of log files of which it is not told by which of the trails they were written."""
    answers = {trail.logs(reads=reads) for trail in trails}
    return answers.pop() if len(answers) == 1 else None


def _basic(selector: EventSelector, *, reads: bool) -> bool:
    if not selector.include_management_events or EVENT_SOURCE in selector.exclude_management_event_sources:
        return False
    return selector.read_write_type in ("All", "ReadOnly" if reads else "WriteOnly")


def _advanced(selector: AdvancedEventSelector, *, reads: bool) -> bool | None:
    """None where it depends on something else of the event than its kind and source."""
    known = {"eventCategory": "Management", "readOnly": "true" if reads else "false", "eventSource": EVENT_SOURCE}
    answers = [
        None if condition.field not in known else _meets(condition, known[condition.field])
        for condition in selector.field_selectors
    ]
    return False if False in answers else None if None in answers else True


def _meets(condition: FieldSelector, value: str) -> bool:
    positive = (
        (condition.equals, value in condition.equals),
        (condition.starts_with, value.startswith(condition.starts_with)),
        (condition.ends_with, value.endswith(condition.ends_with)),
    )
    negative = (
        value in condition.not_equals,
        value.startswith(condition.not_starts_with),
        value.endswith(condition.not_ends_with),
    )
    return all(met for given, met in positive if given) and not any(negative)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
