"""CloudTrail's event history and trails: LookupEvents, DescribeTrails, GetTrailStatus, GetEventSelectors.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from audit.demo.account import Account, TrailRecord, TrailSource
from audit.demo.faults import Fault
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.service import JsonService
from audit.demo.wire import Call, ServiceError

HISTORY = timedelta(days=90)
"""How far the event history reaches back."""
_PAGE = 50
"""Events of a page: the usual, and the most."""

_ATTRIBUTES: Mapping[str, Callable[[TrailRecord], str]] = {
    "EventId": lambda record: record.event_id,
    "EventName": lambda record: record.name,
    "EventSource": lambda record: record.source,
    "ReadOnly": lambda record: str(record.read_only).lower(),
    "Username": lambda record: record.user_name,
    "AccessKeyId": lambda record: record.access_key_id,
}
"""What LookupEvents can be asked for. Records here name no resources."""


def cloudtrail_service(
    accounts: Iterable[Account], clock: Callable[[], datetime], lookups_per_second: float | None
) -> JsonService:
    """Make the service. `lookups_per_second`: more calls of LookupEvents in an account and second are throttled."""
    trails = _CloudTrail(accounts, clock, lookups_per_second)
    return JsonService(
        "cloudtrail",
        {
            "DescribeTrails": trails.describe,
            "GetEventSelectors": trails.selectors,
            "GetTrailStatus": trails.status,
            "LookupEvents": trails.lookup,
        },
    )


class _CloudTrail:
    def __init__(
        self, accounts: Iterable[Account], clock: Callable[[], datetime], lookups_per_second: float | None
    ) -> None:
        self._clock = clock
        self._rate = None if lookups_per_second is None else _Rate(lookups_per_second)
        self._trails = {account.account_id: account.trails for account in accounts}
        self._records = {
            account.account_id: sorted(account.records, key=lambda record: (record.at, record.event_id), reverse=True)
            for account in accounts
        }

    def lookup(self, call: Call, fault: Fault | None) -> dict[str, Any]:
        """The newest first, of the last 90 days, by at most one attribute."""
        if self._rate is not None and not self._rate.admits(call.account_id):
            raise ServiceError("ThrottlingException", "Rate exceeded")
        now = self._clock()
        since, until = _moment(call, "StartTime", now - HISTORY), _moment(call, "EndTime", now)
        if since > until:
            raise ServiceError("InvalidTimeRangeException", "Start time must be before end time.")
        wanted = _wanted(call)
        rows = [
            record
            for record in self._records[call.account_id]
            if max(since, now - HISTORY) <= record.at <= until and wanted(record)
        ]
        size = call.parameters.get("MaxResults") or _PAGE
        try:
            page = cut_page(rows, call.parameters.get("NextToken"), size, call, fault)
        except BadTokenError as error:
            raise ServiceError("InvalidNextTokenException", "Invalid NextToken.") from error
        return {"Events": [_event(record) for record in page.rows], "NextToken": page.token}

    def describe(self, call: Call, fault: Fault | None) -> dict[str, Any]:
        """Every trail that the account sees, or those that are named; those of others are shadows."""
        names = set(call.parameters.get("trailNameList") or ())
        shadows = call.parameters.get("includeShadowTrails", True)
        found = [
            trail
            for trail in self._trails[call.account_id]
            if (not names or names & {trail.name, trail.arn}) and (shadows or trail.owner_account_id == call.account_id)
        ]
        return {"trailList": [_trail(trail) for trail in found]}

    def status(self, call: Call, fault: Fault | None) -> dict[str, Any]:
        """Whether the trail is logging, and when it last delivered."""
        trail = self._trail(call, call.parameters["Name"])
        delivered = self._clock() - timedelta(minutes=4)
        return {
            "IsLogging": trail.logging,
            "StartLoggingTime": trail.started_at,
            "LatestDeliveryTime": delivered if trail.logging else None,
            "TimeLoggingStarted": f"{trail.started_at:%Y-%m-%dT%H:%M:%SZ}",
            "TimeLoggingStopped": "",
        }

    def selectors(self, call: Call, fault: Fault | None) -> dict[str, Any]:
        """What the trail logs, in the form that it was set up with."""
        trail = self._trail(call, call.parameters["TrailName"])
        if trail.advanced:
            return {"TrailARN": trail.arn, "AdvancedEventSelectors": [_advanced(trail)]}
        selector = {
            "ReadWriteType": trail.logs,
            "IncludeManagementEvents": trail.management_events,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
        return {"TrailARN": trail.arn, "EventSelectors": [selector]}

    def _trail(self, call: Call, name: str) -> TrailSource:
        """Return the trail by its ARN, or by its name in the account that owns it."""
        for trail in self._trails[call.account_id]:
            if name == trail.arn or (name == trail.name and trail.owner_account_id == call.account_id):
                return trail
        raise ServiceError("TrailNotFoundException", f"Unknown trail: {name} for the user: {call.account_id}")


class _Rate:
    """So many calls in any second, for each account by itself; by the real clock."""

    def __init__(self, per_second: float) -> None:
        self._seconds = 1.0
        self._most = max(1, int(per_second))
        if per_second < 1:
            self._seconds = 1 / per_second
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def admits(self, account_id: str) -> bool:
        """Whether one more call may pass now; it counts where it may."""
        now = time.monotonic()
        with self._lock:
            calls = self._calls[account_id]
            while calls and calls[0] <= now - self._seconds:
                calls.popleft()
            if len(calls) >= self._most:
                return False
            calls.append(now)
            return True


def _wanted(call: Call) -> Callable[[TrailRecord], bool]:
    attributes = call.parameters.get("LookupAttributes") or ()
    if len(attributes) > 1:
        raise ServiceError("InvalidLookupAttributesException", "You can use only one lookup attribute.")
    if not attributes:
        # What a person sees in the console without a filter, reads included.
        return lambda record: True
    key, value = attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]
    read = _ATTRIBUTES.get(key)
    if read is None:
        return lambda record: False
    return lambda record: read(record) == value


def _moment(call: Call, name: str, otherwise: datetime) -> datetime:
    """The JSON protocol sends times as seconds since 1970."""
    value = call.parameters.get(name)
    return otherwise if value is None else datetime.fromtimestamp(float(value), UTC)


def _event(record: TrailRecord) -> dict[str, Any]:
    return {
        "EventId": record.event_id,
        "EventName": record.name,
        "ReadOnly": str(record.read_only).lower(),
        "AccessKeyId": record.access_key_id or None,
        "EventTime": record.at,
        "EventSource": record.source,
        "Username": record.user_name or None,
        "Resources": [],
        "CloudTrailEvent": bytes(record.record).decode(),
    }


def _trail(trail: TrailSource) -> dict[str, Any]:
    return {
        "Name": trail.name,
        "S3BucketName": trail.bucket,
        "S3KeyPrefix": trail.prefix or None,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": trail.multi_region,
        "HomeRegion": trail.region,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": True,
        "HasCustomEventSelectors": trail.advanced or trail.logs != "All" or not trail.management_events,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": trail.of_organization,
    }


def _advanced(trail: TrailSource) -> dict[str, Any]:
    category = "Management" if trail.management_events else "Data"
    fields: list[dict[str, Any]] = [{"Field": "eventCategory", "Equals": [category]}]
    if trail.logs != "All":
        fields.append({"Field": "readOnly", "Equals": [str(trail.logs == "ReadOnly").lower()]})
    return {"Name": "as the trail was set up", "FieldSelectors": fields}
