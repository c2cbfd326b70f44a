"""Hostile text does nothing; a large report stays small in the browser; no script still leaves a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.model.result import AuditResult
from tests.browser.conftest import Opener
from tests.browser.results import hostile, large, typical

pytestmark = pytest.mark.browser

VIEWS = ["summary", "findings", "principals", "matrix", "activity", "reach", "review", "coverage", "method"]
NODE_LIMIT = 2000
PICTURE_OF_OTHERS = "img:not([src^='data:image/svg+xml;base64,'])"


def test_hostile_text_is_shown_and_never_run(opened: Opener) -> None:
    report = opened(hostile(), "#view=principals")
    page = report.page
    for place in range(page.locator(report.grid("principals")).count()):
        page.locator(report.grid("principals")).nth(place).click()
        for grant in page.locator(".detail summary").all():
            grant.click()
        expect(page.locator("#view-principals .detail h2")).not_to_be_empty()
    page.goto(page.url.partition("#")[0] + "#view=findings")
    for place in range(12):
        page.locator(report.grid("findings")).nth(place).click()
    assert page.locator(PICTURE_OF_OTHERS).count() == 0
    assert page.evaluate("document.scripts.length") == 2


def test_hostile_text_in_the_address_does_nothing(opened: Opener) -> None:
    for key in ("q", "finding", "principal", "sort", "risk", "cause", "view"):
        page = opened(hostile(), f"#view=findings&{key}=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E").page
        assert page.locator(PICTURE_OF_OTHERS).count() == 0


def test_a_turned_name_is_spelt_out_in_its_row(opened: Opener) -> None:
    report = opened(hostile(), "#view=principals&q=invoice")
    expect(report.page.locator(report.grid("principals")).first).to_contain_text("invoice[U+202E]gnp.exe")


def test_ten_thousand_principals_are_few_nodes(opened: Opener) -> None:
    page = opened(large()).page
    for view in VIEWS:
        page.locator(f".tabs [data-view={view}]").click()
        assert page.evaluate("document.querySelectorAll('*').length") <= NODE_LIMIT, view
        page.evaluate("for (const grid of document.querySelectorAll('.grid')) grid.scrollTop = 1e6")
        page.wait_for_timeout(100)
        assert page.evaluate("document.querySelectorAll('*').length") <= NODE_LIMIT, view


def test_a_page_says_what_it_had_no_room_for(opened: Opener) -> None:
    page = opened(large(), "#view=reach").page
    expect(page.locator("#view-reach")).to_contain_text(
        "600 more rows had no room on this page; report.json holds them."
    )
    page.locator(".tabs [data-view=activity]").click()
    expect(page.locator("#view-activity")).to_contain_text(
        "1,000 more rows had no room on this page; usage.csv holds them."
    )


def test_a_browser_that_cannot_unpack_the_data_says_so_and_keeps_the_first_screen(
    browser: Browser, files: Callable[[AuditResult], Path]
) -> None:
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(files(large()).as_uri())
    expect(page.locator("#unread")).to_be_visible()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("can pay workers")
    expect(page.locator(".tabs")).to_be_hidden()
    page.close()


def test_an_open_item_of_a_large_report_is_few_nodes(opened: Opener) -> None:
    report = opened(large(), "#view=findings")
    report.page.locator(report.grid("findings")).nth(1).click()
    expect(report.page.get_by_role("button", name="Show")).to_be_visible()
    assert report.page.evaluate("document.querySelectorAll('*').length") <= NODE_LIMIT


def test_the_last_of_ten_thousand_can_be_reached(opened: Opener) -> None:
    report = opened(large(), "#view=principals&sort=name")
    report.page.evaluate("document.querySelector('.grid-principals').scrollTop = 1e7")
    expect(report.page.locator("[aria-rowindex='10001']")).to_be_visible()


def test_without_a_script_the_report_is_still_a_report(scriptless: Callable[[AuditResult], Page]) -> None:
    page = scriptless(typical())
    expect(page.get_by_role("heading", level=1).first).to_contain_text("can pay workers")
    expect(page.locator("noscript .lead")).to_be_visible()
    assert page.locator(".static tbody tr").count() == len(typical().findings)
    expect(page.get_by_role("heading", name="Method and glossary")).to_be_visible()
    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator(".tabs")).to_be_hidden()
    page.locator(".cause-list a").first.click()
    fingerprint = page.url.partition("#finding=")[2]
    expect(page.locator(f"[id='finding={fingerprint}']")).to_be_in_viewport()


def test_paper_gets_every_row_or_says_how_many_it_leaves_out(opened: Opener) -> None:
    few = opened(typical(), "#view=principals").page
    few.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert few.locator(".grid-principals .grid-body > [role=row]").count() == 76
    many = opened(large(), "#view=principals").page
    many.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(many.get_by_text("300 of 10,000 rows are printed")).to_be_attached()
    many.evaluate("dispatchEvent(new Event('afterprint'))")
    assert many.locator(".grid-principals .grid-body > [role=row]").count() < 60


def test_what_is_closed_is_open_on_paper(opened: Opener) -> None:
    page = opened(typical()).page
    command = page.locator("dd", has_text="mturk-audit report snapshots/2026-Q3")
    expect(command).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(command).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(command).to_be_hidden()


def on_paper(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


def test_on_paper_no_row_of_the_matrix_lies_under_its_legend_or_outside_the_page(opened: Opener) -> None:
    page = opened(typical(), "#view=matrix").page
    page.set_viewport_size({"width": 688, "height": 1000})
    on_paper(page)
    last = page.locator(".grid-matrix .grid-body > [role=row]").last.bounding_box()
    legend = page.locator(".legend").bounding_box()
    assert last is not None
    assert legend is not None
    assert last["y"] + last["height"] <= legend["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    names = page.locator(".grid-matrix .grid-body .one-line")
    assert all(name.evaluate("name => name.scrollHeight <= name.clientHeight + 1") for name in names.all())


def test_on_paper_the_head_of_a_list_stands_on_every_page(opened: Opener) -> None:
    """Chromium repeats the head of a table, of which no part is a button."""
    page = opened(typical(), "#view=matrix").page
    on_paper(page)
    style = "heads => [getComputedStyle(heads).display, getComputedStyle(heads).breakInside]"
    assert page.locator(".grid-matrix .grid-heads").evaluate(style) == ["table-header-group", "avoid"]
    sort = page.locator(".grid-matrix .grid-sort").first
    assert sort.evaluate("button => getComputedStyle(button).display") == "contents"


def test_of_an_open_finding_paper_gets_the_finding_and_not_the_list(opened: Opener) -> None:
    report = opened(typical(), "#view=findings")
    page = report.page
    page.locator(report.grid("findings")).nth(1).click()
    on_paper(page)
    expect(page.locator("#view-findings .detail")).to_be_visible()
    expect(page.locator("#view-findings .board-list")).to_be_hidden()
    expect(page.get_by_role("heading", name="Decide")).to_be_hidden()


def test_the_page_prints(opened: Opener) -> None:
    for fragment in ("", "#view=findings", "#view=matrix"):
        page = opened(typical(), fragment).page
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
