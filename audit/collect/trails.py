"""The trails that the account sees, with what they log and whether they do: cloudtrail:DescribeTrails and two more.

A trail of the organization, or of another region, is there as a shadow; of those AWS may keep the selectors to itself.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
"""

from __future__ import annotations

from typing import Any

import msgspec

from audit.cloudtrail.trails import AdvancedEventSelector, EventSelector, Status, Trail
from audit.collect.interface import Answer, ApiCall, CallError, Collected, Run, missing
from audit.model.snapshot import Gap
from audit.snapshot.layout import TRAILS
from audit.snapshot.writer import canonical

FILE = TRAILS
DESCRIBE_TRAILS = ApiCall(
    service="cloudtrail",
    operation="DescribeTrails",
    permission="cloudtrail:DescribeTrails",
    reason="which trails log the account, also those of its organization",
    how_often="once",
)
GET_EVENT_SELECTORS = ApiCall(
    service="cloudtrail",
    operation="GetEventSelectors",
    permission="cloudtrail:GetEventSelectors",
    reason="whether a trail logs calls that only read",
    how_often="once for every trail",
)
GET_TRAIL_STATUS = ApiCall(
    service="cloudtrail",
    operation="GetTrailStatus",
    permission="cloudtrail:GetTrailStatus",
    reason="whether a trail logs, and when it was stopped",
    how_often="once for every trail",
)
CALLS = (DESCRIBE_TRAILS, GET_EVENT_SELECTORS, GET_TRAIL_STATUS)

_KEPT = ("Name", "TrailARN", "S3BucketName", "S3KeyPrefix", "HomeRegion", "IsMultiRegionTrail", "IsOrganizationTrail")
_SELECTORS = ("EventSelectors", "AdvancedEventSelectors")
_STATUS = ("IsLogging", "StartLoggingTime", "StopLoggingTime", "LatestDeliveryError")


def collect(run: Run) -> Collected:
    """List the trails, then ask about each one."""
    run.progress.start(FILE.source, None)
    try:
        answer = run.api.ask(DESCRIBE_TRAILS, _complaint, includeShadowTrails=True)
    except CallError as error:
        run.progress.finish(FILE.source)
        return Collected(content=None, gaps=(missing(FILE, run.account_id, error.failure),))
    gaps: list[Gap] = []
    trails = []
    for row in sorted(answer["trailList"], key=lambda each: str(each["TrailARN"])):
        trail = {name: row[name] for name in _KEPT if row.get(name) is not None}
        trail |= _part(run, gaps, GET_EVENT_SELECTORS, row["TrailARN"])
        status = _part(run, gaps, GET_TRAIL_STATUS, row["TrailARN"])
        trails.append(trail | ({"Status": status} if status else {}))
        run.progress.advance(FILE.source)
    run.progress.finish(FILE.source)
    return Collected(
        content=[canonical({"trailList": trails}), b"\n"],
        rows=len(trails),
        api_calls=1 + 2 * len(trails) - len(gaps),
        gaps=tuple(gaps),
    )


def _part(run: Run, gaps: list[Gap], call: ApiCall, arn: str) -> dict[str, Any]:
    """What `call` tells of a trail; nothing, and a gap, where it is not to be had."""
    named = {"TrailName": arn} if call is GET_EVENT_SELECTORS else {"Name": arn}
    check, kept = (_selectors_complaint, _SELECTORS) if call is GET_EVENT_SELECTORS else (_status_complaint, _STATUS)
    try:
        answer = run.api.ask(call, check, **named)
    except CallError as error:
        gaps.append(missing(FILE, run.account_id, error.failure, f"{call.operation} of {arn}"))
        return {}
    return {name: answer[name] for name in kept if answer.get(name) is not None}


def _complaint(answer: Answer) -> str | None:
    rows = answer.get("trailList")
    if not isinstance(rows, list):
        return "a list of trails without trailList, as a damaged body looks"
    try:
        msgspec.convert(rows, list[Trail])
    except msgspec.ValidationError:
        return "a trail without a TrailARN"
    return None


def _selectors_complaint(answer: Answer) -> str | None:
    if not any(isinstance(answer.get(name), list) for name in _SELECTORS):
        return "no selectors of either kind, as a damaged body looks"
    try:
        msgspec.convert(answer.get("EventSelectors"), list[EventSelector] | None)
        msgspec.convert(answer.get("AdvancedEventSelectors"), list[AdvancedEventSelector] | None)
    except msgspec.ValidationError:
        return "selectors of another form than the API's"
    return None


def _status_complaint(answer: Answer) -> str | None:
    try:
        msgspec.convert({name: answer[name] for name in _STATUS if name in answer}, Status)
    except msgspec.ValidationError:
        return "a status without IsLogging"
    return None
