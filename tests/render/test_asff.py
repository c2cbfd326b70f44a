"""Security Hub takes the findings: shapes, lengths and sizes, ids that stay, and a word on what was not evaluated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from audit.model.result import AuditResult
from audit.render.asff import MOST_RESOURCES, render_asff
from tests.render.factory import empty_result, hostile_result, one_result, sized_result, typical_result
from tests.render.official import asff_problems
from tests.render.reviewed import GONE, reviewed_result

MOST_BYTES = 240_000
BATCH = 100


def findings_of(result: AuditResult) -> list[dict[str, Any]]:
    return list(json.loads(render_asff(result)))


@pytest.mark.parametrize("make", [empty_result, one_result, typical_result, hostile_result, reviewed_result])
def test_security_hub_takes_every_batch(make: Callable[[], AuditResult]) -> None:
    findings = findings_of(make())
    assert findings
    for start in range(0, len(findings), BATCH):
        assert asff_problems(findings[start : start + BATCH]) == []
    assert max(len(json.dumps(finding).encode()) for finding in findings) < MOST_BYTES


def test_the_shapes_refuse_what_is_no_finding() -> None:
    finding = findings_of(one_result())[0]
    assert asff_problems([{**finding, "Title": "x" * 257}])
    assert asff_problems([{**finding, "Title": " "}])
    assert asff_problems([{**finding, "Resources": finding["Resources"] * 33}])
    assert asff_problems([{**finding, "Severity": {"Label": "FATAL"}}])
    assert asff_problems([{name: value for name, value in finding.items() if name != "Id"}])


def test_ids_come_from_the_fingerprint_alone() -> None:
    result = typical_result()
    expected = [f"mturk-audit/{finding.account_id}/{finding.fingerprint}" for finding in result.findings]
    assert [finding["Id"] for finding in findings_of(result)][: len(expected)] == expected


def test_more_principals_than_fit_are_counted() -> None:
    result = sized_result(2000)
    large = [
        (made, finding)
        for made, finding in zip(findings_of(result), result.findings, strict=False)
        if len(finding.subjects) > MOST_RESOURCES
    ]
    assert large
    for made, finding in large:
        assert len(made["Resources"]) == MOST_RESOURCES
        assert made["ProductFields"]["mturk-audit/PrincipalCount"] == str(len(finding.subjects))
        assert f"32 of {len(finding.subjects):,} principals are named here." in made["Description"]


def test_what_was_not_evaluated_is_a_finding_of_its_own() -> None:
    told = [finding for finding in findings_of(typical_result()) if finding["Compliance"]["Status"] != "FAILED"]
    assert {finding["Compliance"]["Status"] for finding in told} == {"NOT_AVAILABLE"}
    assert "could not be fully evaluated" in " ".join(finding["Description"] for finding in told)


def test_the_review_shows_in_workflow_and_record_state() -> None:
    findings = findings_of(reviewed_result())
    assert [finding["Workflow"]["Status"] for finding in findings[:3]] == ["SUPPRESSED", "SUPPRESSED", "NEW"]
    archived = [finding["Id"].rpartition("/")[2] for finding in findings if finding["RecordState"] == "ARCHIVED"]
    assert archived == [GONE]
