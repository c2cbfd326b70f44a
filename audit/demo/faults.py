"""What can go wrong on purpose: a test says which call meets which fault, and the local AWS acts it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from threading import Lock

import msgspec

from audit.demo.wire import Call, Reply, ServiceError, error_reply, speaks_json


class Fault(StrEnum):
    """One way in which a call fails, or is answered wrongly."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server error"
    """500, as AWS answers when it is at fault."""
    UNAVAILABLE = "unavailable"
    """503 from a load balancer: a web page, and no AWS error."""
    ACCESS_DENIED = "access denied"
    EXPIRED_CREDENTIALS = "expired credentials"
    ACCOUNT_NOT_LINKED = "account not linked"
    HIT_DOES_NOT_EXIST = "HIT does not exist"
    RETIRED = "retired"
    """403, much as MTurk's older API answered when it was shut down; what a closed service says is not known."""
    TRUNCATED_BODY = "truncated body"
    """A success cut in the middle, its length adjusted: the SDK sees a complete answer."""
    HTML_BODY = "HTML body"
    """200 with a web page, as a captive portal gives."""
    EMPTY_PAGE = "empty page"
    """No rows and a token that goes on from the same place: legal in every AWS list."""
    REPEATED_TOKEN = "repeated token"  # noqa: S105 - a kind of page, no secret
    """A page whose token leads back to itself. The first page has none to repeat, and passes."""
    CYCLIC_TOKEN = "cyclic token"  # noqa: S105 - a kind of page, no secret
    """A page whose token is the one that the first page gave. The first page itself passes."""
    HANG = "hang"
    """No answer for `LocalAws.hang` seconds, then the connection is closed."""
    DROPPED = "dropped"
    """The connection is closed without an answer."""

    @property
    def changes_page(self) -> bool:
        """Whether the operation itself must answer differently; only lists can."""
        return self in (Fault.EMPTY_PAGE, Fault.REPEATED_TOKEN, Fault.CYCLIC_TOKEN)

    @property
    def closes_connection(self) -> bool:
        return self in (Fault.HANG, Fault.DROPPED)


Faults = Callable[[Call], Fault | None]
"""Asked once for every call; None lets it pass. It may be called from several threads at a time."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that some calls of one operation meet."""

    operation: str
    """`mturk:ListHITs`."""
    fault: Fault
    account_id: str = ""
    """Only of calls in this account; empty: of any."""
    after: int = 0
    """How many calls of the operation pass first, in the account where one is named."""
    times: int | None = 1
    """How many calls meet it; None: all that follow."""


class FaultPlan:
    """A `Faults` made of planned ones; it counts the calls of each operation."""

    def __init__(self, plan: Sequence[Planned]) -> None:
        self._plan = tuple(plan)
        self._seen: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def __call__(self, call: Call) -> Fault | None:
        with self._lock:
            seen = {account_id: self._seen[call.name, account_id] for account_id in ("", call.account_id)}
            for account_id in seen:
                self._seen[call.name, account_id] += 1
        for planned in self._plan:
            index = seen.get(planned.account_id)
            last = None if planned.times is None else planned.after + planned.times
            if (
                planned.operation == call.name
                and index is not None
                and index >= planned.after
                and (last is None or index < last)
            ):
                return planned.fault
        return None


def act_out(fault: Fault, call: Call, usual: Callable[[], Reply]) -> Reply:
    """Answer a call with its fault; `usual` gives what it would have been. Not for faults of pages and connections."""
    if fault is Fault.TRUNCATED_BODY:
        reply = usual()
        return msgspec.structs.replace(reply, body=reply.body[: len(reply.body) // 2])
    if fault is Fault.HTML_BODY:
        page = b"<!DOCTYPE html><html><head><meta charset=utf-8></head><body><h1>Welcome to the network</h1></html>"
        return Reply(status=200, body=page, content_type="text/html")
    if fault is Fault.UNAVAILABLE:
        page = b"<html><body><b>Http/1.1 Service Unavailable</b></body></html>"
        return Reply(status=503, body=page, content_type="text/html")
    return error_reply(call, _error(fault, call))


_CODES: Mapping[tuple[str, Fault], tuple[str, int]] = {
    ("athena", Fault.SERVER_ERROR): ("InternalServerException", 500),
    ("athena", Fault.THROTTLED): ("TooManyRequestsException", 400),
    ("cloudtrail", Fault.SERVER_ERROR): ("InternalFailure", 500),
    ("organizations", Fault.SERVER_ERROR): ("ServiceException", 500),
    ("organizations", Fault.THROTTLED): ("TooManyRequestsException", 400),
    ("s3", Fault.ACCESS_DENIED): ("AccessDenied", 403),
    ("s3", Fault.EXPIRED_CREDENTIALS): ("ExpiredToken", 400),
    ("s3", Fault.SERVER_ERROR): ("InternalError", 500),
    ("s3", Fault.THROTTLED): ("SlowDown", 503),
}
"""Code and status where a service has its own."""
_JSON_CODES: Mapping[Fault, tuple[str, int]] = {
    Fault.THROTTLED: ("ThrottlingException", 400),
    Fault.SERVER_ERROR: ("ServiceFault", 500),
    Fault.ACCESS_DENIED: ("AccessDeniedException", 400),
    Fault.EXPIRED_CREDENTIALS: ("ExpiredTokenException", 400),
}
_QUERY_CODES: Mapping[Fault, tuple[str, int]] = {
    Fault.THROTTLED: ("Throttling", 400),
    Fault.SERVER_ERROR: ("ServiceFailure", 500),
    Fault.ACCESS_DENIED: ("AccessDenied", 403),
    Fault.EXPIRED_CREDENTIALS: ("ExpiredToken", 403),
}
_PREFIXES = {"mturk": "mechanicalturk"}
"""IAM's names of services where boto3's differ."""


def _error(fault: Fault, call: Call) -> ServiceError:
    if fault is Fault.RETIRED:
        name = "Amazon Mechanical Turk" if call.service == "mturk" else "The service"
        message = f"This Requester API is no longer supported. {name} has been closed."
        return ServiceError("Forbidden", message, status=403)
    if fault is Fault.ACCOUNT_NOT_LINKED:
        return not_linked_error()
    if fault is Fault.HIT_DOES_NOT_EXIST:
        return turk_error("AWS.MechanicalTurk.HITDoesNotExist", "The HIT does not exist.")
    usual = _JSON_CODES if speaks_json(call.service) else _QUERY_CODES
    code, status = _CODES.get((call.service, fault)) or usual[fault]
    action = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    messages = {
        Fault.THROTTLED: "Rate exceeded",
        Fault.SERVER_ERROR: "There was an internal error",
        Fault.ACCESS_DENIED: f"The caller is not authorized to perform: {action}",
        Fault.EXPIRED_CREDENTIALS: "The security token included in the request is expired",
    }
    return ServiceError(code, messages[fault], status=status)


def not_linked_error() -> ServiceError:
    """What an account without a requester is told."""
    return turk_error("AWS.AccountNotLinked", "Your AWS account is not linked to a Mechanical Turk Requester account.")


def turk_error(code: str, message: str) -> ServiceError:
    """A RequestError of MTurk, which tells its kind in TurkErrorCode."""
    return ServiceError("RequestError", message, fields={"TurkErrorCode": code})
