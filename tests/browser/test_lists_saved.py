"""CSV of the lists of reach and review, and the drawing of a finding's ways."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import expect

from audit.model.reach import ReachPath, ReachStep
from audit.model.result import AuditResult
from tests.browser.conftest import Opener
from tests.browser.test_quarter import quarter
from tests.render.quarter import DEPLOY, PAYER, quarter_result

pytestmark = pytest.mark.browser

LISTS = {
    "reach": ["reach-inside", "reach-from-outside", "reach-cuts", "reach-refused"],
    "review": [
        "review-changes",
        "review-principals",
        "review-entitlements",
        "review-decisions",
        "review-exceptions",
        "review-signatures",
        "review-removals",
        "review-evidence",
        "review-controls",
    ],
}


def saved(opened: Opener, result: AuditResult, view: str, search: str = "") -> dict[str, list[dict[str, str]]]:
    report = opened(result, f"#view={view}" + (f"&q={search}" if search else ""))
    files = {}
    for button in report.page.locator(f"#view-{view} .board-tools").get_by_role("button", name="CSV").all():
        with report.page.expect_download() as caught:
            button.click()
        name = caught.value.suggested_filename.removesuffix(".csv")
        text = Path(caught.value.path()).read_bytes().decode()
        files[name] = list(csv.DictReader(io.StringIO(text, newline="")))
    return files


@pytest.mark.parametrize("view", list(LISTS))
def test_every_list_can_be_saved(opened: Opener, view: str) -> None:
    assert sorted(saved(opened, quarter(), view)) == sorted(LISTS[view])


def test_a_reach_is_saved_with_its_statements(opened: Opener) -> None:
    reach = quarter().reach
    assert reach is not None
    files = saved(opened, quarter(), "reach")
    (way, *_) = files["reach-inside"]
    path = next(each for each in reach.paths if each.start == way["start"])
    assert (way["holder"], way["hops"], way["verdict"]) == (path.holder, str(path.hops), path.verdict.value)
    assert way["actions"] == "; ".join(path.actions)
    labels = dict.fromkeys(f"{ref.policy.label} {ref.label}" for step in path.steps for ref in step.statements)
    assert way["statements"] == "; ".join(labels)
    assert len(files["reach-from-outside"]) == len(reach.entrances)
    assert {row["role_arn"] for row in files["reach-refused"]} == {each.role_arn for each in reach.refusals}


def test_a_review_is_saved_as_it_was_decided(opened: Opener) -> None:
    files = saved(opened, quarter(), "review")
    assert [row["justification"] for row in files["review-decisions"]] == [
        row.decision.justification for row in quarter().decisions
    ]
    assert {row["fingerprint"] for row in files["review-changes"]} == {
        each.fingerprint for each in (quarter().comparison or pytest.fail("no comparison")).findings
    }


def test_only_what_the_search_leaves_is_saved(opened: Opener) -> None:
    files = saved(opened, quarter(), "review", "no%20such%20thing")
    assert sorted(files) == sorted(LISTS["review"])
    assert not any(files.values())


def test_a_formula_is_saved_as_text(opened: Opener) -> None:
    formula = "=cmd|'/c calc'!A1"
    files = saved(opened, quarter_result(formula), "review")
    cells = [cell for rows in files.values() for row in rows for cell in row.values() if "calc" in cell]
    assert "'" + formula in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def chain(length: int) -> AuditResult:
    """A quarter in which a finding's principal comes to the payer by many ways of two steps."""
    result = quarter()
    assert result.reach is not None
    finding = result.findings[0]
    (step, *_) = result.reach.paths[0].steps
    through = msgspec.structs.replace(step, source=finding.subjects[0], statements=finding.causes[:1])
    ways = tuple(_way(through, place) for place in range(length))
    return msgspec.structs.replace(result, reach=msgspec.structs.replace(result.reach, paths=ways, entrances=()))


def _way(step: ReachStep, place: int) -> ReachPath:
    """Through a role of its own."""
    between = f"{DEPLOY}-{place:03d}"
    steps = (msgspec.structs.replace(step, target=between), msgspec.structs.replace(step, source=between, target=PAYER))
    return ReachPath(
        start=step.source, holder=PAYER, actions=("mechanicalturk:SendBonus",), verdict=step.verdict, steps=steps
    )


def test_a_finding_shows_its_ways_drawn(opened: Opener) -> None:
    result = chain(3)
    page = opened(result, f"#finding={result.findings[0].fingerprint}").page
    drawing = page.locator(".detail .way-graph")
    expect(drawing).to_have_attribute("role", "img")
    assert drawing.locator("rect.way-box").count() == 5
    assert drawing.locator("rect.way-box.holder").count() == 1
    assert "payroll-job" in (drawing.get_attribute("aria-label") or "")
    expect(page.locator(".detail figcaption")).to_contain_text("bold frame: where the ways lead")


def test_a_drawing_has_at_most_a_hundred_nodes_and_says_what_it_leaves_out(opened: Opener) -> None:
    result = chain(150)
    page = opened(result, f"#finding={result.findings[0].fingerprint}").page
    assert page.locator(".detail rect.way-box").count() == 100
    expect(page.locator(".detail figcaption")).to_contain_text("The first 98 of 150 ways.")


CROSSING = """drawing => {
  const boxes = [...drawing.querySelectorAll(".way-box")].map((box) => box.getBBox());
  const within = (value, from, size) => value > from + 1 && value < from + size - 1;
  const over = (point, box) => within(point.x, box.x, box.width) && within(point.y, box.y, box.height);
  const behind = (point) => boxes.some((box) => over(point, box));
  const at = (line, part) => line.getPointAtLength(line.getTotalLength() * part);
  const points = (line) => Array.from({ length: 400 }, (_, place) => at(line, place / 399));
  return [...drawing.querySelectorAll(".way-line")].filter((line) => points(line).some(behind)).length;
}"""


def test_no_step_of_a_drawing_runs_behind_a_box_that_is_not_on_its_way(opened: Opener) -> None:
    """One way has a step, another three to the same holder: the short one passes the columns between in a lane."""
    result = chain(1)
    assert result.reach is not None
    (way,) = result.reach.paths
    first, second = way.steps
    further = f"{DEPLOY}-further"
    long = (first, msgspec.structs.replace(second, target=further), msgspec.structs.replace(second, source=further))
    short = (msgspec.structs.replace(first, target=second.target),)
    ways = tuple(msgspec.structs.replace(way, steps=steps) for steps in (long, short))
    reach = msgspec.structs.replace(result.reach, paths=ways)
    page = opened(msgspec.structs.replace(result, reach=reach), f"#finding={result.findings[0].fingerprint}").page
    drawing = page.locator(".detail .way-graph")
    assert drawing.locator(".way-box").count() == 4
    assert drawing.locator(".way-line").count() == 4
    assert drawing.evaluate(CROSSING) == 0


def test_a_finding_without_ways_has_no_drawing(opened: Opener) -> None:
    without = msgspec.structs.replace(quarter(), reach=None)
    page = opened(without, f"#finding={without.findings[0].fingerprint}").page
    expect(page.locator(".detail h2")).to_be_visible()
    assert page.locator(".way-graph").count() == 0


def test_many_that_go_the_same_way_are_one_box_with_their_number(opened: Opener) -> None:
    result = quarter()
    assert result.reach is not None
    finding = max(result.findings, key=lambda each: len(each.subjects))
    (step, *_) = result.reach.paths[0].steps
    ways = tuple(
        ReachPath(
            start=arn,
            holder=PAYER,
            actions=("mechanicalturk:SendBonus",),
            verdict=step.verdict,
            steps=(msgspec.structs.replace(step, source=arn, target=PAYER, statements=finding.causes[:1]),),
        )
        for arn in finding.subjects
    )
    assert len(ways) > 6
    reach = msgspec.structs.replace(result.reach, paths=ways, entrances=())
    page = opened(msgspec.structs.replace(result, reach=reach), f"#finding={finding.fingerprint}").page
    assert page.locator(".detail rect.way-box").count() == 2
    expect(page.locator(".detail .way-graph")).to_contain_text(f"{len(ways)} principals")
    expect(page.locator(".detail figcaption")).not_to_contain_text("The first")
