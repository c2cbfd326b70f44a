"""Windows from words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model.error import InputError
from audit.snapshot.window import parse_window, window_between


def test_a_quarter_is_three_months_in_utc() -> None:
    window = parse_window("2026-Q3")
    assert (window.since, window.until) == (datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
    assert window.label == "2026-Q3"
    assert window.holds(datetime(2026, 9, 30, 23, 59, 59, 999999, tzinfo=UTC))
    assert not window.holds(window.until)


@pytest.mark.parametrize("text", ["2026-q3", " 2026-Q3 "])
def test_small_letters_and_spaces_do_not_matter(text: str) -> None:
    assert parse_window(text) == parse_window("2026-Q3")


@given(year=st.integers(1, 9997), quarter=st.integers(1, 4))
def test_quarters_follow_one_another_without_a_hole(year: int, quarter: int) -> None:
    this = parse_window(f"{year:04d}-Q{quarter}")
    following = parse_window(f"{year:04d}-Q{quarter + 1}" if quarter < 4 else f"{year + 1:04d}-Q1")
    assert this.until == following.since
    assert timedelta(days=89) < this.until - this.since < timedelta(days=93)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-Q5", "2026-Q0", "26-Q3", "Q3 2026", "2026-Q3x", "0000-Q1", "9999-Q4", "٢٠٢٦-Q3x"]
)
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no quarter; write it like 2026-Q3"):
        parse_window(text)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-07-01", "2026-10-01"),
        ("2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        ("2026-07-01T02:00:00+02:00", "2026-09-30T19:00:00-05:00"),
        ("20260701", "2026-10-01 00:00"),
    ],
)
def test_two_ends_that_are_a_quarters_are_that_quarter(since: str, until: str) -> None:
    assert window_between(since, until) == parse_window("2026-Q3")


def test_other_ends_have_no_label() -> None:
    window = window_between("2026-07-01", "2026-07-02")
    assert window.label == ""
    assert window.until - window.since == timedelta(days=1)


@pytest.mark.parametrize(("since", "until"), [("2026-07-01", "2026-07-01"), ("2026-07-02", "2026-07-01")])
def test_ends_out_of_order_are_refused(since: str, until: str) -> None:
    with pytest.raises(InputError, match="holds no time"):
        window_between(since, until)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-07-32", "0001-01-01T00:00:00+14:00", "1"])
def test_what_is_no_time_is_refused_with_its_option(text: str) -> None:
    with pytest.raises(InputError, match="of `--since` is no date or time"):
        window_between(text, "2026-07-01")
    with pytest.raises(InputError, match="of `--until` is no date or time"):
        window_between("2026-07-01", text)


def test_the_last_days_of_the_calendar_are_a_window() -> None:
    assert window_between("9999-12-30", "9999-12-31").label == ""
