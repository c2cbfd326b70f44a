"""Killed anywhere in a collection of many accounts, it goes on to the same bytes and asks nothing twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.collect.killing import CONCURRENCY, Killing, asked_again
from tests.collect.many_accounts import collect_accounts, company, serving_company
from tests.collect.running import evidence


def check_killed(tmp_path: Path, times: int, seed: int) -> None:
    """Kill collections at random calls, each several times, until `times` kills were survived."""
    chance = random.Random(seed)
    killing = Killing("tests.collect.accounts_process")
    with serving_company(company(hits=4), faults=killing) as aws:
        collect_accounts(tmp_path / "whole")
        expected, calls = evidence(tmp_path / "whole"), len(aws.calls)
        kills, round_ = 0, 0
        while kills < times:
            out, first = tmp_path / f"snapshot-{round_}", len(aws.calls)
            here = 0
            while here < 3 and killing.run(chance.randrange(1, calls // 2), out):
                here += 1
            kills, round_ = kills + here, round_ + 1
            asked = aws.calls[first:]
            if here == 3:
                collect_accounts(out, max_concurrency=CONCURRENCY)
                asked = aws.calls[first:]
            assert evidence(out) == expected, f"seed {seed}, round {round_}"
            # In flight: a call of each place, and the pages of the item that it belongs to.
            assert asked_again(asked) <= here * 2 * CONCURRENCY, "only what was in flight is asked again"


def test_killed_at_random_calls_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed(tmp_path, times=5, seed=7)


@pytest.mark.long
def test_killed_a_hundred_times_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed(tmp_path, times=100, seed=20261125)
