"""The collectors against the local AWS of the demo: another implementation of the wire, with its own faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import local_aws
from audit.model.error import CollectError
from audit.model.snapshot import GapReason, Manifest
from audit.snapshot.reader import open_input
from tests.collect.running import FakeClock, evidence, options
from tests.demo.building import ACCOUNT, account, busy_marketplace, company

BALANCE, LIST_HITS, LIST_PAYMENTS, LIST_BLOCKS = (
    "mturk:GetAccountBalance",
    "mturk:ListHITs",
    "mturk:ListBonusPayments",
    "mturk:ListWorkerBlocks",
)
OPERATIONS = (BALANCE, LIST_HITS, LIST_PAYMENTS, LIST_BLOCKS)
PASSING = (
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.TRUNCATED_BODY,
    Fault.HTML_BODY,
)
"""What is over at the next attempt."""
LASTING = {
    Fault.THROTTLED: GapReason.THROTTLED,
    Fault.SERVER_ERROR: GapReason.FAILED,
    Fault.UNAVAILABLE: GapReason.FAILED,
    Fault.ACCESS_DENIED: GapReason.DENIED,
    Fault.ACCOUNT_NOT_LINKED: GapReason.NOT_APPLICABLE,
    Fault.RETIRED: GapReason.RETIRED,
    Fault.TRUNCATED_BODY: GapReason.FAILED,
    Fault.HTML_BODY: GapReason.FAILED,
    Fault.DROPPED: GapReason.FAILED,
    Fault.HANG: GapReason.FAILED,
}


def collected(out: Path, monkeypatch: pytest.MonkeyPatch, *plan: Planned, bonuses: int = 5) -> Manifest:
    small = company(account(marketplace=busy_marketplace(bonuses=bonuses)))
    with local_aws(small, faults=FaultPlan(plan), hang=2.0) as aws:
        for name, value in aws.environment(ACCOUNT).items():
            monkeypatch.setenv(name, value)
        hangs = any(planned.fault is Fault.HANG for planned in plan)
        chosen = options(out, max_concurrency=2, **({"read_timeout": 0.5} if hangs else {}))
        return collect_snapshot(chosen, progress=SilentProgress(), clock=FakeClock())


def test_without_faults_everything_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert collected(tmp_path / "snapshot", monkeypatch).gaps == ()
    read = open_input(tmp_path / "snapshot").accounts[0]
    market = busy_marketplace()
    assert sorted(read.bonus_payments or (), key=str) == sorted(market.payments, key=str)
    assert {hit.hit_id for hit in read.hits or ()} == {hit.hit_id for hit in market.hits}
    assert sorted(read.worker_blocks or (), key=str) == sorted(market.blocks, key=str)
    assert read.balance == market.available


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    collected(tmp_path / "whole", monkeypatch)
    plan = [Planned(operation=operation, fault=fault, times=2) for operation in OPERATIONS]
    assert collected(tmp_path / "snapshot", monkeypatch, *plan).gaps == ()
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


@pytest.mark.parametrize("operation", [LIST_HITS, LIST_PAYMENTS, LIST_BLOCKS])
def test_empty_pages_are_followed_to_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    collected(tmp_path / "whole", monkeypatch)
    manifest = collected(
        tmp_path / "snapshot", monkeypatch, Planned(operation=operation, fault=Fault.EMPTY_PAGE, times=2)
    )
    assert manifest.gaps == ()
    whole, paged = evidence(tmp_path / "whole"), evidence(tmp_path / "snapshot")
    assert {name for name in whole if whole[name] != paged[name]} == {"manifest.json"}, (
        "only the count of calls differs"
    )


@pytest.mark.parametrize("fault", [Fault.REPEATED_TOKEN, Fault.CYCLIC_TOKEN])
def test_tokens_that_lead_back_are_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    plan = Planned(operation=LIST_PAYMENTS, fault=fault, times=None)
    manifest = collected(tmp_path / "snapshot", monkeypatch, plan, bonuses=250)
    assert [(gap.source, gap.reason, gap.item) for gap in manifest.gaps] == [
        (LIST_PAYMENTS, GapReason.FAILED, "3HIT00000")
    ]
    assert "for the second time" in manifest.gaps[0].detail


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", sorted(LASTING))
def test_a_fault_that_lasts_is_a_gap_of_its_kind_and_never_a_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, operation: str
) -> None:
    manifest = collected(tmp_path / "snapshot", monkeypatch, Planned(operation=operation, fault=fault, times=None))
    assert {gap.reason for gap in manifest.gaps if gap.source == operation} == {LASTING[fault]}
    read = open_input(tmp_path / "snapshot").accounts[0]
    held = {
        BALANCE: read.balance,
        LIST_HITS: read.hits,
        LIST_PAYMENTS: read.bonus_payments,
        LIST_BLOCKS: read.worker_blocks,
    }
    assert held[operation] is None


@pytest.mark.parametrize("operation", ["sts:GetCallerIdentity", "iam:GetAccountAuthorizationDetails", LIST_PAYMENTS])
def test_expired_credentials_end_it_at_any_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    expired = Planned(operation=operation, fault=Fault.EXPIRED_CREDENTIALS, times=None)
    with pytest.raises(CollectError, match="the AWS credentials were refused by"):
        collected(tmp_path / "snapshot", monkeypatch, expired)
