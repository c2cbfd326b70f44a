"""The event history is asked for beside the rest of its account, and what needs it waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit.demo.faults import Fault, FaultPlan, Faults, Planned
from audit.demo.server import LocalAws, local_aws
from audit.demo.wire import Call
from audit.model.error import CollectError
from audit.snapshot.layout import ACCOUNT_ROLE, BONUS_PAYMENTS, EVENTS, WORKER_BLOCKS
from tests.collect.logged_company import collect_logged, logged_company
from tests.collect.many_accounts import FAR, MANAGEMENT, NEAR, collect_accounts, company, serving_company
from tests.collect.running import evidence
from tests.collect.trail_running import USUAL
from tests.demo.building import ACCOUNT
from tests.unit.cloudtrail.records import BONUS

LOOKUP = "cloudtrail:LookupEvents"


@contextmanager
def serving(faults: Faults | None = None) -> Iterator[LocalAws]:
    with local_aws(logged_company(), faults=faults, settings=USUAL) as aws, pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment(ACCOUNT).items():
            patch.setenv(name, value)
        yield aws


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "snapshot"
    with serving():
        collect_logged(out, "lookup")
    return evidence(out)


class Held:
    """Holds the event history back until another call has come."""

    def __init__(self, until: str) -> None:
        self._until = until
        self._came = threading.Event()
        self.order: list[str] = []

    def __call__(self, call: Call) -> Fault | None:
        if call.name == self._until:
            self._came.set()
        if call.name == LOOKUP:
            assert self._came.wait(60), "nothing else is asked meanwhile"
        self.order.append(str(call.parameters.get("AssignmentId") or call.name))
        return None


def test_hits_are_asked_about_while_the_history_is_read_and_its_assignments_after_it(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    held = Held("mturk:ListBonusPayments")
    with serving(held):
        collect_logged(tmp_path / "snapshot", "lookup")
    assert evidence(tmp_path / "snapshot") == whole
    last = max(number for number, name in enumerate(held.order) if name == LOOKUP)
    assert held.order.index("mturk:ListBonusPayments") < last
    assert held.order.index(BONUS["assignmentId"]) > last, "only the history names it"
    assert BONUS["assignmentId"].encode() in whole[BONUS_PAYMENTS.path(ACCOUNT)]


def test_credentials_that_expire_in_the_history_stop_all_and_nothing_goes_on_without_it(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    out = tmp_path / "snapshot"
    expired = FaultPlan([Planned(operation=LOOKUP, fault=Fault.EXPIRED_CREDENTIALS, after=2, times=None)])
    with serving(expired), pytest.raises(CollectError, match="start the same command again"):
        collect_logged(out, "lookup")
    assert not (out / EVENTS.path(ACCOUNT)).exists()
    assert not (out / BONUS_PAYMENTS.path(ACCOUNT)).exists(), "it would lack what only events lead to"
    with serving():
        collect_logged(out, "lookup")
    assert evidence(out) == whole


def test_a_role_that_is_refused_in_the_history_ends_its_account_with_one_gap_and_no_other(tmp_path: Path) -> None:
    refused = Planned(operation=LOOKUP, fault=Fault.EXPIRED_CREDENTIALS, account_id=FAR, times=None)
    with serving_company(company(hits=2), faults=FaultPlan([refused])):
        manifest = collect_accounts(tmp_path / "snapshot")
    assert [gap.source for gap in manifest.gaps if gap.account_id == FAR] == [ACCOUNT_ROLE]
    paths = {file.path for file in manifest.files}
    for account_id in (MANAGEMENT, NEAR):
        assert {EVENTS.path(account_id), WORKER_BLOCKS.path(account_id)} <= paths
