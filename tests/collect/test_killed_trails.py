"""Killed anywhere on one of CloudTrail's roads, a collection goes on to the same bytes and asks nothing twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from audit.demo.server import local_aws
from tests.collect.killing import CONCURRENCY, Killing, asked_again
from tests.collect.logged_company import ROADS, collect_logged, logged_company
from tests.collect.running import evidence
from tests.collect.trail_running import USUAL
from tests.demo.building import ACCOUNT

AGAIN = 2 * CONCURRENCY + 3
"""In flight: a call of each place, and before it the one that led there, as to a job; the listing of the day that was
begun, how far a query is, and which trails there are."""
IN_A_ROW = 2


def check_killed(tmp_path: Path, times: int, seed: int) -> None:
    """Kill collections at random calls, each twice, on one road after the other, until `times` kills were survived."""
    chance = random.Random(seed)
    killing = Killing("tests.collect.logged_process")
    with (
        local_aws(logged_company(), faults=killing, settings=USUAL) as aws,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in aws.environment(ACCOUNT).items():
            patch.setenv(name, value)
        wholes = {}
        for road in ROADS:
            first = len(aws.calls)
            collect_logged(tmp_path / road, road)
            wholes[road] = evidence(tmp_path / road), len(aws.calls) - first
        kills, round_ = 0, 0
        while kills < times:
            road = tuple(ROADS)[round_ % len(ROADS)]
            expected, calls = wholes[road]
            out, first = tmp_path / f"snapshot-{round_}", len(aws.calls)
            here = 0
            while here < IN_A_ROW and killing.run(chance.randrange(2, calls // IN_A_ROW + 2), out, road):
                here += 1
            kills, round_ = kills + here, round_ + 1
            if here == IN_A_ROW:
                collect_logged(out, road)
            assert evidence(out) == expected, f"seed {seed}, {road}, round {round_}"
            assert asked_again(aws.calls[first:]) <= here * AGAIN, "only what was in flight is asked again"


def test_killed_at_random_calls_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed(tmp_path, times=6, seed=11)


@pytest.mark.long
def test_killed_a_hundred_times_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed(tmp_path, times=100, seed=20261125)
