"""One account collected over HTTP: what is asked, and what lies in the snapshot afterwards."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.snapshot.reader import open_input
from tests.collect.company import company, hit, moment, payment, policy
from tests.collect.fake_aws import ACCOUNT, CALLER, FakeAws
from tests.collect.running import KeptProgress, collect, evidence, lines

BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    collect(company(), tmp_path / "snapshot")
    return tmp_path / "snapshot"


@pytest.fixture
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def authorization(out: Path) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode((out / ACCOUNT / "iam" / "authorization-details.json").read_bytes())
    return decoded


def test_a_snapshot_reads_back_whole(snapshot: Path) -> None:
    read = open_input(snapshot)
    account = read.accounts[0]
    assert read.gaps == ()
    assert (account.account.account_id, account.account.alias) == (ACCOUNT, "example-company")
    assert account.authorization is not None
    assert [user.user_name for user in account.authorization.user_detail_list] == ["payer"]
    assert [group.group_name for group in account.authorization.group_detail_list] == ["requesters"]
    assert [role.role_name for role in account.authorization.role_detail_list] == ["labelling"]
    assert len(account.hits or ()) == 7
    assert account.balance == Decimal("10.50")
    assert [block.worker_id for block in account.worker_blocks or ()] == ["AWORKER1", "AWORKER2", "AWORKER3"]
    payments = account.bonus_payments or ()
    assert sum(each.amount for each in payments) == Decimal("13.00")
    assert payments[0].granted_at == moment(3)
    assert payments[0].reason == "Gut gemacht ✓ </script>"


def test_the_manifest_says_who_collected_what_and_when(tmp_path: Path) -> None:
    manifest = collect(company(), tmp_path / "snapshot")
    assert manifest.caller_arn == CALLER
    assert manifest.window.label == "2026-Q3"
    assert manifest.environment == "production"
    assert manifest.endpoints == ("http://127.0.0.1",), "a local AWS is not taken for AWS's own"
    assert manifest.started_from == ""
    assert manifest.ended_at is not None
    counts = {file.path.removeprefix(f"{ACCOUNT}/"): (file.rows, file.api_calls) for file in manifest.files}
    assert counts == {
        "organization/policies.json": (0, 0),
        "organization/tree.json": (0, 1),
        "cloudtrail/coverage.json": (1, 0),
        "cloudtrail/events.jsonl": (0, 2),
        "cloudtrail/trails.json": (0, 1),
        "iam/account-aliases.json": (1, 1),
        "iam/credential-report.csv": (1, 1),
        "iam/service-last-accessed.jsonl": (2, 4),
        "iam/authorization-details.json": (5, 6),
        "iam/caller-identity.json": (1, 1),
        "mturk/account-balance.json": (1, 1),
        "mturk/bonus-payments.jsonl": (6, 8),
        "mturk/hits.jsonl": (7, 3),
        "mturk/worker-blocks.jsonl": (3, 1),
    }


def test_money_stays_the_string_that_aws_sent(snapshot: Path) -> None:
    assert {row["BonusAmount"] for row in lines(snapshot, "mturk/bonus-payments.jsonl")} == {"1.50", "2.50", "3.50"}
    assert b'"AvailableBalance":"10.50"' in (snapshot / ACCOUNT / "mturk" / "account-balance.json").read_bytes()


@pytest.mark.usefixtures("_berlin")
def test_times_are_utc_in_the_hour_that_a_zone_has_twice(tmp_path: Path) -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    fake = company(hits=1)
    fake.payments = {
        "3HIT00001": [
            payment(1, 0) | {"GrantTime": first.timestamp()},
            payment(1, 1) | {"GrantTime": second.timestamp()},
        ]
    }
    collect(fake, tmp_path / "snapshot")
    granted = [row["GrantTime"] for row in lines(tmp_path / "snapshot", "mturk/bonus-payments.jsonl")]
    assert granted == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]


@pytest.mark.usefixtures("_berlin")
def test_the_machines_zone_does_not_change_the_bytes(tmp_path: Path, snapshot: Path) -> None:
    collect(company(), tmp_path / "again")
    assert evidence(tmp_path / "again") == evidence(snapshot)


def test_task_content_stays_behind(snapshot: Path) -> None:
    row = lines(snapshot, "mturk/hits.jsonl")[0]
    assert "Question" not in row
    assert "Description" not in row
    assert row["Title"] == "Label image 1"
    assert row["NumberOfAssignmentsCompleted"] == 2


def test_every_page_is_asked_for_at_its_full_size(tmp_path: Path) -> None:
    fake = company()
    collect(fake, tmp_path / "snapshot")
    for request in fake.requests:
        if request.operation.startswith("List") and request.operation != "ListAccountAliases":
            assert request.parameters["MaxResults"] == 100
        if request.operation == "GetAccountAuthorizationDetails":
            assert request.parameters["MaxItems"] == "1000"
            filters = {value for name, value in request.parameters.items() if name.startswith("Filter")}
            assert filters == {"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"}


def test_workers_answers_are_never_asked_for(tmp_path: Path) -> None:
    fake = company()
    collect(fake, tmp_path / "snapshot")
    assert not {"ListAssignmentsForHIT", "GetAssignment"} & set(fake.operations())


def test_each_hit_is_asked_about_once(tmp_path: Path) -> None:
    fake = company(hits=20)
    collect(fake, tmp_path / "snapshot")
    asked = [each.parameters["HITId"] for each in fake.requests if each.operation == "ListBonusPayments"]
    assert len(asked) - len(set(asked)) == sum(len(rows) > 3 for rows in fake.payments.values())


def test_a_page_without_roles_is_not_the_last(snapshot: Path) -> None:
    raw = authorization(snapshot)
    assert [role["RoleName"] for role in raw["RoleDetailList"]] == ["labelling"]
    assert raw["IsTruncated"] is False


def test_a_boundary_that_the_listing_leaves_out_is_fetched(snapshot: Path) -> None:
    raw = authorization(snapshot)
    boundary = next(each for each in raw["Policies"] if each["Arn"] == BOUNDARY)
    assert boundary["PolicyVersionList"] == [{"Document": policy("*"), "IsDefaultVersion": True, "VersionId": "v2"}]


def test_a_boundary_that_is_gone_is_a_gap_of_its_own(tmp_path: Path) -> None:
    fake = company()
    fake.policies = {}
    manifest = collect(fake, tmp_path / "snapshot")
    assert [(gap.source, gap.reason, gap.item) for gap in manifest.gaps] == [
        ("iam:GetAccountAuthorizationDetails", "gone", BOUNDARY)
    ]
    assert open_input(tmp_path / "snapshot").accounts[0].authorization is not None


def test_a_document_that_cannot_be_decoded_stays_the_string_it_came_as(snapshot: Path) -> None:
    raw = authorization(snapshot)
    document = raw["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"]
    assert document == "%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B"


def test_concurrency_does_not_change_the_bytes(tmp_path: Path) -> None:
    alone, many = company(hits=40), company(hits=40)
    collect(alone, tmp_path / "alone", max_concurrency=1)
    collect(many, tmp_path / "many", max_concurrency=16)
    assert evidence(tmp_path / "alone") == evidence(tmp_path / "many")


def test_a_hit_on_two_pages_is_one_hit_as_the_later_page_has_it(tmp_path: Path) -> None:
    fake = company(hits=3)
    fake.hits = [hit(3), hit(2), hit(1), hit(1) | {"HITStatus": "Disposed"}]
    collect(fake, tmp_path / "snapshot")
    rows = lines(tmp_path / "snapshot", "mturk/hits.jsonl")
    assert [(row["HITId"], row["HITStatus"]) for row in rows] == [
        ("3HIT00001", "Disposed"),
        ("3HIT00002", "Reviewable"),
        ("3HIT00003", "Reviewable"),
    ]


def test_two_equal_payments_are_two_payments(tmp_path: Path) -> None:
    fake = company(hits=1)
    fake.payments = {"3HIT00001": [payment(1, 0), payment(1, 0)]}
    collect(fake, tmp_path / "snapshot")
    assert len(lines(tmp_path / "snapshot", "mturk/bonus-payments.jsonl")) == 2


def test_an_account_with_nothing_in_it_has_empty_lists_and_no_gap(tmp_path: Path) -> None:
    manifest = collect(FakeAws(aliases=[]), tmp_path / "snapshot")
    account = open_input(tmp_path / "snapshot").accounts[0]
    assert manifest.gaps == ()
    assert account.authorization is not None
    assert account.authorization.user_detail_list == ()
    assert (account.hits, account.bonus_payments, account.worker_blocks) == ((), (), ())
    assert account.account.alias == ""


def test_nobody_but_the_owner_can_read_a_snapshot(snapshot: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (snapshot, *snapshot.rglob("*")) if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in snapshot.rglob("*") if path.is_file()} == {0o600}


def test_progress_counts_items_and_tells_nothing_of_workers(tmp_path: Path) -> None:
    progress = KeptProgress()
    collect(company(), tmp_path / "snapshot", progress=progress)
    source = "mturk:ListBonusPayments"
    assert sum(call[2] for call in progress.calls if call[:2] == ("advance", source)) == 7
    assert [call for call in progress.calls if call[:2] == ("start", source)] == [
        ("start", source, None),
        ("start", source, 7),
    ]
    assert ("finish", source) in progress.calls
    assert "AWORKER" not in str(progress.calls)


def test_payments_outside_the_window_are_kept(tmp_path: Path) -> None:
    fake = company(hits=1)
    fake.payments = {"3HIT00001": [payment(1, 0) | {"GrantTime": datetime(2025, 1, 1, tzinfo=UTC).timestamp()}]}
    collect(fake, tmp_path / "snapshot")
    assert len(lines(tmp_path / "snapshot", "mturk/bonus-payments.jsonl")) == 1
