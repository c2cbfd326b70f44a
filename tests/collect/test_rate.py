"""The rate limit, on a clock that runs only while someone sleeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.collect.rate import RateLimit
from tests.collect.running import FakeClock


def times(per_second: float | None, calls: int, clock: FakeClock) -> list[float]:
    """When each of `calls` calls, made as early as allowed, was let through."""
    limit = RateLimit(per_second, clock)
    passed = []
    for _ in range(calls):
        limit.wait()
        passed.append(clock.monotonic())
    return passed


@given(per_second=st.floats(0.5, 500), calls=st.integers(1, 200))
def test_no_second_holds_more_than_its_calls_and_what_was_saved(per_second: float, calls: int) -> None:
    passed = times(per_second, calls, FakeClock())
    for index, start in enumerate(passed):
        within = sum(start <= each < start + 1 for each in passed[index:])
        assert within <= 2 * per_second + 1


@given(per_second=st.floats(0.5, 500), calls=st.integers(2, 200))
def test_in_the_long_run_the_rate_is_used_up(per_second: float, calls: int) -> None:
    assert times(per_second, calls, FakeClock())[-1] <= calls / per_second


def test_the_calls_of_one_second_may_come_at_once() -> None:
    assert times(10, 12, FakeClock()) == pytest.approx([0] * 10 + [0.1, 0.2])


def test_without_a_limit_nobody_waits() -> None:
    clock = FakeClock()
    times(None, 100, clock)
    assert clock.slept == []


@pytest.mark.parametrize("per_second", [None, 1000.0])
def test_a_pause_holds_everyone_back(per_second: float | None) -> None:
    clock = FakeClock()
    limit = RateLimit(per_second, clock)
    limit.pause(5)
    limit.pause(2)
    limit.wait()
    assert clock.monotonic() == pytest.approx(5)
    limit.wait()
    assert clock.monotonic() < 5.1
