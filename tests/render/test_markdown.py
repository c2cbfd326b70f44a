"""The summary: bounded, and no text of others means anything in it."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from audit.render.markdown import FINDINGS_SHOWN, code, plain, render_markdown
from tests.render.factory import HOSTILE, empty_result, hostile_result, one_result, sized_result, typical_result
from tests.render.reviewed import reviewed_result

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})
COMMENT = 65_536
"""Characters of a comment on GitHub."""


def tokens(text: str) -> list[tuple[str, str]]:
    """The kinds of inline marks in a text, and what they hold."""
    return [(child.type, child.content) for token in MARKDOWN.parse(text) for child in token.children or ()]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@example("a\\|b")
@example("``` `x")
@example("<img src=x onerror=alert(1)>")
@example("[x](http://y) **b** @root #1 https://z")
def test_text_of_others_stays_one_code_span_also_in_a_table(text: str) -> None:
    table = f"| a | b |\n| - | - |\n| {code(text)} | end |\n"
    kinds = [kind for kind, _ in tokens(table)]
    assert kinds == ["text", "text", "code_inline", "text"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@example("[x](http://y)")
@example("<b>&amp;")
@example("1. a")
@example("# head")
@example("* a _b_ ~~c~~")
def test_a_sentence_with_a_name_in_it_is_plain_text(text: str) -> None:
    assert {kind for kind, _ in tokens(f"- x {plain(text)}")} <= {"text", "code_inline", "text_special"}
    assert not re.search(r"(?<!`)[@#]\w", plain(text))


@pytest.mark.parametrize("make", [empty_result, one_result, typical_result, hostile_result, reviewed_result])
def test_it_fits_a_comment(make: object) -> None:
    assert callable(make)
    text = render_markdown(make())
    assert len(text) < COMMENT
    assert text.startswith("# Amazon Mechanical Turk: access review\n")


def test_a_long_list_is_cut_and_told() -> None:
    result = sized_result(3000)
    text = render_markdown(result)
    assert len(text) < COMMENT
    assert f"{FINDINGS_SHOWN} of {len(result.findings):,}, full list in findings.csv." in text


def test_what_was_not_evaluated_stands_above_the_findings() -> None:
    text = render_markdown(typical_result())
    assert text.index("Not fully evaluated: 5 of 76 principals (!)") < text.index("## 80 findings")


def test_an_empty_list_is_no_clean_bill_where_something_is_missing() -> None:
    result = typical_result()
    assert "Not all of it could: see above." in render_markdown(msgspec.structs.replace(result, findings=()))
    assert "Not all of it could: see above." in render_markdown(empty_result())


def test_the_review_is_told() -> None:
    text = render_markdown(reviewed_result())
    assert "2 of them under an exception" in text
    assert "Against `2026-Q2`: " in text
    assert "1 resolved" in text


def test_hostile_names_make_no_markup() -> None:
    kinds = {kind for kind, _ in tokens(render_markdown(hostile_result()))}
    assert kinds <= {"text", "code_inline", "strong_open", "strong_close", "text_special", "softbreak"}
    assert HOSTILE[0].startswith("</script>")
