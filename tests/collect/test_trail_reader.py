"""One bucket for the accounts of an organization: read by whoever its policy lets in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from audit.collect.interface import OF_ACCOUNT, OF_CALLER, AccountOptions, EventOptions
from audit.demo.account import Bucket, Company
from audit.demo.athena_table import Table
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import Settings
from audit.model.error import InputError
from audit.model.snapshot import GapReason, Manifest
from audit.snapshot.layout import ACCOUNT_ROLE, EVENTS
from audit.snapshot.reader import open_input
from audit.snapshot.window import window_between
from tests.collect.many_accounts import (
    FAR,
    MANAGEMENT,
    NEAR,
    WITHOUT_ROLE,
    collect_accounts,
    company,
    serving_company,
)
from tests.demo.building import log_file, trail_record

WINDOW = window_between("2026-09-21", "2026-09-22")
BUCKET, ORGANIZATION = "trail-of-all", "o-a1b2c3d4e5"
TRAIL = f"s3://{BUCKET}"
Calls = Counter[tuple[str, str]]
COLLECTED = (MANAGEMENT, NEAR, FAR)
ATHENA = Settings(
    athena_tables=(
        Table(
            database="audit",
            name="trail",
            location=f"{TRAIL}/AWSLogs/{ORGANIZATION}/${{account}}/CloudTrail/us-east-1/${{day}}",
            partitions=("account", "day"),
        ),
    ),
    unfinished=0,
)
SEARCHED = EventOptions(athena_table="audit.trail", athena_output="s3://results/x")


def company_with_bucket(keeper: str) -> Company:
    """A bucket of `keeper` that its policy shows to nobody else; one call in each account, on each day."""
    objects = []
    for number, account_id in enumerate(COLLECTED):
        for day in (21, 22):
            record = trail_record(
                100 * number + day, WINDOW.since.replace(day=day, hour=9), recipientAccountId=account_id
            )
            above = f"AWSLogs/{ORGANIZATION}/{account_id}/CloudTrail/us-east-1"
            objects.append(log_file(f"{above}/2026/09/{day}/x.json.gz", record))
    bucket = Bucket(name=BUCKET, account_id=keeper, objects=tuple(objects))
    return msgspec.structs.replace(company(hits=1), buckets=(bucket,))


def collected(
    out: Path, keeper: str, road: EventOptions, *faults: Planned
) -> tuple[Manifest, Counter[tuple[str, str]]]:
    """The manifest, and how many calls by account and service."""
    with serving_company(company_with_bucket(keeper), faults=FaultPlan(faults), settings=ATHENA) as aws:
        manifest = collect_accounts(out, events=road, window=WINDOW)
    return manifest, Counter((call.account_id, call.service) for call in aws.calls)


def events_of(out: Path) -> dict[str, int | None]:
    """How many events each account has; None where it has no such file."""
    accounts = open_input(out).accounts
    return {
        each.account.account_id: None if each.events is None else len(each.events)
        for each in accounts
        if each.account.account_id in COLLECTED
    }


def gaps_of_events(manifest: Manifest) -> dict[str, GapReason]:
    return {gap.account_id: gap.reason for gap in manifest.gaps if gap.source == EVENTS.source}


EVERYWHERE = dict.fromkeys(COLLECTED, 1)


@pytest.mark.parametrize("road", [EventOptions(trail=TRAIL), SEARCHED], ids=["files", "athena"])
def test_a_bucket_that_only_the_caller_may_read_is_read_with_the_callers_credentials(
    tmp_path: Path, road: EventOptions
) -> None:
    assert road.reader == OF_CALLER
    manifest, calls = collected(tmp_path / "snapshot", MANAGEMENT, road)
    assert events_of(tmp_path / "snapshot") == EVERYWHERE
    assert gaps_of_events(manifest) == {}
    assert {account_id for account_id, service in calls if service in ("s3", "athena")} == {MANAGEMENT}


def test_a_bucket_of_the_log_archive_is_read_with_the_role_there(tmp_path: Path) -> None:
    manifest, calls = collected(tmp_path / "snapshot", FAR, EventOptions(trail=TRAIL, reader=FAR))
    assert events_of(tmp_path / "snapshot") == EVERYWHERE
    assert gaps_of_events(manifest) == {}
    assert {account_id for account_id, service in calls if service == "s3"} == {FAR}


def test_each_accounts_own_role_reads_the_bucket_where_that_is_wanted(tmp_path: Path) -> None:
    manifest, calls = collected(tmp_path / "snapshot", NEAR, EventOptions(trail=TRAIL, reader=OF_ACCOUNT))
    assert events_of(tmp_path / "snapshot") == {MANAGEMENT: None, NEAR: 1, FAR: None}
    assert gaps_of_events(manifest) == {MANAGEMENT: GapReason.DENIED, FAR: GapReason.DENIED}
    assert {account_id for account_id, service in calls if service == "s3"} == set(COLLECTED)


def test_whoever_is_refused_by_the_bucket_leaves_a_gap_in_each_account_and_ends_none(tmp_path: Path) -> None:
    manifest, _ = collected(tmp_path / "snapshot", FAR, EventOptions(trail=TRAIL))
    assert events_of(tmp_path / "snapshot") == dict.fromkeys(COLLECTED)
    assert gaps_of_events(manifest) == dict.fromkeys(COLLECTED, GapReason.DENIED)
    assert all(len(each.worker_blocks or ()) == 3 for each in open_input(tmp_path / "snapshot").accounts[:3])


def test_a_keeper_without_the_role_is_a_gap_of_the_events_and_of_no_account(tmp_path: Path) -> None:
    manifest, _ = collected(tmp_path / "snapshot", FAR, EventOptions(trail=TRAIL, reader=WITHOUT_ROLE))
    assert set(gaps_of_events(manifest)) == set(COLLECTED)
    detail = next(gap.detail for gap in manifest.gaps if gap.source == EVENTS.source)
    assert f"of the account {WITHOUT_ROLE} cannot be assumed" in detail
    assert {gap.account_id for gap in manifest.gaps if gap.source == ACCOUNT_ROLE} == {WITHOUT_ROLE}


def test_the_keepers_session_is_renewed_and_is_not_taken_for_the_accounts(tmp_path: Path) -> None:
    expired = Planned(operation="s3:GetObject", fault=Fault.EXPIRED_CREDENTIALS, times=1)
    manifest, _ = collected(tmp_path / "snapshot", FAR, EventOptions(trail=TRAIL, reader=FAR), expired)
    assert events_of(tmp_path / "snapshot") == EVERYWHERE
    assert gaps_of_events(manifest) == {}


def test_a_reader_that_nobody_can_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="reads no trail"):
        collected(tmp_path / "snapshot", FAR, EventOptions(trail=TRAIL, reader="archive"))
    alone = AccountOptions()
    with serving_company(company_with_bucket(FAR)), pytest.raises(InputError, match="name the role to assume there"):
        collect_accounts(tmp_path / "alone", accounts=alone, events=EventOptions(trail=TRAIL, reader=FAR))
