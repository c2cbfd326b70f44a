"""Each control says what was checked, on how many, with what result, and what it leaves out."""

from __future__ import annotations

from datetime import date

import msgspec

from audit.catalog.controls import load_controls
from audit.review.controls import control_results
from audit.review.exceptions import exception_rows
from tests.unit.evaluate.accounts import arn
from tests.unit.review.audits import audited, payer, snapshot
from tests.unit.review.exceptions import exception


def test_every_control_of_the_catalog_has_a_row() -> None:
    rows = audited(snapshot(payer())).controls
    assert [row.control for row in rows] == sorted(entry.control for entry in load_controls())
    assert all(row.checked and row.not_covered and row.title for row in rows)


def test_findings_are_counted_where_their_rule_bears_and_excepted_ones_apart() -> None:
    result = audited(snapshot(payer()))
    rows = exception_rows([exception(subject=arn("role", "payroll"))], result.findings, date(2026, 10, 5))
    marked = msgspec.structs.replace(result, exceptions=rows)
    counts = {row.control.id: (row.findings, row.excepted) for row in control_results(marked)}
    bearing = {rule.id for rule in result.rules if any(control.id == "AC-6" for control in rule.controls)}
    assert counts["AC-6"] == (sum(finding.rule in bearing for finding in result.findings), 1)
    assert counts["AC-5"][1] == 0
