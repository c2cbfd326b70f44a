"""Every service of many accounts failing at random: a file is as without faults, or a gap names it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.collect.clock import SystemClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from audit.demo.faults import Fault
from audit.demo.wire import Call
from audit.snapshot.layout import ACCOUNT_SOURCES, ALL_FILES, MANIFEST, WRITTEN_WITH
from audit.snapshot.reader import open_input, read_manifest
from tests.collect.many_accounts import EVERYBODY, collect_accounts, serving_company
from tests.collect.running import evidence, options

FAULTS = (
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.ACCESS_DENIED,
    Fault.TRUNCATED_BODY,
    Fault.HTML_BODY,
    Fault.EMPTY_PAGE,
    Fault.REPEATED_TOKEN,
    Fault.CYCLIC_TOKEN,
)
NEEDED = ("GetCallerIdentity", "ListRoots", "DescribeOrganization", "ListAccountsForParent")
"""Without these there is nothing to collect, or other accounts than in the whole."""


class Sleepless(SystemClock):
    """The real time, in which nobody sleeps: waiting is not what is tested here."""

    def sleep(self, seconds: float) -> None:
        return


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "snapshot"
    with serving_company():
        collect_accounts(out)
    return evidence(out)


def check_mix(out: Path, whole: dict[str, bytes], seed: int, odds: int) -> None:
    attempts: dict[str, int] = {}

    def faults(call: Call) -> Fault | None:
        """A fault, or none, that depends on the seed, the call and how often it came."""
        name = f"{call.account_id} {call.name} {sorted(call.parameters.items(), key=str)}"
        attempts[name] = attempts.get(name, 0) + 1
        digest = hashlib.sha256(f"{seed} {name} {attempts[name]}".encode()).digest()
        index = int.from_bytes(digest[:4], "big") % (len(FAULTS) * odds)
        return FAULTS[index] if index < len(FAULTS) and call.operation not in NEEDED else None

    with serving_company(faults=faults):
        collect_snapshot(options(out, accounts=EVERYBODY), progress=SilentProgress(), clock=Sleepless())
    found = evidence(out)
    gaps = {(gap.account_id, gap.source) for gap in read_manifest(out)[0].gaps}
    snapshot = open_input(out)
    assert {(gap.account_id, gap.source) for gap in snapshot.gaps} <= gaps, "the manifest explains all that is missing"
    for account_id in ("", *(each.account.account_id for each in snapshot.accounts)):
        for file in ALL_FILES:
            path = file.path(account_id)
            sources = {file.source, WRITTEN_WITH.get(file, file).source, *ACCOUNT_SOURCES}
            explained = any((account_id, source) in gaps for source in sources)
            assert explained or found.get(path) == whole.get(path), f"{path} differs and no gap says so"
    for each in snapshot.accounts:
        paid = each.bonus_payments or ()
        ids = [(payment.assignment_id, payment.granted_at) for payment in paid]
        assert len(ids) == len(set(ids)), "none twice"
    if found[MANIFEST] == whole[MANIFEST]:
        assert found == whole


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32), odds=st.integers(2, 40))
def test_whatever_goes_wrong_in_any_account_a_file_is_whole_or_a_gap_names_it(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], seed: int, odds: int
) -> None:
    check_mix(tmp_path_factory.mktemp("mix") / "snapshot", whole, seed, odds)


@pytest.mark.long
@settings(max_examples=500)
@given(seed=st.integers(0, 2**32), odds=st.integers(2, 60))
def test_five_hundred_mixes_of_faults_leave_no_file_wrong_without_a_gap(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], seed: int, odds: int
) -> None:
    check_mix(tmp_path_factory.mktemp("mix") / "snapshot", whole, seed, odds)
