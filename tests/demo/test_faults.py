"""Each fault as boto3 sees it. Retries are off, so that one call meets one fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import LocalAws, local_aws
from tests.demo.building import account, busy_marketplace, clients, company

LIST_HITS = "mturk:ListHITs"
DETAILS = "iam:GetAccountAuthorizationDetails"


@contextmanager
def _with(plan: Sequence[Planned], hang: float = 600) -> Iterator[tuple[LocalAws, Any, Any]]:
    """A local AWS, and its clients of `mturk` and `iam`."""
    with (
        local_aws(company(account(marketplace=busy_marketplace())), faults=FaultPlan(plan), hang=hang) as aws,
        clients(aws) as made,
    ):
        yield aws, made.mturk, made.iam


@pytest.mark.parametrize(
    ("fault", "mturk_code", "iam_code"),
    [
        (Fault.THROTTLED, "ThrottlingException", "Throttling"),
        (Fault.SERVER_ERROR, "ServiceFault", "ServiceFailure"),
        (Fault.UNAVAILABLE, "503", "503"),
        (Fault.ACCESS_DENIED, "AccessDeniedException", "AccessDenied"),
        (Fault.EXPIRED_CREDENTIALS, "ExpiredTokenException", "ExpiredToken"),
    ],
)
def test_an_error_has_the_code_of_its_service_and_the_next_call_passes(
    fault: Fault, mturk_code: str, iam_code: str
) -> None:
    plan = [Planned(operation=LIST_HITS, fault=fault), Planned(operation=DETAILS, fault=fault)]
    with _with(plan) as (aws, mturk, iam):
        for ask, code in ((mturk.list_hits, mturk_code), (iam.get_account_authorization_details, iam_code)):
            with pytest.raises(ClientError) as error:
                ask()
            assert error.value.response["Error"]["Code"] == code
            ask()
        assert (aws.count(LIST_HITS), aws.count(DETAILS)) == (2, 2)


def test_denied_access_names_the_iam_action() -> None:
    with (
        _with([Planned(operation=LIST_HITS, fault=Fault.ACCESS_DENIED)]) as (_, mturk, _),
        pytest.raises(ClientError, match="not authorized to perform: mechanicalturk:ListHITs"),
    ):
        mturk.list_hits()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.ACCOUNT_NOT_LINKED, "AWS.AccountNotLinked"),
        (Fault.HIT_DOES_NOT_EXIST, "AWS.MechanicalTurk.HITDoesNotExist"),
    ],
)
def test_mturks_own_errors_have_its_own_code(fault: Fault, code: str) -> None:
    with (
        _with([Planned(operation="mturk:ListBonusPayments", fault=fault)]) as (_, mturk, _),
        pytest.raises(ClientError) as error,
    ):
        mturk.list_bonus_payments(HITId="3HIT00000")
    response: Any = error.value.response
    assert (response["Error"]["Code"], response["TurkErrorCode"]) == ("RequestError", code)


def test_a_retired_service_answers_403() -> None:
    with (
        _with([Planned(operation=LIST_HITS, fault=Fault.RETIRED, times=None)]) as (_, mturk, _),
        pytest.raises(ClientError, match="no longer supported") as error,
    ):
        mturk.list_hits()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize("fault", [Fault.TRUNCATED_BODY, Fault.HTML_BODY])
def test_a_damaged_body_looks_to_boto3_like_an_empty_success(fault: Fault) -> None:
    with _with([Planned(operation=LIST_HITS, fault=fault)]) as (_, mturk, _):
        answer = mturk.list_hits()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "HITs" not in answer
    assert "NumResults" not in answer


@pytest.mark.parametrize("fault", [Fault.TRUNCATED_BODY, Fault.HTML_BODY])
def test_a_damaged_xml_body_cannot_be_parsed(fault: Fault) -> None:
    with _with([Planned(operation=DETAILS, fault=fault)]) as (_, _, iam), pytest.raises(ResponseParserError):
        iam.get_account_authorization_details()


def test_services_that_moto_answers_meet_faults_too() -> None:
    plan = [
        Planned(operation="sts:GetCallerIdentity", fault=Fault.THROTTLED),
        Planned(operation="sts:GetCallerIdentity", fault=Fault.TRUNCATED_BODY, after=1),
    ]
    with local_aws(company(account()), faults=FaultPlan(plan)) as aws, clients(aws) as made:
        with pytest.raises(ClientError, match="Throttling"):
            made.sts.get_caller_identity()
        with pytest.raises(ResponseParserError):
            made.sts.get_caller_identity()
        assert made.sts.get_caller_identity()["Arn"].endswith("user/auditor")


def _hits(mturk: Any) -> list[str]:
    pages = mturk.get_paginator("list_hits").paginate(PaginationConfig={"PageSize": 3})
    return [row["HITId"] for page in pages for row in page["HITs"]]


def test_an_empty_page_leads_on_to_the_rows_it_did_not_have() -> None:
    with _with([Planned(operation=LIST_HITS, fault=Fault.EMPTY_PAGE, after=1, times=2)]) as (aws, mturk, _):
        assert len(set(_hits(mturk))) == 7
        assert aws.count(LIST_HITS) == 5


def test_an_empty_page_of_iam_is_truncated_and_leads_on() -> None:
    with _with([Planned(operation=DETAILS, fault=Fault.EMPTY_PAGE)]) as (_, _, iam):
        first = iam.get_account_authorization_details()
        assert (first["UserDetailList"], first["IsTruncated"]) == ([], True)
        second = iam.get_account_authorization_details(Marker=first["Marker"])
        assert len(second["UserDetailList"]) == 1


def test_a_repeated_token_leads_back_to_its_own_page() -> None:
    with _with([Planned(operation=LIST_HITS, fault=Fault.REPEATED_TOKEN, after=1, times=None)]) as (_, mturk, _):
        token = mturk.list_hits(MaxResults=3)["NextToken"]
        second = mturk.list_hits(MaxResults=3, NextToken=token)
        third = mturk.list_hits(MaxResults=3, NextToken=second["NextToken"])
    assert second["NextToken"] == third["NextToken"] == token
    assert second["HITs"] == third["HITs"]


def test_a_cyclic_token_is_the_one_that_the_first_page_gave() -> None:
    with _with([Planned(operation=LIST_HITS, fault=Fault.CYCLIC_TOKEN, after=2)]) as (_, mturk, _):
        first = mturk.list_hits(MaxResults=2)
        second = mturk.list_hits(MaxResults=2, NextToken=first["NextToken"])
        third = mturk.list_hits(MaxResults=2, NextToken=second["NextToken"])
    assert third["NextToken"] == first["NextToken"] != second["NextToken"]
    assert third["NumResults"] == 2


@pytest.mark.parametrize("fault", [Fault.REPEATED_TOKEN, Fault.CYCLIC_TOKEN])
def test_a_first_page_has_no_token_to_repeat(fault: Fault) -> None:
    with _with([Planned(operation=LIST_HITS, fault=fault)]) as (_, mturk, _):
        assert len(set(_hits(mturk))) == 7


def test_a_dropped_connection_is_closed_without_an_answer() -> None:
    with (
        _with([Planned(operation=LIST_HITS, fault=Fault.DROPPED)]) as (_, mturk, _),
        pytest.raises(ConnectionClosedError),
    ):
        mturk.list_hits()


def test_a_call_that_hangs_outlasts_the_clients_patience_and_not_the_server() -> None:
    plan = FaultPlan([Planned(operation=LIST_HITS, fault=Fault.HANG)])
    with local_aws(company(account(marketplace=busy_marketplace())), faults=plan) as aws, clients(aws) as made:
        with pytest.raises(ReadTimeoutError):
            made.make("mturk", read_timeout=0.2).list_hits()
        assert made.mturk.list_hits()["NumResults"] == 7


def test_a_hang_ends_after_its_time_with_a_closed_connection() -> None:
    with (
        _with([Planned(operation=LIST_HITS, fault=Fault.HANG)], hang=0.1) as (_, mturk, _),
        pytest.raises(ConnectionClosedError),
    ):
        mturk.list_hits()


def test_a_plan_counts_the_calls_of_each_operation_by_itself() -> None:
    plan = [Planned(operation=LIST_HITS, fault=Fault.THROTTLED, after=1, times=2)]
    outcomes = []
    with _with(plan) as (_, mturk, _):
        for _ in range(4):
            mturk.get_account_balance()
            try:
                outcomes.append(mturk.list_hits()["NumResults"])
            except ClientError as error:
                outcomes.append(error.response["Error"]["Code"])
    assert outcomes == [7, "ThrottlingException", "ThrottlingException", 7]
