"""The table: ratios, growth, and targets that can be missed."""

from __future__ import annotations

import pytest

from benchmarks.contest import Contestant, Outcome, failed
from benchmarks.engine import DECODE, OURS, REPORT, REPORT_PDF, START
from benchmarks.growth import exponents, overall
from benchmarks.report import growth_report, measured, peers_report, sizes_report, targets_report
from benchmarks.targets import million_targets, targets


def _took(seconds: float, megabytes: int = 50) -> Outcome:
    return Outcome(runs=3, wall=seconds, cpu=seconds, peak=megabytes * 1_000_000, answer="allow 7")


def _one(name: str, roles: int) -> Contestant:
    return Contestant(name, roles, (name, str(roles)))


def test_the_exponent_of_growth_is_that_of_the_curve() -> None:
    sizes = (10, 100, 1000)
    assert exponents([(size, 3.0 * size**1.5) for size in sizes]) == pytest.approx([1.5, 1.5])
    assert overall([(size, 3.0 * size**1.5) for size in sizes]) == pytest.approx(1.5)
    assert exponents([(10, 1.0), (100, 10.0), (1000, 1000.0)]) == pytest.approx([1.0, 2.0])


def test_growth_leaves_the_start_up_out() -> None:
    outcomes = {
        _one(OURS, 1): _took(0.2),
        _one(OURS, 1000): _took(0.3),
        _one(OURS, 10_000): _took(1.2),
    }
    assert ["entitlements", "1,000", "→", "10,000", "1.00", "1.000"] in [
        line.split() for line in growth_report(outcomes)
    ]


@pytest.mark.parametrize(("seconds", "megabytes", "reached"), [(0.69, 149, [True, True]), (0.71, 150, [False, False])])
def test_a_target_is_reached_or_missed(seconds: float, megabytes: int, reached: list[bool]) -> None:
    """Five times the floor of 0.1 s, and 0.2 s of start-up; below 150 MB."""
    outcomes = {
        _one(START, 10_000): _took(0.1),
        _one(DECODE, 10_000): _took(0.2),
        _one(OURS, 10_000): _took(seconds, megabytes),
    }
    found = list(targets(measured(outcomes)))
    assert [target.reached for target in found] == reached
    assert [line.split()[-1] for line in targets_report(found)][1:] == ["yes" if one else "NO" for one in reached]


def test_a_report_is_held_to_its_time_and_memory() -> None:
    outcomes = {_one(REPORT, 10_000): _took(2.9, 200), _one(REPORT_PDF, 10_000): _took(20.5, 599)}
    assert [target.reached for target in targets(measured(outcomes))] == [True, True, False, True]


def test_peers_are_set_beside_this_engine_and_one_that_failed_is_named() -> None:
    outcomes = {
        _one("iam-ape", 1000): _took(60.0),
        _one("principalmapper", 1000): failed("exit code 1: cannot import name 'Mapping'"),
    }
    text = "\n".join(peers_report(outcomes, _took(0.2), 1000))
    assert "300" in text
    assert "NOT MEASURED: exit code 1: cannot import name 'Mapping'" in text
    found = list(targets(measured({**outcomes, _one(OURS, 1000): _took(0.2)})))
    assert [(target.to_reach, target.measured, target.reached) for target in found] == [("200 ×", "300 ×", True)]


def test_a_floor_that_cannot_be_told_from_the_start_gives_no_ratio() -> None:
    outcomes = {_one(START, 1000): _took(0.07), _one(DECODE, 1000): _took(0.06), _one(OURS, 1000): _took(0.2)}
    assert not [line for line in sizes_report(outcomes) if "the floor is" in line]


def test_a_million_is_held_to_its_exponent_without_the_start() -> None:
    sizes = ((10_000, 0.3), (100_000, 1.2), (1_000_000, 14.2))
    outcomes = {_one(OURS, roles): _took(seconds, 90) for roles, seconds in sizes}
    memory, growth = million_targets(measured(outcomes), 0.2)
    assert memory.reached
    assert (growth.measured, growth.reached) == ("1.073", False)
