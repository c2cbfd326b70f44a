"""Unmodified boto3 against CloudTrail: the event history page by page, and what trails say of themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from audit.demo.account import TrailSource
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import LocalAws, Settings, local_aws
from tests.demo.building import ACCOUNT, NOW, OTHER, account, clients, company, trail_record

OURS = TrailSource(name="ours", owner_account_id=ACCOUNT, bucket="logs", prefix="p", started_at=NOW - timedelta(days=9))
SHADOW = TrailSource(
    name="everybody",
    owner_account_id=OTHER,
    bucket="all-logs",
    of_organization=True,
    started_at=NOW - timedelta(days=400),
    logs="WriteOnly",
    advanced=True,
)
RECORDS = (
    *(trail_record(number, NOW - timedelta(minutes=number)) for number in range(120)),
    trail_record(500, NOW - timedelta(days=89), name="ListHITs"),
    trail_record(501, NOW - timedelta(days=91)),
    trail_record(502, NOW - timedelta(days=1), name="ConsoleLogin", eventSource="signin.amazonaws.com"),
)


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    ours = msgspec.structs.replace(account(), records=RECORDS, trails=(OURS, SHADOW))
    with local_aws(company(ours, account(OTHER))) as running:
        yield running


@pytest.fixture
def trail(aws: LocalAws) -> Iterator[Any]:
    with clients(aws) as made:
        yield made.make("cloudtrail")


MTURK = {"AttributeKey": "EventSource", "AttributeValue": "mturk-requester.amazonaws.com"}


def _all(trail: Any, **asked: Any) -> list[dict[str, Any]]:
    return [event for page in trail.get_paginator("lookup_events").paginate(**asked) for event in page["Events"]]


def test_ninety_days_come_in_pages_of_fifty_the_newest_first(aws: LocalAws, trail: Any) -> None:
    events = _all(trail, LookupAttributes=[MTURK])
    assert len(events) == 121
    assert events == sorted(events, key=lambda event: event["EventTime"], reverse=True)
    assert events[-1]["EventName"] == "ListHITs"
    assert aws.count("cloudtrail:LookupEvents") == 3
    with pytest.raises(ClientError, match="less than or equal to 50"):
        trail.lookup_events(MaxResults=51)


def test_an_event_carries_its_record_as_text(trail: Any) -> None:
    (event,) = trail.lookup_events(LookupAttributes=[MTURK], MaxResults=1)["Events"]
    assert json.loads(event["CloudTrailEvent"])["eventID"] == event["EventId"]
    assert (event["ReadOnly"], event["Username"], event["EventTime"]) == ("false", "payer", NOW)


def test_events_are_asked_for_by_time_and_one_attribute(trail: Any) -> None:
    since, until = NOW - timedelta(minutes=10), NOW - timedelta(minutes=5)
    assert len(_all(trail, StartTime=since, EndTime=until)) == 6
    assert len(_all(trail, LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"}])) == 1
    with pytest.raises(ClientError, match="only one lookup attribute"):
        trail.lookup_events(LookupAttributes=[MTURK, MTURK])
    with pytest.raises(ClientError, match="InvalidTimeRangeException"):
        trail.lookup_events(StartTime=until, EndTime=since)
    with pytest.raises(ClientError, match="InvalidNextTokenException"):
        trail.lookup_events(NextToken="invented")


def test_each_account_has_its_own_history(aws: LocalAws) -> None:
    with clients(aws, OTHER) as others:
        assert _all(others.make("cloudtrail")) == []


def test_a_third_call_in_a_second_is_throttled_where_that_is_wanted() -> None:
    with (
        local_aws(company(account(), account(OTHER)), settings=Settings(lookups_per_second=2)) as aws,
        clients(aws) as made,
        clients(aws, OTHER) as others,
    ):
        trail = made.make("cloudtrail")
        trail.lookup_events()
        trail.lookup_events()
        with pytest.raises(ClientError, match="ThrottlingException"):
            trail.lookup_events()
        others.make("cloudtrail").lookup_events()


def test_trails_are_described_with_the_shadows_of_others(trail: Any) -> None:
    described = {each["Name"]: each for each in trail.describe_trails()["trailList"]}
    assert set(described) == {"ours", "everybody"}
    assert (described["ours"]["S3BucketName"], described["ours"]["S3KeyPrefix"]) == ("logs", "p")
    assert described["everybody"]["IsOrganizationTrail"]
    assert "S3KeyPrefix" not in described["everybody"]
    assert [each["Name"] for each in trail.describe_trails(includeShadowTrails=False)["trailList"]] == ["ours"]


def test_a_trail_tells_its_status_and_selectors_of_either_kind(trail: Any) -> None:
    assert trail.get_trail_status(Name="ours")["IsLogging"]
    (selector,) = trail.get_event_selectors(TrailName=OURS.arn)["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)
    (advanced,) = trail.get_event_selectors(TrailName=SHADOW.arn)["AdvancedEventSelectors"]
    assert {"Field": "readOnly", "Equals": ["false"]} in advanced["FieldSelectors"]
    with pytest.raises(ClientError, match="TrailNotFoundException"):
        trail.get_trail_status(Name="everybody")  # the trail of another account is known by its ARN only


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.THROTTLED, "ThrottlingException"),
        (Fault.SERVER_ERROR, "InternalFailure"),
        (Fault.ACCESS_DENIED, "AccessDeniedException"),
        (Fault.EXPIRED_CREDENTIALS, "ExpiredTokenException"),
        (Fault.RETIRED, "Forbidden"),
    ],
)
def test_faults_have_cloudtrails_codes(fault: Fault, code: str) -> None:
    plan = FaultPlan([Planned(operation="cloudtrail:LookupEvents", fault=fault, account_id=ACCOUNT)])
    with local_aws(company(account(), account(OTHER)), faults=plan) as aws:
        with clients(aws, OTHER) as others:
            others.make("cloudtrail").lookup_events()
        with clients(aws) as made:
            trail = made.make("cloudtrail")
            with pytest.raises(ClientError) as error:
                trail.lookup_events()
            assert error.value.response["Error"]["Code"] == code
            trail.lookup_events()


@pytest.mark.parametrize("fault", [Fault.EMPTY_PAGE, Fault.REPEATED_TOKEN, Fault.CYCLIC_TOKEN])
def test_faults_of_paging_are_acted_out_by_the_event_history(fault: Fault) -> None:
    ours = msgspec.structs.replace(account(), records=RECORDS)
    plan = FaultPlan([Planned(operation="cloudtrail:LookupEvents", fault=fault, after=2, times=1)])
    with local_aws(company(ours), faults=plan) as aws, clients(aws) as made:
        trail = made.make("cloudtrail")
        pages = [trail.lookup_events()]
        for _ in range(2):
            pages.append(trail.lookup_events(NextToken=pages[-1]["NextToken"]))
    tokens = [page["NextToken"] for page in pages]
    if fault is Fault.EMPTY_PAGE:
        assert pages[2]["Events"] == []
        assert len(set(tokens)) == 3
    else:
        assert tokens[2] == tokens[1 if fault is Fault.REPEATED_TOKEN else 0]
