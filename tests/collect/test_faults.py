"""Every way an answer can be wrong, over HTTP: the snapshot is whole, or it has a gap that names what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.model.error import CollectError
from audit.model.snapshot import Manifest
from audit.snapshot.reader import open_input
from tests.collect.company import company, hit
from tests.collect.fake_aws import (
    ACCOUNT,
    HANG_UP,
    HTML,
    TRUNCATED,
    FakeAws,
    Fault,
    Reply,
    Request,
    json_error,
    turk_error,
    xml_error,
)
from tests.collect.running import FakeClock, collect, evidence, lines

THROTTLED = json_error("ThrottlingException", "Rate exceeded")
DENIED = json_error(
    "AccessDeniedException", f"User: arn:aws:iam::{ACCOUNT}:user/auditor is not authorized to perform it"
)
GONE = turk_error("AWS.MechanicalTurk.HITDoesNotExist", "Hit 3HIT00004 does not exist.")
SERVER_ERROR = Reply(500, b"{}")
UNAVAILABLE = Reply(503, b"<html><body>503</body></html>", "text/html")
LIST = Reply(200, b"[1, 2]")
NOT_UTF8 = Reply(200, b'{"NumResults": "\xff\xfe"}')
MISCOUNTED = Reply(200, b'{"NumResults": 3, "HITs": [], "BonusPayments": [], "WorkerBlocks": []}')


def on(operation: str, reply: Reply, *, times: int | None = None, **parameters: Any) -> Fault:
    """Give `reply` to the requests of `operation` that have `parameters`, all of them or the first `times` of each."""

    def fault(request: Request) -> Reply | None:
        matches = request.operation == operation and parameters.items() <= request.parameters.items()
        return reply if matches and (times is None or request.attempt <= times) else None

    return fault


def gaps(manifest: Manifest) -> list[tuple[str, str, str]]:
    return [(gap.source, str(gap.reason), gap.item) for gap in manifest.gaps]


def collected(tmp_path: Path, fault: Fault, fake: FakeAws | None = None, **changes: Any) -> Manifest:
    fake = fake or company()
    fake.fault = fault
    return collect(fake, tmp_path / "snapshot", **changes)


BROKEN = {
    "html": HTML,
    "truncated": TRUNCATED,
    "server error": SERVER_ERROR,
    "unavailable": UNAVAILABLE,
    "a list": LIST,
    "no utf-8": NOT_UTF8,
    "miscounted": MISCOUNTED,
    "empty body": Reply(200, b""),
    "throttled": THROTTLED,
}


@pytest.mark.parametrize("name", sorted(BROKEN))
@pytest.mark.parametrize("operation", ["ListHITs", "ListBonusPayments", "ListWorkerBlocks"])
def test_an_answer_that_is_broken_twice_costs_nothing(tmp_path: Path, operation: str, name: str) -> None:
    collect(company(), tmp_path / "whole")
    manifest = collected(tmp_path, on(operation, BROKEN[name], times=2))
    assert manifest.gaps == ()
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


@pytest.mark.parametrize("name", sorted(set(BROKEN) - {"throttled"}))
def test_a_listing_that_stays_broken_is_failed_and_not_empty(tmp_path: Path, name: str) -> None:
    manifest = collected(tmp_path, on("ListHITs", BROKEN[name]))
    assert gaps(manifest) == [("mturk:ListBonusPayments", "not asked", ""), ("mturk:ListHITs", "failed", "")]
    account = open_input(tmp_path / "snapshot").accounts[0]
    assert (account.hits, account.bonus_payments) == (None, None)
    assert len(account.worker_blocks or ()) == 3


def test_a_web_page_is_named_with_the_endpoint_that_gave_it(tmp_path: Path) -> None:
    manifest = collected(tmp_path, on("ListWorkerBlocks", HTML))
    detail = manifest.gaps[0].detail
    assert "http://127.0.0.1:" in detail
    assert "answered mturk:ListWorkerBlocks with a web page (HTML)" in detail


def test_a_cycle_of_tokens_is_named_and_what_came_before_it_is_kept(tmp_path: Path) -> None:
    page = {"NumResults": 1, "HITs": [hit(4)], "NextToken": "token-3"}
    manifest = collected(tmp_path, on("ListHITs", Reply(200, json.dumps(page).encode()), NextToken="token-6"))
    assert gaps(manifest) == [
        ("mturk:ListBonusPayments", "not asked", "the HITs that were not listed"),
        ("mturk:ListHITs", "failed", "page 3 and the pages after it"),
    ]
    assert "the token `token-3` for the second time" in manifest.gaps[1].detail
    assert len(lines(tmp_path / "snapshot", "mturk/hits.jsonl")) == 6


def test_a_token_that_points_to_its_own_page_is_noticed(tmp_path: Path) -> None:
    page = {"NumResults": 1, "WorkerBlocks": [{"WorkerId": "A1", "Reason": ""}], "NextToken": "again"}
    manifest = collected(tmp_path, on("ListWorkerBlocks", Reply(200, json.dumps(page).encode())))
    assert gaps(manifest) == [("mturk:ListWorkerBlocks", "failed", "page 2 and the pages after it")]


def test_an_empty_page_with_a_token_is_followed(tmp_path: Path) -> None:
    empty = {"NumResults": 0, "HITs": [], "NextToken": "token-0"}

    def fault(request: Request) -> Reply | None:
        first = request.operation == "ListHITs" and "NextToken" not in request.parameters
        return Reply(200, json.dumps(empty).encode()) if first else None

    manifest = collected(tmp_path, fault)
    assert manifest.gaps == ()
    assert len(lines(tmp_path / "snapshot", "mturk/hits.jsonl")) == 7


def test_empty_pages_without_end_are_given_up(tmp_path: Path) -> None:
    def fault(request: Request) -> Reply | None:
        if request.operation != "ListWorkerBlocks":
            return None
        page = {"NumResults": 0, "WorkerBlocks": [], "NextToken": f"t{request.number}"}
        return Reply(200, json.dumps(page).encode())

    fake = FakeAws()
    manifest = collected(tmp_path, fault, fake)
    assert gaps(manifest) == [("mturk:ListWorkerBlocks", "failed", "page 1001 and the pages after it")]
    assert "1000 pages in a row with nothing new" in manifest.gaps[0].detail


@pytest.mark.parametrize("kind", ["HIT", "Assignment"])
def test_a_hit_that_is_gone_is_a_gap_of_that_hit(kind: str, tmp_path: Path) -> None:
    gone = turk_error(f"AWS.MechanicalTurk.{kind}DoesNotExist", f"{kind} does not exist.")
    manifest = collected(tmp_path, on("ListBonusPayments", gone, HITId="3HIT00004"))
    assert gaps(manifest) == [("mturk:ListBonusPayments", "gone", "3HIT00004")]
    assert len(lines(tmp_path / "snapshot", "mturk/bonus-payments.jsonl")) == 6


def test_the_stamp_at_a_messages_end_is_no_part_of_the_report(tmp_path: Path) -> None:
    manifest = collected(tmp_path, on("ListBonusPayments", GONE, HITId="3HIT00004"))
    assert manifest.gaps[0].detail.endswith("Hit 3HIT00004 does not exist.")


def test_an_account_without_a_requester_is_not_applicable(tmp_path: Path) -> None:
    reply = turk_error("AWS.AccountNotLinked", "This user is not linked to an MTurk requester.")
    fake = company()
    manifest = collected(
        tmp_path,
        lambda request: (
            reply
            if request.parameters.keys() <= {"MaxResults"} and request.operation in ("GetAccountBalance", "ListHITs")
            else None
        ),
        fake,
    )
    assert {(source, reason) for source, reason, _ in gaps(manifest)} == {
        (source, "not applicable")
        for source in (
            "mturk:GetAccountBalance",
            "mturk:ListBonusPayments",
            "mturk:ListHITs",
            "mturk:ListWorkerBlocks",
        )
    }
    assert fake.operations().count("ListHITs") == 0, "one answer tells it for all"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(410, b"{}"),
        json_error("ServiceRetired", "Amazon Mechanical Turk is no longer available."),
        Reply(404, b"<html>The service has been discontinued</html>", "text/html"),
    ],
    ids=["410", "message", "page"],
)
def test_a_closed_service_is_retired_and_never_zero(tmp_path: Path, reply: Reply) -> None:
    manifest = collected(tmp_path, on("GetAccountBalance", reply))
    assert {reason for _, reason, _ in gaps(manifest)} == {"retired"}
    assert len(manifest.gaps) == 4
    account = open_input(tmp_path / "snapshot").accounts[0]
    assert (account.hits, account.bonus_payments, account.worker_blocks, account.balance) == (None, None, None, None)
    assert account.authorization is not None


@pytest.mark.parametrize(
    ("operation", "source"),
    [
        ("ListHITs", "mturk:ListHITs"),
        ("ListWorkerBlocks", "mturk:ListWorkerBlocks"),
        ("GetAccountBalance", "mturk:GetAccountBalance"),
        ("ListBonusPayments", "mturk:ListBonusPayments"),
    ],
)
def test_what_is_denied_is_a_gap_that_names_the_permission(tmp_path: Path, operation: str, source: str) -> None:
    manifest = collected(tmp_path, on(operation, DENIED))
    gap = next(gap for gap in manifest.gaps if gap.source == source)
    assert (gap.reason, gap.item) == ("denied", "")
    assert f"allow mechanicalturk:{operation}" in gap.detail


def test_a_walk_that_is_denied_throughout_does_not_ask_about_every_hit(tmp_path: Path) -> None:
    fake = company(hits=300)
    fake.page_size = 100
    collected(tmp_path, on("ListBonusPayments", DENIED), fake, max_concurrency=2)
    assert fake.operations().count("ListBonusPayments") < 100


def test_one_denied_call_among_many_is_a_gap_of_its_own(tmp_path: Path) -> None:
    manifest = collected(tmp_path, on("ListBonusPayments", DENIED, HITId="3HIT00005"))
    assert gaps(manifest) == [("mturk:ListBonusPayments", "denied", "3HIT00005")]
    assert len(lines(tmp_path / "snapshot", "mturk/bonus-payments.jsonl")) == 6


@pytest.mark.parametrize(
    ("operation", "item"),
    [("GetAccountAuthorizationDetails", ""), ("GetPolicy", "arn:aws:iam::aws:policy/PowerUserAccess")],
)
def test_denied_iam_is_a_gap(tmp_path: Path, operation: str, item: str) -> None:
    manifest = collected(tmp_path, on(operation, xml_error("AccessDenied", "not authorized", 403)))
    assert gaps(manifest)[0] == ("iam:GetAccountAuthorizationDetails", "denied", item)
    unasked = [("iam:GetServiceLastAccessedDetails", "not asked", "")]
    assert gaps(manifest)[1:] == ([] if item else unasked), "nobody could be asked about without the principals"
    assert f"allow iam:{operation}" in manifest.gaps[0].detail
    assert (open_input(tmp_path / "snapshot").accounts[0].authorization is None) == (item == "")


def test_denied_aliases_are_a_gap_and_the_account_has_no_name(tmp_path: Path) -> None:
    manifest = collected(tmp_path, on("ListAccountAliases", xml_error("AccessDenied", "not authorized", 403)))
    assert gaps(manifest) == [("iam:ListAccountAliases", "denied", "")]
    assert manifest.accounts[0].alias == ""


@pytest.mark.parametrize("reply", [HTML, Reply(200, b"<GetAccountAuthorizationDetailsResponse><GetAcc", "text/xml")])
def test_a_broken_iam_page_is_failed_and_what_came_before_is_marked_as_cut_off(tmp_path: Path, reply: Reply) -> None:
    manifest = collected(tmp_path, on("GetAccountAuthorizationDetails", reply, Marker="marker-2"))
    assert gaps(manifest) == [
        ("iam:GetAccountAuthorizationDetails", "failed", "page 3 and the pages after it"),
        ("iam:GetServiceLastAccessedDetails", "not asked", "the principals that were not listed"),
    ]
    authorization = open_input(tmp_path / "snapshot").accounts[0].authorization
    assert authorization is not None
    assert authorization.is_truncated
    assert len(authorization.user_detail_list) == 1
    assert authorization.role_detail_list == ()


def test_throttling_that_does_not_end_is_throttled_out(tmp_path: Path) -> None:
    clock = FakeClock()
    manifest = collected(tmp_path, on("ListWorkerBlocks", THROTTLED), clock=clock)
    assert gaps(manifest) == [("mturk:ListWorkerBlocks", "throttled", "")]
    assert clock.slept[-2:] == [1.0, 2.0], "it waits longer each time"


def test_throttled_iam_is_asked_again(tmp_path: Path) -> None:
    reply = xml_error("Throttling", "Rate exceeded", 400)
    manifest = collected(tmp_path, on("GetAccountAuthorizationDetails", reply, times=2))
    assert manifest.gaps == ()


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException"])
def test_credentials_that_expire_stop_the_collection_and_keep_what_is_there(tmp_path: Path, code: str) -> None:
    fake = company()
    expired = on("ListBonusPayments", json_error(code, "The security token is expired"), HITId="3HIT00002")
    with pytest.raises(CollectError, match="renew them and start the same command again"):
        collected(tmp_path, expired, fake)
    before = len(fake.requests)
    manifest = collected(tmp_path, lambda request: None, fake)
    collect(company(), tmp_path / "whole")
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")
    assert manifest.gaps == ()
    assert len(fake.requests) - before <= 1 + 4 + 1 + 1, "who it is, the HITs that were in flight or open, the blocks"


def test_a_connection_that_is_lost_in_the_middle_stops_the_collection_and_keeps_what_is_there(tmp_path: Path) -> None:
    fake = company(hits=40)
    served = 0

    def fault(request: Request) -> Reply | None:
        nonlocal served
        served += request.operation == "ListBonusPayments"
        return HANG_UP if served > 10 else None

    with pytest.raises(CollectError, match="the connection was lost after"):
        collected(tmp_path, fault, fake, max_concurrency=1)
    collected(tmp_path, lambda request: None, fake)
    collect(company(hits=40), tmp_path / "whole")
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


def test_an_endpoint_that_never_answers_leaves_gaps_and_is_not_asked_for_everything(tmp_path: Path) -> None:
    fake = company()
    manifest = collected(tmp_path, on("GetAccountBalance", HANG_UP), fake)
    assert {reason for _, reason, _ in gaps(manifest)} == {"failed"}
    assert len(manifest.gaps) == 4
    assert "ListHITs" not in fake.operations()


def test_an_answer_that_does_not_come_in_time_is_a_gap(tmp_path: Path) -> None:
    fake = company()
    fake.latency = 0.5
    fake.hits = []
    with pytest.raises(CollectError, match="no answer in time"):
        collected(tmp_path, lambda request: None, fake, read_timeout=0.1)


@pytest.mark.parametrize("row", [{}, {"HITId": 7}, {"HITId": ""}, {"HITId": "3HIT", "Reward": "cheap"}])
def test_a_row_that_is_no_hit_is_not_kept_as_one(tmp_path: Path, row: dict[str, object]) -> None:
    page = {"NumResults": 1, "HITs": [row]}
    manifest = collected(tmp_path, on("ListHITs", Reply(200, json.dumps(page).encode())))
    assert ("mturk:ListHITs", "failed", "") in gaps(manifest)


@pytest.mark.parametrize(
    "change",
    [{"BonusAmount": "NaN"}, {"BonusAmount": ""}, {"GrantTime": None}, {"WorkerId": None}, {"AssignmentId": 3}],
)
def test_a_payment_without_its_parts_is_a_gap_and_no_payment(tmp_path: Path, change: dict[str, object]) -> None:
    fake = company()
    row = {name: value for name, value in (fake.payments["3HIT00003"][0] | change).items() if value is not None}
    fake.payments["3HIT00003"] = [row]
    manifest = collected(tmp_path, lambda request: None, fake)
    assert gaps(manifest) == [("mturk:ListBonusPayments", "failed", "3HIT00003")]
    assert "AWORKER" not in str(manifest.gaps)


def test_a_hostile_message_is_one_short_line_in_the_gap(tmp_path: Path) -> None:
    reply = json_error("AccessDeniedException", "no\n\x1b[31m</script>" + "x" * 5000)
    manifest = collected(tmp_path, on("ListWorkerBlocks", reply))
    detail = manifest.gaps[0].detail
    assert "\n" not in detail
    assert "\x1b" not in detail
    assert len(detail) < 600


FAULTS: list[Reply] = [*BROKEN.values(), DENIED, GONE]
MTURK = ("GetAccountBalance", "ListHITs", "ListBonusPayments", "ListWorkerBlocks")


def random_faults(choose: Callable[[Request], int]) -> Fault:
    def fault(request: Request) -> Reply | None:
        index = choose(request)
        return FAULTS[index] if request.operation in MTURK and index < len(FAULTS) else None

    return fault


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), odds=st.integers(2, 40))
def test_whatever_goes_wrong_the_snapshot_is_whole_or_names_what_is_missing(
    tmp_path_factory: pytest.TempPathFactory, seed: int, odds: int
) -> None:
    """Each request meets a fault, or none, that depends on the seed and its own place only."""
    fake = company(hits=9)
    expected = {
        (row["AssignmentId"], row["BonusAmount"]): hit_id for hit_id, rows in fake.payments.items() for row in rows
    }

    def choose(request: Request) -> int:
        key = f"{seed} {request.operation} {sorted(request.parameters.items())} {request.attempt}"
        return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % (len(FAULTS) * odds)

    out = tmp_path_factory.mktemp("mix")
    manifest = collected(out, random_faults(choose), fake)
    account = open_input(out / "snapshot").accounts[0]
    missing = {gap.item for gap in manifest.gaps if gap.source == "mturk:ListBonusPayments"}
    paid = account.bonus_payments or ()
    assert len({payment.assignment_id for payment in paid}) == len(paid), "none twice"
    there = {(payment.assignment_id, str(payment.amount)) for payment in paid}
    assert there <= expected.keys()
    for key, hit_id in expected.items():
        unlisted = "the HITs that were not listed" in missing and hit_id not in {
            each.hit_id for each in account.hits or ()
        }
        assert key in there or hit_id in missing or "" in missing or unlisted
    if not manifest.gaps:
        whole = company(hits=9)
        collect(whole, out / "whole")
        assert evidence(out / "snapshot") == evidence(out / "whole")
