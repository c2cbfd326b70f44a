"""What one record says: which call to Mechanical Turk, by whom, on what, and whether it was performed.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMechanicalTurkRequester/CloudTrail.html names the event source. No
record of AWS's own was found in public: see `audit.cloudtrail.parameters` for what follows.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from audit.cloudtrail.actor import actor_of
from audit.cloudtrail.parameters import Parameters
from audit.cloudtrail.record import Record, decode_record
from audit.model.event import TrailEvent

EVENT_SOURCE = "mturk-requester.amazonaws.com"
SANDBOX_EVENT_SOURCE = "mturk-requester-sandbox.amazonaws.com"
MARK = b"mturk-requester"
"""What the bytes of every record of Mechanical Turk hold, whichever way it is spelled; no record without it is one."""

_SANDBOX_HOST = "mturk-requester-sandbox."
_PREFIX = "mechanicalturk:"
_INSIGHT = "insight"


def decode_event(raw: bytes | msgspec.Raw) -> TrailEvent | None:
    """Decode one record of CloudTrail; None where it is of another service, or tells of no call.

    Raises msgspec.DecodeError where it is no JSON object, or one of Mechanical Turk without id, time or action.
    """
    record = decode_record(raw)
    return event_of(record) if is_call(record) else None


def is_call(record: Record) -> bool:
    """Whether it is of a call to Mechanical Turk. Insights name the source too, and only count its calls."""
    source = record.event_source.lower()
    counted = _INSIGHT in record.event_type.lower() or _INSIGHT in record.event_category.lower()
    return source in (EVENT_SOURCE, SANDBOX_EVENT_SOURCE) and not counted


def event_of(record: Record) -> TrailEvent:
    """Read a record of Mechanical Turk. Raises msgspec.ValidationError where it has no id, time or action."""
    if not record.event_id or record.event_time is None or not record.event_name:
        raise msgspec.ValidationError("a record without eventID, eventTime or eventName tells no call")
    request, response = Parameters(record.request_parameters), Parameters(record.response_elements)
    account_id = record.recipient_account_id or record.user_identity.account_id
    worker = request.text("WorkerId")
    return TrailEvent(
        event_id=record.event_id,
        at=_utc(record.event_time),
        action=_PREFIX + record.event_name,
        account_id=account_id,
        actor=actor_of(record.user_identity, account_id),
        region=record.aws_region,
        error_code=_error_code(record),
        error_message=record.error_message,
        read_only=record.read_only,
        environment=_environment(record),
        source_ip=record.source_ip,
        user_agent=record.user_agent,
        hit_id=request.text("HITId") or response.inner("HIT").text("HITId"),
        assignment_id=request.text("AssignmentId"),
        worker_ids=(worker,) if worker else request.texts("WorkerIds"),
        amount=request.amount("BonusAmount"),
        token=request.text("UniqueRequestToken"),
    )


def _environment(record: Record) -> str:
    """By the host that was called, and where that is not told by the source that CloudTrail names."""
    host = record.tls_details.client_provided_host_header.lower()
    sandbox = _SANDBOX_HOST in host or record.event_source.lower() == SANDBOX_EVENT_SOURCE
    return "sandbox" if sandbox else "production"


def _error_code(record: Record) -> str:
    """An error is never read as a success, however its code is written."""
    code = record.error_code
    if code is None or isinstance(code, str):
        return code or ""
    return msgspec.json.encode(code).decode()


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise msgspec.ValidationError("a time lies outside the calendar") from error
