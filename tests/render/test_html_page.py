"""The HTML report as a file: complete, closed to the outside, and the same from the same evidence."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import msgspec
import pytest

from audit.model.result import AuditResult, CoverageState
from audit.render.html import STATIC_FINDINGS, render_html
from audit.render.html_evidence import ROW_LIMIT
from audit.render.html_reach import ENTRANCE_LIMIT, PATH_LIMIT
from tests.render.crowd import ENTRANCES, ROWS, WAYS, crowded_result
from tests.render.factory import HOSTILE, empty_result, hostile_result, one_result, sized_result, typical_result
from tests.render.pages import Page

MAKERS = [empty_result, one_result, typical_result, hostile_result]
SIZE_LIMIT = 2_000_000
VOID = ("meta", "input", "br", "link")


@pytest.fixture(scope="module")
def typical() -> Page:
    return Page(render_html(typical_result()))


@pytest.fixture(scope="module")
def hostile() -> Page:
    return Page(render_html(hostile_result()))


def hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


@pytest.mark.parametrize("make", MAKERS)
def test_the_policy_lets_in_this_script_and_this_style_and_nothing_else(make: Callable[[], AuditResult]) -> None:
    page = Page(render_html(make()))
    directives = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": hash_of(page.script()),
        "style-src": hash_of(page.style()),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("make", MAKERS)
def test_the_policy_stands_before_anything_it_governs(make: Callable[[], AuditResult]) -> None:
    tags = [tag for tag, _ in Page(render_html(make())).elements]
    governed = min(tags.index(tag) for tag in ("style", "script", "svg"))
    assert tags.index("meta") < governed


@pytest.mark.parametrize("make", MAKERS)
def test_no_element_has_a_style_or_a_handler_of_its_own(make: Callable[[], AuditResult]) -> None:
    for tag, attributes in Page(render_html(make())).elements:
        assert not {name for name in attributes if name == "style" or name.startswith("on")}, tag


@pytest.mark.parametrize("make", MAKERS)
def test_nothing_refers_to_another_file(make: Callable[[], AuditResult]) -> None:
    page = Page(render_html(make()))
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href"):
            own = "data:image/svg+xml;base64," if (tag, name) == ("img", "src") else "#"
            assert (attributes.get(name) or own).startswith(own), (tag, name)
    assert not {tag for tag, _ in page.elements} & {"link", "iframe", "object", "embed", "form", "base"}
    assert not re.search(r"url\(|@import|https?:", page.style())


def test_the_script_only_ever_writes_text(typical: Page) -> None:
    script = typical.script()
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "import(",
    ):
        assert way not in script
    assert "XMLHttpRequest" not in script
    addresses = set(re.findall(r"https?://[^\s\"'`]+", script))
    assert addresses <= {"http://www.w3.org/2000/svg", "https://www.w3.org/WAI/ARIA/apg/patterns/grid/"}


def test_the_same_result_gives_the_same_bytes() -> None:
    assert render_html(typical_result()) == render_html(typical_result())


def test_all_findings_travel_in_the_page(typical: Page) -> None:
    result = typical_result()
    carried = [finding[-1] for finding in typical.data()["findings"]]
    assert carried == [finding.fingerprint for finding in result.findings]


def test_the_first_screen_tells_in_its_order(typical: Page) -> None:
    words = typical.words
    order = [
        "37 of 75 users and roles can pay workers",
        "5 principals could not be fully evaluated.",
        "1 of 2 accounts paid 214 bonuses",
        "Amazon Mechanical Turk closed on 30 September 2026",
        "Population and coverage",
        "5 of 76 principals",
        "2026-07-01 to 2026-09-30",
        "mturk-audit 0.1.0, catalog 2026-11-01, rules 1",
        "Against the last review",
        "No earlier review was given",
        "Decisions",
        "No decisions are recorded yet",
        "Whether an SCP takes a grant back is not known",
        "Top findings, by cause",
        "Who can do what, and what was done",
    ]
    places = [words.index(each) for each in order]
    assert places == sorted(places)


def test_the_top_findings_link_to_themselves(typical: Page) -> None:
    known = {finding.fingerprint for finding in typical_result().findings}
    links = {
        (each.get("href") or "").removeprefix("#finding=")
        for each in typical.all("a")
        if "#finding=" in (each.get("href") or "")
    }
    assert links
    assert links <= known


def test_without_a_script_the_first_findings_stand_in_a_table(typical: Page) -> None:
    assert "noscript" in {tag for tag, _ in typical.elements}
    rows = [each.get("id") for each in typical.all("tr") if each.get("id")]
    assert rows == [f"finding={finding.fingerprint}" for finding in typical_result().findings]
    assert "These are all findings." in typical.words


def test_the_table_without_a_script_says_what_it_leaves_out() -> None:
    result = sized_result(2000)
    assert len(result.findings) > STATIC_FINDINGS
    page = Page(render_html(result))
    assert f"These are the first 200 of {len(result.findings)} findings; findings.csv has them all." in page.words
    assert len([each for each in page.all("tr") if each.get("id")]) == STATIC_FINDINGS


def test_an_empty_account_is_told_without_a_clean_bill() -> None:
    page = Page(render_html(empty_result()))
    assert "so nothing is known about who can use the service" in page.words
    assert "Not all of it could: see Population and coverage." in page.words


def test_ids_are_unique_and_every_label_has_its_element(typical: Page) -> None:
    ids = [attributes["id"] for _, attributes in typical.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    wanted = {
        attributes[name]
        for _, attributes in typical.elements
        for name in ("aria-labelledby", "for")
        if attributes.get(name)
    }
    assert wanted <= set(ids)


def test_headings_do_not_skip_a_level(typical: Page) -> None:
    levels = [int(tag[1]) for tag, _ in typical.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_hostile_text_adds_no_element(hostile: Page) -> None:
    assert hostile.all("script") == [{"id": "data", "type": "application/json"}, {}]
    assert {(each["src"] or "").partition(",")[0] for each in hostile.all("img")} == {"data:image/svg+xml;base64"}
    assert not any(tag == "!--" for tag, _ in hostile.elements)


def test_hostile_text_arrives_as_it_was(hostile: Page) -> None:
    names = set(hostile.data()["principals"]["names"])
    assert names == set(HOSTILE)


def test_templates_in_names_are_not_filled(hostile: Page) -> None:
    assert "{{7*7}}" in hostile.words
    assert "49{% raw %}" not in hostile.words


def test_signs_that_turn_the_text_round_are_spelt_out(hostile: Page) -> None:
    assert "\u202e" not in hostile.words
    assert "invoice[U+202E]gnp.exe" in hostile.words


def test_a_label_of_a_window_cannot_break_a_sentence() -> None:
    base = one_result()
    assert base.header.window is not None
    window = msgspec.structs.replace(base.header.window, label="{} {0} <b>%s")
    page = Page(render_html(msgspec.structs.replace(base, header=msgspec.structs.replace(base.header, window=window))))
    assert "No bonus payment was observed in {} {0} <b>%s." in page.words


def test_ten_thousand_principals_fit_in_two_megabytes() -> None:
    html = render_html(crowded_result())
    assert len(html.encode()) <= SIZE_LIMIT
    data = Page(html).data()
    assert len(data["principals"]["names"]) == 10_000
    assert data["reach"]["paths_refused"] == WAYS - PATH_LIMIT
    assert data["reach"]["entrances_refused"] == ENTRANCES - ENTRANCE_LIMIT
    assert data["evidence"]["uses_refused"] == data["evidence"]["reconciled_refused"] == ROWS - ROW_LIMIT


def test_dates_of_the_service_that_are_not_established_say_so(typical: Page) -> None:
    words = typical.words
    assert "Bonuses could be paid until 2026-10-30. Not established." in words
    assert datetime.fromisoformat("2026-09-30").date() == typical_result().profile.lifecycle.closes_on
    assert "The service closes permanently on 2026-09-30. Source:" in words


def test_what_stands_between_backticks_in_a_reason_is_set_as_code() -> None:
    result = typical_result()
    detail = "The role `audit-<reader>` cannot be assumed."
    row = msgspec.structs.replace(result.coverage[0], state=CoverageState.NOT_COLLECTED, detail=detail)
    page = render_html(msgspec.structs.replace(result, coverage=(row,)))
    assert "The role <code>audit-&lt;reader&gt;</code> cannot be assumed." in page
