"""What a reader does first: open, look, search, filter, sort, follow a link, come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from audit.model.result import AuditResult
from tests.browser.conftest import Opener
from tests.browser.results import empty, hostile, one, typical

pytestmark = pytest.mark.browser

FINDINGS = len(typical().findings)
VIEWS = ["summary", "findings", "principals", "matrix", "activity", "reach", "review", "coverage", "method"]


def test_the_report_opens_on_its_verdict(opened: Opener) -> None:
    page = opened(typical()).page
    expect(page.get_by_role("heading", level=1)).to_contain_text("37 of 75 users and roles can pay workers")
    assert page.title() == "Amazon Mechanical Turk: access review, 2026-Q3 · 2 accounts · as of 2026-10-07 09:30 UTC"


@pytest.mark.parametrize("make", [empty, one, typical, hostile])
def test_every_view_opens_for_every_kind_of_result(opened: Opener, make: Callable[[], AuditResult]) -> None:
    page = opened(make()).page
    for view in [*VIEWS[1:], VIEWS[0]]:
        page.locator(f".tabs [data-view={view}]").click()
        expect(page.locator(f"#view-{view}")).to_be_visible()
        expect(page.locator(f"#view-{view} h1")).not_to_be_empty()
        assert page.locator(".view:not([hidden])").count() == 1
        assert page.locator(".tabs [aria-current]").get_attribute("data-view") == view


@pytest.mark.parametrize("make", [typical, hostile])
def test_no_view_is_wider_than_a_phone(opened: Opener, make: Callable[[], AuditResult]) -> None:
    page = opened(make(), width=390, height=844).page
    for view in VIEWS:
        page.locator(f".tabs [data-view={view}]").click()
        expect(page.locator(f"#view-{view}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_search_narrows_every_list_and_tells_how_much_it_found(opened: Opener) -> None:
    report = opened(typical(), "#view=principals")
    report.search("contractor")
    assert report.tally() == "1 of 76 principals"
    assert report.page.locator("[data-tally=findings]").inner_text() == "7"
    report.page.get_by_role("link", name="Findings").click()
    assert report.tally() == f"7 of {FINDINGS} findings"
    expect(report.page.locator(report.grid("findings"), has_text="pay-workers").first).to_be_visible()


def test_search_from_the_summary_goes_to_the_findings(opened: Opener) -> None:
    report = opened(typical())
    report.page.keyboard.press("/")
    report.page.keyboard.type("payroll")
    expect(report.page.locator("#view-findings")).to_be_visible()
    assert report.tally().endswith(f" of {FINDINGS} findings")


def test_search_finds_principals_by_policy_and_by_action(opened: Opener) -> None:
    report = opened(typical(), "#view=principals")
    report.search("PowerUserAccess")
    assert report.tally() == "5 of 76 principals"
    report.search("mechanicalturk:SendBonus")
    able = {each.principal_arn for each in typical().entitlements if each.action == "mechanicalturk:SendBonus"}
    assert report.tally() == f"{len(able)} of 76 principals"


def test_a_search_without_a_match_says_so(opened: Opener) -> None:
    report = opened(typical(), "#view=findings")
    report.search("no such thing anywhere")
    expect(report.page.get_by_text("No finding matches the search and the filters.")).to_be_visible()
    report.search("")
    assert report.tally() == f"{FINDINGS} of {FINDINGS} findings"


def test_the_count_is_announced(opened: Opener) -> None:
    report = opened(typical(), "#view=principals")
    report.search("contractor")
    expect(report.page.locator("#live[role=status]")).to_have_text("1 of 76 principals")


def test_filters_count_what_the_other_filters_let_through(opened: Opener) -> None:
    report = opened(typical(), "#view=principals")
    report.page.locator("[data-option='type:group']").click()
    assert report.tally() == "1 of 76 principals"
    assert report.page.locator("[data-option='type:role'] .facet-count").inner_text() == "29"
    assert report.page.locator("[data-option='risk:pays money'] .facet-count").inner_text() == "1"
    report.page.locator("[data-option='type:role']").click()
    assert report.tally() == "30 of 76 principals"
    report.page.get_by_role("button", name="Clear all filters").click()
    assert report.tally() == "76 of 76 principals"


def test_a_filter_that_is_on_says_so_and_keeps_the_focus(opened: Opener) -> None:
    page = opened(typical(), "#view=findings").page
    option = page.locator("[data-option='severity:critical']")
    option.focus()
    page.keyboard.press("Enter")
    expect(option).to_have_attribute("aria-pressed", "true")
    expect(option).to_be_focused()


def test_sorting_orders_the_rows_and_names_the_order(opened: Opener) -> None:
    report = opened(typical(), "#view=principals")
    head = report.page.locator(".grid-principals [role=columnheader]").first
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = report.page.locator(f"{report.grid('principals')} .one-line").all_inner_texts()
    assert names == sorted(names)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert report.page.locator(f"{report.grid('principals')} .one-line").first.inner_text().strip() == "student-9"


def test_the_matrix_sorts_by_one_privilege(opened: Opener) -> None:
    report = opened(typical(), "#view=matrix&q=-0")
    head = report.page.locator(".grid-matrix [role=columnheader]", has_text="SendBonus")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    place = int(head.get_attribute("aria-colindex") or 0)
    cells = report.page.locator(f"{report.grid('matrix')} [aria-colindex='{place}']")
    labels = [cell.get_attribute("aria-label") or "" for cell in cells.all()]
    order = [
        ": allowed, observed in use",
        ": allowed",
        ": allowed, not observed in use",
        ": conditional",
        ": conditional, not observed in use",
        ": not evaluated",
        ": not allowed",
    ]
    ranks = [next(rank for rank, words in enumerate(order) if label.endswith(words)) for label in labels]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


def test_a_deep_link_opens_its_finding(opened: Opener) -> None:
    finding = next(each for each in typical().findings if each.rule == "retired-service-grant")
    page = opened(typical(), f"#finding={finding.fingerprint}").page
    detail = page.locator("#view-findings .detail")
    expect(detail.get_by_role("heading", level=2)).to_have_text(finding.title)
    expect(detail).to_contain_text(finding.fingerprint)
    expect(page.locator(".grid-findings [aria-selected=true]")).to_contain_text(finding.title)


def test_a_deep_link_to_nothing_says_so(opened: Opener) -> None:
    page = opened(typical(), "#finding=00000000000000000000000000000000").page
    expect(page.locator("#view-findings .detail")).to_contain_text("No such finding")


def test_a_deep_link_opens_its_principal(opened: Opener) -> None:
    arn = "arn:aws:iam::111122223333:role/finance/payroll-job"
    page = opened(typical(), f"#principal={arn}").page
    detail = page.locator("#view-principals .detail")
    expect(detail).to_contain_text(arn)
    expect(detail).to_contain_text("203.0.113.0/24")
    expect(detail).to_contain_text("observed, last on 2026-09-28")


def test_the_state_of_the_page_is_in_its_address(opened: Opener) -> None:
    report = opened(typical(), "#view=principals")
    report.search("e")
    report.page.locator("[data-option='type:role']").click()
    report.page.locator(".grid-principals [role=columnheader]").nth(2).get_by_role("button").click()
    fragment = report.page.evaluate("location.hash")
    again = opened(typical(), fragment)
    assert again.tally() == report.tally()
    rows = [each.page.locator(each.grid("principals")).all_inner_texts() for each in (report, again)]
    assert rows[0] == rows[1]


def test_the_back_button_closes_what_was_opened(opened: Opener) -> None:
    report = opened(typical(), "#view=findings")
    report.page.locator(report.grid("findings")).nth(1).click()
    expect(report.page.locator("#view-findings .detail")).to_be_visible()
    report.page.go_back()
    expect(report.page.locator("#view-findings .detail")).to_be_hidden()


def test_links_lead_from_a_finding_to_its_principals_and_back(opened: Opener) -> None:
    report = opened(typical(), "#view=findings&q=contractor")
    report.page.locator(report.grid("findings")).nth(1).click()
    report.page.locator(".detail .names a", has_text="contractor").click()
    detail = report.page.locator("#view-principals .detail")
    expect(detail.get_by_role("heading", level=2)).to_have_text("contractor")
    detail.locator(".finding-link").first.click()
    expect(report.page.locator("#view-findings .detail")).to_contain_text("How to tell a false positive")


def test_the_lines_of_the_statement_are_marked(opened: Opener) -> None:
    finding = next(each for each in typical().findings if each.causes and each.causes[0].sid == "Review")
    page = opened(typical(), f"#finding={finding.fingerprint}").page
    marked = page.locator(".detail .code mark").first.inner_text()
    assert '"Sid": "Review"' in marked
    assert '"Sid": "Publish"' not in marked
    assert page.locator(".detail .code del").first.inner_text().startswith("-")


def test_a_principal_that_was_not_evaluated_is_not_shown_as_clean(opened: Opener) -> None:
    page = opened(typical(), "#principal=arn:aws:iam::444455556666:role/old-annotator-1").page
    detail = page.locator("#view-principals .detail")
    expect(detail).to_contain_text("could not be fully evaluated")
    expect(detail).to_contain_text("not evaluated: 5 privileges")


def test_observations_are_kept_apart_in_the_activity(opened: Opener) -> None:
    report = opened(typical(), "#view=activity")
    report.search("SendBonus")
    rows = report.page.locator(report.grid("activity")).all_inner_texts()
    assert "observed" in rows[0]
    assert "214" in rows[0]
    assert "$1,834.50" in rows[0]
    assert "not collected" in rows[1]
    assert "$0" not in rows[1]
