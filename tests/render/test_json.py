"""`report.json`: it follows its published schema, loses nothing, and is the same every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import msgspec
import pytest

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.render.json import render_json, render_schema
from audit.render.report import SCHEMA, Report
from tests.render.factory import empty_result, hostile_result, one_result, sized_result, typical_result

MAKERS = [empty_result, one_result, typical_result, hostile_result]


@pytest.fixture(scope="module")
def typical() -> AuditResult:
    return typical_result()


def published() -> bytes:
    return (files("audit.render") / "schema" / "report-1.json").read_bytes()


def test_the_published_schema_is_current() -> None:
    """After a change of records: write `render_schema()` to audit/render/schema/report-1.json, and say so in the
    changelog; a change that breaks a reader takes the next number instead.
    """
    assert published() == render_schema()


@pytest.mark.parametrize("make", MAKERS)
def test_a_report_follows_the_schema(make: Callable[[], AuditResult]) -> None:
    schema = json.loads(published())
    jsonschema.Draft202012Validator.check_schema(schema)
    report = json.loads(render_json(make()))
    assert report["schema"] == SCHEMA
    jsonschema.validate(report, schema, cls=jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_no_report() -> None:
    report: dict[str, Any] = json.loads(render_json(one_result()))
    report["entitlements"][0]["verdict"] = "perhaps"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, json.loads(published()))


@pytest.mark.parametrize("make", MAKERS)
def test_it_reads_back_as_the_same_records(make: Callable[[], AuditResult]) -> None:
    result = make()
    report = msgspec.json.decode(render_json(result), type=Report)
    for name in ("header", "principals", "documents", "activity", "coverage", "gaps", "defects", "files", "profile"):
        assert getattr(report, name) == getattr(result, name)
    assert report.worker_payments == result.worker_payments
    assert report.week_payments == result.week_payments
    assert report.not_evaluated == result.not_evaluated


def test_every_entitlement_leads_to_its_statements(typical: AuditResult) -> None:
    report = msgspec.json.decode(render_json(typical), type=Report)
    assert len(report.entitlements) == len(typical.entitlements)
    for short, entitlement in zip(report.entitlements, typical.entitlements, strict=True):
        assert (short.principal_arn, short.action, short.verdict) == (
            entitlement.principal_arn,
            entitlement.action,
            entitlement.verdict,
        )
        assert tuple(report.statements[place] for place in short.grants) == entitlement.grants
        assert tuple(report.statements[place] for place in short.limited_by) == entitlement.limited_by
        assert short.conditions == entitlement.conditions
        assert short.used is entitlement.observation


def test_a_statement_stands_in_the_file_once(typical: AuditResult) -> None:
    report = msgspec.json.decode(render_json(typical), type=Report)
    assert len(set(report.statements)) == len(report.statements)


def test_every_finding_has_its_fingerprint_and_causes(typical: AuditResult) -> None:
    report = msgspec.json.decode(render_json(typical), type=Report)
    assert [short.fingerprint for short in report.findings] == [finding.fingerprint for finding in typical.findings]
    for short, finding in zip(report.findings, typical.findings, strict=True):
        assert tuple(report.statements[place] for place in short.causes) == finding.causes
        assert short.subjects == finding.subjects


def test_money_is_text_with_all_its_digits() -> None:
    report = json.loads(render_json(hostile_result()))
    amounts = [row["amount"] for row in report["activity"] if row["amount"] is not None]
    assert amounts == ["12.125"]
    assert Decimal(report["worker_payments"][0]["amount"]) == Decimal(4)


def test_counts_agree_with_the_lists(typical: AuditResult) -> None:
    report = json.loads(render_json(typical))
    counts = report["counts"]
    assert set(counts["findings"]) == {severity.value for severity in Severity}
    assert sum(counts["findings"].values()) == len(report["findings"])
    assert counts["principals"] == len(report["principals"])
    assert counts["principals_not_evaluated"] == len(report["not_evaluated"]) > 0
    verdicts = [row["verdict"] for row in report["entitlements"]]
    assert counts["entitlements_not_evaluated"] == verdicts.count("not_evaluated") > 0
    assert counts["entitlements_allowed"] == verdicts.count("allow")


def test_each_record_stands_on_its_own_line(typical: AuditResult) -> None:
    lines = render_json(typical).split(b"\n")
    for entitlement in typical.entitlements[:20]:
        line = next(
            line
            for line in lines
            if entitlement.principal_arn.encode() in line and f'"{entitlement.action}"'.encode() in line
        )
        assert json.loads(line.rstrip(b","))


def test_the_same_result_gives_the_same_bytes() -> None:
    assert render_json(typical_result()) == render_json(typical_result())


def test_statements_that_many_share_do_not_make_it_large() -> None:
    """A thousand principals take less than 300 bytes an entitlement, because statements are written once."""
    result = sized_result(1000)
    assert len(render_json(result)) < 300 * len(result.entitlements) + 1_500_000
