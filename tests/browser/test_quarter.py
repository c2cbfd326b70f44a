"""What a whole quarter adds to the page: use, reconciliation, reach, the last review, and deciding."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import expect

from audit.frames.tables import TABLES
from audit.model.result import AuditResult
from audit.render.csv import render_csv
from tests.browser.conftest import Opener
from tests.render.factory import HOSTILE, RESEARCH
from tests.render.quarter import PAYER, quarter_result

pytestmark = pytest.mark.browser

STUDENT = f"arn:aws:iam::{RESEARCH.account_id}:user/student-1"


@cache
def quarter() -> AuditResult:
    return quarter_result()


def test_the_activity_tells_who_paid_and_what_no_call_explains(opened: Opener) -> None:
    page = opened(quarter(), "#view=activity").page
    paid = page.locator(".grid-payers .grid-body [role=row]")
    expect(paid).to_have_count(2)
    expect(paid.nth(0)).to_contain_text("no event tells")
    expect(paid.nth(0)).to_contain_text("$120.00")
    expect(paid.nth(1)).to_contain_text("payroll-job")
    first = page.locator(".grid-reconciled .grid-body [role=row]").first
    expect(first).to_contain_text("payment with no event")
    expect(first).to_contain_text("no event in logs that cover the day")


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("usage", "uses"),
        ("principal-payments", "payers"),
        ("reconciliation-totals", "totals"),
        ("reconciliation", "reconciled"),
    ],
)
def test_a_list_is_saved_as_the_file_beside_the_report(opened: Opener, table: str, kind: str) -> None:
    page = opened(quarter(), "#view=activity").page
    place = page.locator("section.list", has=page.locator(f".grid-{kind}"))
    with page.expect_download() as caught:
        place.get_by_role("button", name="CSV").click()
    saved = Path(caught.value.path()).read_bytes()
    beside = render_csv(TABLES[table], quarter())
    assert saved.splitlines()[0] == beside.splitlines()[0]
    assert sorted(saved.splitlines()) == sorted(beside.splitlines())


def test_a_way_opens_into_its_steps_and_statements(opened: Opener) -> None:
    page = opened(quarter(), "#view=reach").page
    page.locator(".grid-ways .grid-body [role=row]").first.click()
    way = page.locator(".list", has=page.locator(".grid-ways")).locator(".list-note")
    expect(way).to_contain_text("Its trust policy names the role")
    expect(way.locator("details.grant")).to_have_count(2)
    expect(way).to_contain_text("may use SendBonus; 2 more holders can be reached too")


def test_an_entrance_says_why_it_is_wide_and_where_it_leads(opened: Opener) -> None:
    page = opened(quarter(), "#view=reach").page
    row = page.locator(".grid-entrances .grid-body [role=row]").first
    expect(row).to_contain_text("identity provider")
    expect(row).to_contain_text("under conditions")
    row.click()
    note = page.locator(".list", has=page.locator(".grid-entrances")).locator(".list-note")
    expect(note).to_contain_text("becomes")
    expect(note.locator("ol.way > li")).to_have_count(2)


def test_the_search_counts_in_every_view(opened: Opener) -> None:
    page = opened(quarter()).page
    page.fill("#search", "payroll-job")
    for view in ("findings", "principals", "activity", "reach", "review"):
        expect(page.locator(f"[data-tally={view}]")).to_have_text(re.compile(r"^[1-9]\d*$"))


def test_the_review_shows_what_became_of_the_last_one(opened: Opener) -> None:
    page = opened(quarter(), "#view=review").page
    changes = page.locator(".grid-changes .grid-body [role=row]")
    expect(changes).to_have_count(4)
    expect(changes.nth(0)).to_contain_text("reopened")
    expect(changes.nth(3)).to_contain_text("A finding that is gone")
    expect(page.locator(".grid-decisions .grid-body")).to_contain_text("still present")
    expect(page.locator(".grid-exceptions .grid-body")).to_contain_text("expires within 30 days")
    expect(page.locator(".grid-signatures .grid-body")).to_contain_text("stated")
    expect(page.locator(".grid-saving .grid-body")).to_contain_text("2027-01-28 (not established)")


def test_a_decision_is_entered_kept_and_saved(opened: Opener) -> None:
    finding = quarter().findings[0]
    report = opened(quarter(), f"#finding={finding.fingerprint}")
    page = report.page
    page.get_by_label("Decision", exact=True).select_option("revoke")
    page.get_by_label("Justification").fill("Not needed since the service closed.")
    page.goto(page.url.partition("#")[0] + "#view=review")
    page.get_by_role("button", name="Save decisions.json").click()
    expect(page.locator("#review-desk")).to_contain_text("Name the reviewer first.")
    page.get_by_label("Reviewer").fill("Kim Berg")
    saved = json.loads(report.download("Save decisions.json"))
    assert saved["schema"] == "mturk-audit/decisions/1"
    assert saved["evidence_sha256"] == quarter().header.input_sha256
    assert {row["principal_arn"] for row in saved["decisions"]} == set(finding.subjects)
    for row in saved["decisions"]:
        assert row["actions"] == sorted(finding.privileges)
        assert (row["choice"], row["reviewer"], row["fingerprint"]) == ("revoke", "Kim Berg", finding.fingerprint)
        assert row["justification"] == "Not needed since the service closed."
        assert row["unique_id"][:4] in ("AIDA", "AROA", "AGPA")


def test_a_decision_without_a_justification_is_not_saved(opened: Opener) -> None:
    report = opened(quarter(), f"#view=principals&principal={PAYER}")
    page = report.page
    page.get_by_label("Decision", exact=True).select_option("modify")
    page.goto(page.url.partition("#")[0] + "#view=review")
    page.get_by_label("Reviewer").fill("Kim Berg")
    page.get_by_role("button", name="Save decisions.json").click()
    expect(page.locator("#review-desk")).to_contain_text("1 decision to modify, revoke or except has no justification")
    assert report.downloads == []


def test_a_decision_taken_back_is_gone(opened: Opener) -> None:
    page = opened(quarter(), f"#view=principals&principal={PAYER}").page
    page.get_by_label("Decision", exact=True).select_option("keep")
    page.get_by_label("Decision", exact=True).select_option("")
    page.goto(page.url.partition("#")[0] + "#view=review")
    expect(page.locator("#review-desk")).to_contain_text("No decision is entered here yet.")


def test_who_holds_nothing_is_not_decided_on(opened: Opener) -> None:
    page = opened(quarter(), f"#view=principals&principal={STUDENT}").page
    expect(page.locator(".detail:not([hidden])")).to_contain_text("student-1")
    expect(page.get_by_label("Decision", exact=True)).to_have_count(0)


@pytest.mark.parametrize("view", ["activity", "reach", "review"])
def test_hostile_text_does_nothing_in_the_views_of_a_quarter(opened: Opener, view: str) -> None:
    for text in (HOSTILE[0], HOSTILE[7]):
        page = opened(quarter_result(text), f"#view={view}").page
        expect(page.locator(f"#view-{view}")).to_contain_text(text)
