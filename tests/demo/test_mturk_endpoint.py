"""Unmodified boto3 against the MTurk endpoint: lists, money, times, errors, and the acts that change its state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from audit.demo.account import Marketplace
from audit.demo.server import LocalAws, local_aws
from tests.demo.building import (
    ACCOUNT,
    NOW,
    OTHER,
    UNLINKED,
    account,
    assignment,
    bonus,
    busy_marketplace,
    clients,
    company,
    hit,
)

GONE = hit(900, expires_at=NOW - timedelta(days=121))
"""Ended so long ago that ListHITs has dropped it."""
LAST_LISTED = hit(901, expires_at=NOW - timedelta(days=119))
OPEN = hit(902, expires_at=NOW + timedelta(days=3))


def _marketplace() -> Marketplace:
    busy = busy_marketplace(hits=230, bonuses=112)
    late = assignment(900, GONE)
    return Marketplace(
        available=Decimal("20.5"),
        on_hold=Decimal(3),
        hits=(*busy.hits, GONE, LAST_LISTED, OPEN),
        assignments=(*busy.assignments, late),
        payments=(*busy.payments, bonus(late)),
        blocks=busy.blocks,
    )


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws(
        company(account(marketplace=_marketplace()), account(OTHER, busy_marketplace()), account(UNLINKED))
    ) as running:
        yield running


@pytest.fixture
def mturk(aws: LocalAws) -> Iterator[Any]:
    with clients(aws) as made:
        yield made.mturk


def _error(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """The code and MTurk's own code of an error."""
    response: Any = error.value.response
    return response["Error"]["Code"], response.get("TurkErrorCode", "")


def _follow(mturk: Any, operation: str, key: str, size: int, **asked: str) -> list[list[dict[str, Any]]]:
    """All pages of a list, following tokens by hand."""
    pages: list[list[dict[str, Any]]] = []
    token: dict[str, str] = {}
    while True:
        page = getattr(mturk, operation)(MaxResults=size, **token, **asked)
        assert page["NumResults"] == len(page[key])
        pages.append(page[key])
        if "NextToken" not in page:
            return pages
        token = {"NextToken": page["NextToken"]}


def test_hits_come_in_pages_newest_first_and_each_once(mturk: Any) -> None:
    pages = _follow(mturk, "list_hits", "HITs", 100)
    rows = [row for page in pages for row in page]
    assert [len(page) for page in pages] == [100, 100, 32]
    assert len({row["HITId"] for row in rows}) == 232
    times = [row["CreationTime"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_a_list_whose_length_is_a_multiple_of_the_page_ends_without_an_empty_page(mturk: Any) -> None:
    assert [len(page) for page in _follow(mturk, "list_bonus_payments", "BonusPayments", 56, HITId="3HIT00000")] == [
        56,
        56,
    ]


def test_botocores_own_paginator_sees_every_bonus_of_one_hit(mturk: Any) -> None:
    found = mturk.get_paginator("list_bonus_payments").paginate(HITId="3HIT00000", PaginationConfig={"PageSize": 100})
    rows = found.build_full_result()["BonusPayments"]
    assert len(rows) == 112
    assert rows[-1] == {
        "WorkerId": "AWORKER1",
        "BonusAmount": "1.50",
        "AssignmentId": "3WORK00001",
        "Reason": "bonus 0",
        "GrantTime": rows[-1]["GrantTime"],
    }
    assert rows[-1]["GrantTime"] == NOW


def test_a_page_holds_ten_rows_where_the_caller_does_not_say(mturk: Any) -> None:
    assert mturk.list_hits()["NumResults"] == 10


def test_a_hit_is_told_as_the_service_model_has_it(mturk: Any) -> None:
    told = mturk.get_hit(HITId="3HIT00000")["HIT"]
    assert told["Reward"] == "0.10"
    assert told["HITStatus"] == "Reviewable"
    assert told["NumberOfAssignmentsCompleted"] == 2
    assert told["Expiration"] == NOW - timedelta(days=1)
    assert mturk.get_hit(HITId=OPEN.hit_id)["HIT"]["HITStatus"] == "Assignable"


def test_a_hit_leaves_the_lists_120_days_after_its_end_and_its_bonus_is_found_by_assignment_only(mturk: Any) -> None:
    ids = {row["HITId"] for page in _follow(mturk, "list_hits", "HITs", 100) for row in page}
    assert LAST_LISTED.hit_id in ids
    assert GONE.hit_id not in ids
    with pytest.raises(ClientError) as error:
        mturk.list_bonus_payments(HITId=GONE.hit_id)
    assert _error(error) == ("RequestError", "AWS.MechanicalTurk.HITDoesNotExist")
    assert mturk.list_bonus_payments(AssignmentId="3WORK00900")["NumResults"] == 1


def test_errors_end_with_the_time_in_milliseconds(mturk: Any) -> None:
    with pytest.raises(ClientError, match=r"Hit 3NONE does not exist\. \(1791187200000\)"):
        mturk.get_hit(HITId="3NONE")


def test_balances_and_blocks(mturk: Any) -> None:
    balance = mturk.get_account_balance()
    assert (balance["AvailableBalance"], balance["OnHoldBalance"]) == ("20.50", "3.00")
    assert mturk.list_worker_blocks(MaxResults=2)["WorkerBlocks"] == [
        {"WorkerId": "ABAD0", "Reason": "reason 0"},
        {"WorkerId": "ABAD1", "Reason": "reason 1"},
    ]


@pytest.mark.parametrize(
    ("asked", "constraint"),
    [
        ({"MaxResults": 101}, "less than or equal to 100"),
        ({"NextToken": "x" * 256}, "length less than or equal to 255"),
    ],
)
def test_limits_that_boto3_does_not_check_are_checked_here(mturk: Any, asked: dict[str, Any], constraint: str) -> None:
    with pytest.raises(ClientError, match=constraint) as error:
        mturk.list_hits(**asked)
    assert _error(error)[0] == "ValidationException"


def test_patterns_are_checked(mturk: Any) -> None:
    with pytest.raises(ClientError, match="'not an id' at 'hITId' failed to satisfy constraint"):
        mturk.list_bonus_payments(HITId="not an id")


def test_a_bonus_list_wants_a_hit_or_an_assignment_and_not_both(mturk: Any) -> None:
    for asked in ({}, {"HITId": "3HIT00000", "AssignmentId": "3WORK00001"}):
        with pytest.raises(ClientError) as error:
            mturk.list_bonus_payments(**asked)
        assert _error(error)[1] == "AWS.MissingParameters"


def test_the_token_of_another_list_is_refused(mturk: Any) -> None:
    token = mturk.list_bonus_payments(HITId="3HIT00000", MaxResults=1)["NextToken"]
    for ask, asked in ((mturk.list_worker_blocks, {}), (mturk.list_bonus_payments, {"HITId": "3HIT00001"})):
        with pytest.raises(ClientError) as error:
            ask(NextToken=token, **asked)
        assert _error(error)[1] == "AWS.MechanicalTurk.InvalidPaginationToken"


def test_a_bonus_shows_in_the_list_costs_a_fifth_more_and_is_paid_once_for_a_token(mturk: Any) -> None:
    order = {
        "WorkerId": "AWORKER2",
        "AssignmentId": "3WORK00002",
        "BonusAmount": "2.25",
        "Reason": "</script> 🌳",
        "UniqueRequestToken": "once",
    }
    mturk.send_bonus(**order)
    with pytest.raises(ClientError, match="already processed"):
        mturk.send_bonus(**order)
    (row,) = mturk.list_bonus_payments(AssignmentId="3WORK00002")["BonusPayments"]
    assert (row["BonusAmount"], row["Reason"], row["GrantTime"]) == ("2.25", "</script> 🌳", NOW)
    assert mturk.get_account_balance()["AvailableBalance"] == "17.80"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"BonusAmount": "1000"}, "AWS.MechanicalTurk.InsufficientFunds"),
        ({"BonusAmount": "0"}, "AWS.ParameterOutOfRange"),
        ({"WorkerId": "AWORKER2"}, "AWS.MechanicalTurk.InvalidParameterValue"),
        ({"AssignmentId": "3NONE"}, "AWS.MechanicalTurk.AssignmentDoesNotExist"),
    ],
)
def test_a_bonus_that_mturk_would_refuse_changes_nothing(mturk: Any, change: dict[str, str], code: str) -> None:
    order = {"WorkerId": "AWORKER1", "AssignmentId": "3WORK00001", "BonusAmount": "1", "Reason": "r"}
    with pytest.raises(ClientError) as error:
        mturk.send_bonus(**{**order, **change})
    assert _error(error) == ("RequestError", code)
    assert mturk.get_account_balance()["AvailableBalance"] == "20.50"


def test_a_worker_is_blocked_and_unblocked(mturk: Any) -> None:
    mturk.create_worker_block(WorkerId="ANEW", Reason="copied")
    assert {"WorkerId": "ANEW", "Reason": "copied"} in mturk.list_worker_blocks()["WorkerBlocks"]
    mturk.delete_worker_block(WorkerId="ANEW")
    mturk.delete_worker_block(WorkerId="ANEW")
    assert mturk.list_worker_blocks()["NumResults"] == 3


def test_a_published_hit_is_listed_first_and_its_cost_is_held(mturk: Any) -> None:
    created = mturk.create_hit(
        Title="New",
        Description="d",
        Reward="0.50",
        MaxAssignments=4,
        LifetimeInSeconds=3600,
        AssignmentDurationInSeconds=60,
    )["HIT"]
    assert mturk.list_hits(MaxResults=1)["HITs"][0]["HITId"] == created["HITId"]
    balance = mturk.get_account_balance()
    assert (balance["AvailableBalance"], balance["OnHoldBalance"]) == ("18.50", "5.00")


def test_a_hit_that_has_ended_can_be_deleted_and_takes_its_bonus_list_along(mturk: Any) -> None:
    mturk.delete_hit(HITId="3HIT00000")
    with pytest.raises(ClientError) as error:
        mturk.list_bonus_payments(HITId="3HIT00000")
    assert _error(error)[1] == "AWS.MechanicalTurk.HITDoesNotExist"
    assert mturk.list_bonus_payments(AssignmentId="3WORK00001", MaxResults=100)["NumResults"] == 100


def test_a_running_hit_cannot_be_deleted(mturk: Any) -> None:
    with pytest.raises(ClientError) as error:
        mturk.delete_hit(HITId=OPEN.hit_id)
    assert _error(error)[1] == "AWS.MechanicalTurk.InvalidHITState"


def test_an_operation_that_is_not_performed_says_so(mturk: Any) -> None:
    with pytest.raises(ClientError, match="does not perform `ListAssignmentsForHIT`") as error:
        mturk.list_assignments_for_hit(HITId="3HIT00000")
    assert _error(error)[0] == "UnknownOperationException"


def test_accounts_have_their_own_marketplaces_and_one_has_none(aws: LocalAws) -> None:
    with clients(aws, OTHER) as other, clients(aws, UNLINKED) as unlinked:
        assert len(_follow(other.mturk, "list_hits", "HITs", 100)[0]) == 7
        with pytest.raises(ClientError) as error:
            unlinked.mturk.get_account_balance()
    assert _error(error) == ("RequestError", "AWS.AccountNotLinked")
    assert [call.account_id for call in aws.calls] == [OTHER, UNLINKED]


def test_another_region_is_refused(aws: LocalAws) -> None:
    with clients(aws, ACCOUNT) as made, pytest.raises(ClientError, match="not 'eu-west-1'"):
        made.make("mturk", region="eu-west-1").get_account_balance()


def test_answers_carry_a_request_id(mturk: Any) -> None:
    answers = [mturk.get_account_balance()["ResponseMetadata"]["RequestId"] for _ in range(2)]
    assert len(set(answers)) == 2
