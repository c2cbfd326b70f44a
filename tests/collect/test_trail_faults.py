"""CloudTrail's three roads, Access Advisor, the credential report and the trails failing at random."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.demo.faults import Faults
from audit.demo.server import LocalAws, local_aws
from audit.snapshot.layout import BONUS_PAYMENTS, EVENTS, SERVICE_LAST_ACCESSED
from tests.collect.logged_company import ROADS, collect_logged, logged_company
from tests.collect.mixes import Mix, check_law, until_finished
from tests.collect.running import evidence
from tests.collect.trail_running import USUAL
from tests.demo.building import ACCOUNT
from tests.unit.cloudtrail.records import BONUS

COMPANY = logged_company()
Wholes = dict[str, dict[str, bytes]]


@contextmanager
def serving(faults: Faults | None = None) -> Iterator[LocalAws]:
    with local_aws(COMPANY, faults=faults, settings=USUAL) as aws, pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment(ACCOUNT).items():
            patch.setenv(name, value)
        yield aws


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> Wholes:
    """The evidence without a fault, by road."""
    found = {}
    for road in ROADS:
        out = tmp_path_factory.mktemp(road) / "snapshot"
        with serving():
            assert collect_logged(out, road).gaps == ()
        found[road] = evidence(out)
    return found


def test_without_a_fault_there_is_something_to_lose(wholes: Wholes) -> None:
    for whole in wholes.values():
        assert whole[EVENTS.path(ACCOUNT)].count(b"\n") > 130
        assert whole[SERVICE_LAST_ACCESSED.path(ACCOUNT)].count(b"\n") == 2
        assert BONUS["assignmentId"].encode() in whole[BONUS_PAYMENTS.path(ACCOUNT)], "of a HIT that is not listed"


def check_mixes(tmp_path_factory: pytest.TempPathFactory, wholes: Wholes, count: int, odds: int) -> None:
    # `wholes` stays out of the arguments of hypothesis, which would tell it at length beside what failed.
    @settings(max_examples=count)
    @given(road=st.sampled_from(sorted(ROADS)), seed=st.integers(0, 2**32), odds=st.integers(2, odds))
    def check(road: str, seed: int, odds: int) -> None:
        out: Path = tmp_path_factory.mktemp("mix") / "snapshot"
        with serving(Mix(seed, odds, ("GetCallerIdentity",))):
            until_finished(lambda: collect_logged(out, road))
        check_law(out, wholes[road])

    check()


def test_whatever_goes_wrong_on_any_road_a_file_is_whole_or_a_gap_names_what_it_lacks(
    tmp_path_factory: pytest.TempPathFactory, wholes: Wholes
) -> None:
    check_mixes(tmp_path_factory, wholes, 15, 40)


@pytest.mark.long
def test_five_hundred_mixes_on_every_road_leave_no_file_wrong_without_a_gap(
    tmp_path_factory: pytest.TempPathFactory, wholes: Wholes
) -> None:
    check_mixes(tmp_path_factory, wholes, 500, 60)
