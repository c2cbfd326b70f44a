"""The page without a mouse: one stop for each grid, arrows inside it, and names for what is heard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.results import large, typical

pytestmark = pytest.mark.browser


def active(page: Page) -> tuple[str | None, str | None]:
    """Row and column of the cell that has the focus."""
    found = page.evaluate(
        "() => [document.activeElement.closest('[role=row]')?.getAttribute('aria-rowindex'), "
        "document.activeElement.closest('[aria-colindex]')?.getAttribute('aria-colindex')]"
    )
    return (found[0], found[1])


def test_slash_goes_to_the_search_and_arrow_down_to_the_list(opened: Opener) -> None:
    page = opened(typical(), "#view=principals").page
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert active(page) == ("2", "1")


def test_the_skip_link_leads_to_the_view_that_is_shown(opened: Opener) -> None:
    page = opened(typical(), "#view=principals").page
    page.bring_to_front()
    expect(page.locator("#view-principals")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("#view-principals")).to_be_visible()


def test_escape_empties_the_search(opened: Opener) -> None:
    report = opened(typical(), "#view=principals&q=contractor")
    report.page.locator("#search").focus()
    report.page.keyboard.press("Escape")
    assert report.tally() == "76 of 76 principals"


def test_arrows_walk_over_the_matrix(opened: Opener) -> None:
    page = opened(typical(), "#view=matrix").page
    page.locator(".grid-matrix [role=rowheader]").first.focus()
    for key, place in (
        ("ArrowRight", ("2", "2")),
        ("ArrowDown", ("3", "2")),
        ("End", ("3", "40")),
        ("Home", ("3", "1")),
        ("ArrowLeft", ("3", "1")),
        ("Control+End", ("77", "40")),
        ("Control+Home", ("2", "1")),
        ("ArrowUp", ("1", "1")),
        ("ArrowUp", ("1", "1")),
    ):
        page.keyboard.press(key)
        assert active(page) == place, key


def test_the_focused_cell_is_never_behind_the_heads(opened: Opener) -> None:
    page = opened(large(), "#view=matrix").page
    page.locator(".grid-matrix [role=rowheader]").first.focus()
    for key in ["End", *["PageDown"] * 3, "Home", *["ArrowRight"] * 12, *["PageUp"] * 2, *["ArrowUp"] * 9]:
        page.keyboard.press(key)
        boxes = page.evaluate(
            "() => { const box = document.activeElement.getBoundingClientRect(); "
            "const heads = document.querySelector('.grid-matrix .grid-heads').getBoundingClientRect(); "
            "const frame = document.querySelector('.grid-matrix').getBoundingClientRect(); "
            "return [box.top - heads.bottom, frame.bottom - box.bottom, "
            "box.left - frame.left, frame.right - box.right]; }"
        )
        assert min(boxes) >= -1, (key, boxes)


def test_the_cell_in_focus_is_spelt_out(opened: Opener) -> None:
    page = opened(typical(), "#view=matrix&q=contractor").page
    page.locator(".grid-matrix [role=rowheader]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    inspector = page.locator(".inspector")
    expect(inspector).to_contain_text("contractor · SendBonus · conditional, not observed in use.")
    expect(inspector).to_contain_text("Granted by pay-workers, statement PayFromOffice.")
    expect(inspector).to_contain_text("In the accounts: observed (214), and not collected everywhere.")


def test_enter_opens_and_escape_closes_and_gives_the_focus_back(opened: Opener) -> None:
    page = opened(typical(), "#view=findings").page
    page.locator("#search").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    before = active(page)
    page.keyboard.press("Enter")
    detail = page.locator("#view-findings .detail")
    expect(detail).to_be_visible()
    expect(detail).to_be_focused()
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    assert active(page) == before


def test_a_grid_is_one_stop_of_the_tab_key(opened: Opener) -> None:
    page = opened(typical(), "#view=principals").page
    assert page.locator(".grid-principals [tabindex='0']").count() == 1


def test_the_grid_names_its_size_and_its_rows(opened: Opener) -> None:
    page = opened(large(), "#view=principals").page
    grid = page.get_by_role("grid", name="Principals")
    expect(grid).to_have_attribute("aria-rowcount", "10001")
    page.locator(".grid-principals [role=rowheader]").first.focus()
    page.keyboard.press("Control+End")
    assert active(page)[0] == "10001"
    assert page.locator(".grid-principals .grid-body > [role=row]").count() < 40


def test_the_focused_row_survives_scrolling_away(opened: Opener) -> None:
    page = opened(large(), "#view=principals").page
    page.locator(".grid-principals [role=rowheader]").first.focus()
    page.evaluate("document.querySelector('.grid-principals').scrollTop = 200000")
    page.wait_for_function("document.querySelectorAll('.grid-principals [aria-rowindex]').length > 5")
    assert active(page) == ("2", "1")
    page.keyboard.press("ArrowDown")
    assert active(page) == ("3", "1")


def test_a_focused_heading_sorts_with_enter(opened: Opener) -> None:
    page = opened(typical(), "#view=matrix").page
    page.locator(".grid-matrix [role=rowheader]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".grid-matrix [role=columnheader]").nth(1)).to_have_attribute("aria-sort", "descending")


def test_every_button_field_and_region_has_a_name(opened: Opener) -> None:
    page = opened(typical()).page
    for view in ("summary", "findings", "principals", "matrix", "activity", "coverage", "method"):
        page.locator(f".tabs [data-view={view}]").click()
        unnamed = page.evaluate(
            "() => [...document.querySelectorAll('button, input, a[href], [role=region], [role=grid]')]"
            ".filter((each) => !(each.getAttribute('aria-label') || each.getAttribute('aria-labelledby') "
            "|| each.textContent.trim() || (each.labels ?? []).length)).map((each) => each.outerHTML)"
        )
        assert unnamed == [], view
