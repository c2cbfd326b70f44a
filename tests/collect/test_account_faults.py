"""Every service of many accounts failing at random: a file is as without faults, or a gap names what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.collect.clock import SystemClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from tests.collect.many_accounts import EVERYBODY, collect_accounts, serving_company
from tests.collect.mixes import Mix, check_law, until_finished
from tests.collect.running import evidence, options

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
    with serving_company(faults=Mix(seed, odds, NEEDED)):
        chosen = options(out, accounts=EVERYBODY)
        until_finished(lambda: collect_snapshot(chosen, progress=SilentProgress(), clock=Sleepless()))
    check_law(out, whole)


def check_mixes(tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], count: int, odds: int) -> None:
    # `whole` stays out of the arguments of hypothesis, which would tell it at length beside what failed.
    @settings(max_examples=count)
    @given(seed=st.integers(0, 2**32), odds=st.integers(2, odds))
    def check(seed: int, odds: int) -> None:
        check_mix(tmp_path_factory.mktemp("mix") / "snapshot", whole, seed, odds)

    check()


def test_whatever_goes_wrong_in_any_account_a_file_is_whole_or_a_gap_names_what_it_lacks(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes]
) -> None:
    check_mixes(tmp_path_factory, whole, 10, 40)


@pytest.mark.long
def test_five_hundred_mixes_of_faults_leave_no_file_wrong_without_a_gap(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes]
) -> None:
    check_mixes(tmp_path_factory, whole, 500, 60)
