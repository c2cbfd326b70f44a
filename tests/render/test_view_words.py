"""How numbers, money, times, lists and texts are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model.snapshot import Window
from audit.render.view_words import count, day, listing, moment, money, number, period, sentence, span, visible

JULY = datetime(2026, 7, 1, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0", "$0.00"), ("1834.5", "$1,834.50"), ("0.125", "$0.125"), ("12.100", "$12.10"), ("1000000", "$1,000,000.00")],
)
def test_money_is_written_to_the_cent_or_to_what_the_amount_needs(amount: str, written: str) -> None:
    assert money(Decimal(amount)) == written


def test_counts_agree_with_their_noun() -> None:
    assert [count(1, "role"), count(0, "role"), count(1234, "entry", "entries")] == [
        "1 role",
        "0 roles",
        "1,234 entries",
    ]
    assert number(10_000) == "10,000"


def test_moments_are_written_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert moment(datetime(2026, 9, 30, 23, 5, tzinfo=tokyo)) == "2026-09-30 14:05 UTC"
    assert moment(None) == ""
    assert day(date(2026, 9, 30)) == "30 September 2026"


def test_a_window_is_named_by_its_label_or_by_its_first_and_last_day() -> None:
    assert period(Window(since=JULY, until=OCTOBER, label="2026-Q3")) == "2026-Q3"
    assert period(Window(since=JULY, until=OCTOBER)) == "2026-07-01 to 2026-09-30"


def test_a_window_within_a_day_is_told_to_the_minute() -> None:
    window = Window(since=JULY, until=JULY + timedelta(hours=5))
    assert span(window) == "2026-07-01 00:00 UTC to 2026-07-01 05:00 UTC"


@pytest.mark.parametrize(
    ("words", "limit", "written"),
    [([], 0, ""), (["a"], 0, "a"), (["a", "b", "c"], 0, "a, b and c"), (["a", "b", "c"], 2, "a, b and 1 more")],
)
def test_a_list_says_how_many_it_leaves_out(words: list[str], limit: int, written: str) -> None:
    assert listing(words, limit) == written


def test_a_sentence_begins_with_a_capital_and_leaves_out_empty_parts() -> None:
    assert sentence(["none can pay", "", "nothing was paid"]) == "None can pay; nothing was paid."
    assert sentence(["", ""]) == ""
    assert sentence(["accounts: partial"]) == "Accounts: partial."
    assert sentence(["mturk:ListHITs gave no answer"]) == "mturk:ListHITs gave no answer."


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\x00", "\x1b", "\u2028", "\ufeff", "\U000e0041"])
def test_what_cannot_be_seen_is_spelt_out(sign: str) -> None:
    assert visible(f"a{sign}b") == f"a[U+{ord(sign):04X}]b"


def test_what_can_be_seen_stays_in_any_script() -> None:
    text = "Müller 日本語 مرحبا שלום 😀 a\tb\nc"
    assert visible(text) == text


@given(st.text())
def test_nothing_that_turns_the_writing_direction_is_left(text: str) -> None:
    assert not set(visible(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
