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


@given(st.text(), st.integers(min_value=8, max_value=200))
def test_a_clipped_text_keeps_both_ends_and_names_what_is_missing(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit + 40
    if cut != text:
        assert f"[…{len(text) - limit:,} characters not shown…]" in cut
        assert cut[: limit - limit // 4] == text[: limit - limit // 4]
        assert cut[-(limit // 4) :] == text[-(limit // 4) :]


@given(st.text(max_size=40))
def test_a_short_text_stays_as_it_is(text: str) -> None:
    assert clip(text, 40) == text
