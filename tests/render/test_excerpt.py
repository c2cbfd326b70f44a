"""Cut lists and texts tell how much was cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audit.render.excerpt import clip, excerpt


def test_a_whole_list_has_no_banner() -> None:
    assert excerpt(range(100), 100, "gaps.csv").banner == ""


def test_a_cut_list_says_how_much_it_shows_of_how_many_and_where_the_rest_is() -> None:
    cut = excerpt(range(1234), 100, "entitlements.csv")
    assert cut.shown == tuple(range(100))
    assert cut.more == 1134
    assert cut.banner == "100 of 1,234, full list in entitlements.csv"


@given(st.text(st.characters(exclude_characters="…")), st.integers(min_value=8, max_value=200))
def test_a_clipped_text_keeps_both_ends_and_names_what_is_missing(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit + 40
    if cut != text:
        head, tail = cut.split(" […", 1)[0], cut.rsplit("…] ", 1)[1]
        assert text.startswith(head)
        assert text.endswith(tail)
        assert f"[…{len(text) - len(head) - len(tail):,} characters not shown…]" in cut


def test_a_text_is_cut_between_words_where_a_space_is_near() -> None:
    assert clip("allow sts:AssumeRole, as it prints. " * 6, 80).startswith(
        "allow sts:AssumeRole, as it prints. allow sts:AssumeRole, […"
    )
    arn = f"arn:aws:iam::111122223333:role/{'x' * 300}"
    assert clip(arn, 80).startswith(arn[:60])


@given(st.text(max_size=40))
def test_a_short_text_stays_as_it_is(text: str) -> None:
    assert clip(text, 40) == text
