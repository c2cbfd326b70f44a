"""The tables of a review hold every change, decision, exception, control and removal step of the result."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from audit.frames.review import CHANGES, CONTROLS, DECISIONS, EXCEPTIONS, REMOVAL_STEPS
from audit.frames.table import Kind, Row, Table, frame
from audit.model.result import AuditResult
from audit.model.review import Choice, Decision
from audit.review.attach import with_comparison, with_exceptions, with_review
from audit.review.compare import compare
from audit.review.compare_evidence import Side
from audit.review.exceptions_file import ExceptionsFile
from audit.review.folder import ReviewFolder
from tests.unit.evaluate.accounts import arn
from tests.unit.review.audits import BONUS, CREATE, OLD_QUARTER, THEN, audited, payer, snapshot
from tests.unit.review.exceptions import exception


@pytest.fixture(scope="module")
def result() -> AuditResult:
    """A quarter in which a role gained a privilege, one decision was made and one exception holds."""
    evidence, earlier = snapshot(payer(actions=(BONUS, CREATE))), snapshot(payer(), at=THEN, window=OLD_QUARTER)
    now = audited(evidence)
    now = with_exceptions(now, ExceptionsFile(name="e", sha256="", exceptions=(exception(),)))
    decision = Decision(
        principal_arn=arn("role", "payroll"),
        unique_id="AROAPAYROLL",
        actions=(CREATE, BONUS),
        choice=Choice.REVOKE,
        reviewer="rita",
        decided_on=now.header.as_of.date(),
        justification="left",
    )
    now = with_review(now, ReviewFolder(name="review", decisions=(decision,)))
    sides = Side(result=now, snapshot=evidence), Side(result=audited(earlier), snapshot=earlier)
    return with_comparison(now, compare(*sides))


TABLES = (CHANGES, DECISIONS, EXCEPTIONS, CONTROLS, REMOVAL_STEPS)


def rows(table: Table, result: AuditResult) -> list[dict[str, object]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows(result)]


def test_every_change_has_a_row_with_its_reason(result: AuditResult) -> None:
    assert result.comparison is not None
    found = rows(CHANGES, result)
    comparison = result.comparison
    assert len(found) == len(comparison.findings) + len(comparison.principals) + len(comparison.entitlements)
    (gained,) = [row for row in found if row["what"] == "entitlement"]
    assert (gained["change"], gained["about"], gained["earlier"], gained["now"]) == ("gained", CREATE, "", "allow")
    assert gained["because"] == "The inline policy inline-1 was changed."
    resolved = [row for row in found if row["change"] == "resolved"]
    assert all(row["earlier"] and not row["now"] for row in resolved)


def test_a_decision_has_a_row_a_privilege(result: AuditResult) -> None:
    found = rows(DECISIONS, result)
    assert [(row["action"], row["choice"], row["state"]) for row in found] == [
        (CREATE, "revoke", "not carried out"),
        (BONUS, "revoke", "not carried out"),
    ]
    assert found[0]["decided_on"] == datetime(2026, 10, 5, tzinfo=UTC)


def test_exceptions_controls_and_steps_are_all_there(result: AuditResult) -> None:
    assert [(row["id"], row["state"]) for row in rows(EXCEPTIONS, result)] == [("EX-1", "active")]
    assert len(rows(CONTROLS, result)) == len(result.controls) > 0
    assert result.closing_plan is not None
    steps = rows(REMOVAL_STEPS, result)
    assert [row["fix"] for row in steps] == [step.fix for step in result.closing_plan.steps]


@pytest.mark.parametrize(
    "table", [CHANGES, DECISIONS, EXCEPTIONS, CONTROLS, REMOVAL_STEPS], ids=lambda table: table.name
)
def test_their_frames_are_tidy_also_where_nothing_was_reviewed(table: Table, result: AuditResult) -> None:
    bare = msgspec.structs.replace(result, comparison=None, decisions=(), exceptions=(), controls=(), closing_plan=None)
    full, empty = frame(table, result), frame(table, bare)
    assert len(full) == len(list[Row](table.rows(result))) > 0
    assert len(empty) == 0
    for column in table.columns:
        if column.kind is not Kind.CATEGORY:
            assert full[column.name].dtype == empty[column.name].dtype
