"""All formats are views of one result: the same findings, the same entitlements, nothing dropped.

That the PDF carries the same files is in test_pdf.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import msgspec
import pytest

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.render.formats import FORMATS
from audit.render.html_page import PageData
from audit.render.markdown import FINDINGS_SHOWN
from tests.render.factory import empty_result, hostile_result, one_result, typical_result
from tests.render.told import TOLD, Finding
from tests.rules.reaching import company

OTHERS = ("parquet", "sarif", "ocsf", "asff", "junit", "markdown")


class Rendered(msgspec.Struct, frozen=True):
    """One result in every format, by file name."""

    result: AuditResult
    files: dict[str, bytes]

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[f"{name}.csv"].decode(), newline="")))

    def page(self) -> PageData:
        found = re.search(rb'<script id="data" type="application/json">(.*?)</script>', self.files["report.html"], re.S)
        assert found
        return msgspec.json.decode(found[1], type=PageData)


@pytest.fixture(scope="module", params=[empty_result, one_result, typical_result, hostile_result])
def rendered(request: pytest.FixtureRequest) -> Rendered:
    make: Callable[[], AuditResult] = request.param
    result = make()
    files = [file for name in ("html", "json", "csv", *OTHERS) for file in FORMATS[name].render(result)]
    return Rendered(result, {file.name: file.content for file in files})


def test_no_two_files_have_one_name() -> None:
    files = [name for format_ in FORMATS.values() for name in format_.files]
    assert len(set(files)) == len(files)
    assert {"report.html", "report.pdf", "report.json", "findings.csv", "entitlements.csv"} <= set(files)


def test_every_format_has_the_same_findings(rendered: Rendered) -> None:
    expected: list[Finding] = [
        (finding.fingerprint, finding.rule, finding.severity.value, finding.account_id, len(finding.subjects))
        for finding in rendered.result.findings
    ]
    assert _json_findings(rendered) == expected
    assert _csv_findings(rendered) == expected
    assert _html_findings(rendered) == expected


@pytest.mark.parametrize("name", TOLD)
def test_files_for_other_tools_have_the_same_findings(rendered: Rendered, name: str) -> None:
    told = TOLD[name](rendered.files[name])
    expected: list[Finding] = [
        (finding.fingerprint, finding.rule, finding.severity.value, finding.account_id, len(finding.subjects))
        for finding in rendered.result.findings
    ]
    if name == "junit.xml":
        assert sorted(told) == sorted(expected)
    elif name == "summary.md":
        assert told == expected[:FINDINGS_SHOWN]
    else:
        assert told == expected


def test_every_format_is_held_to_the_others() -> None:
    """The PDF carries the files of two of them, byte for byte (test_pdf); the graph has no findings."""
    assert {"html", "json", "csv", "pdf", "graphml", *OTHERS} == set(FORMATS)
    for name in OTHERS:
        assert set(FORMATS[name].files) & set(TOLD), name


def test_the_lists_of_subjects_are_the_same(rendered: Rendered) -> None:
    expected = [(finding.fingerprint, subject) for finding in rendered.result.findings for subject in finding.subjects]
    report = json.loads(rendered.files["report.json"])["findings"]
    assert [(row["fingerprint"], subject) for row in report for subject in row["subjects"]] == expected
    rows = rendered.table("finding-subjects")
    assert [(row["fingerprint"], row["subject_arn"].removeprefix("'")) for row in rows] == [
        (fingerprint, subject.removeprefix("'")) for fingerprint, subject in expected
    ]


def test_the_graph_has_the_steps_of_the_table_and_of_the_json() -> None:
    result = company()
    files = {file.name: file.content for name in ("json", "csv", "graphml") for file in FORMATS[name].render(result)}
    rows = Rendered(result, files).table("edges")
    edges = fromstring(files["graph.graphml"]).iter("{http://graphml.graphdrawing.org/xmlns}edge")
    steps = json.loads(files["report.json"])["reach"]["steps"]
    told = [(step["source"], step["target"]) for step in steps]
    assert told == [(row["source"], row["target"]) for row in rows]
    assert told == [(edge.get("source"), edge.get("target")) for edge in edges]


def test_every_format_writes_the_files_that_it_names() -> None:
    result = one_result()
    for format_ in FORMATS.values():
        if format_.name != "pdf":
            assert tuple(file.name for file in format_.render(result)) == format_.files


def test_every_file_for_other_tools_is_the_same_twice() -> None:
    for name in OTHERS:
        first, second = ([file.content for file in FORMATS[name].render(typical_result())] for _ in range(2))
        assert first == second


def test_every_format_has_the_same_principals_and_entitlements(rendered: Rendered) -> None:
    arns = [principal.arn for principal in rendered.result.principals]
    report = json.loads(rendered.files["report.json"])
    assert [principal["arn"] for principal in report["principals"]] == arns
    assert len(rendered.table("principals")) == len(arns)
    assert len(rendered.page().principals.access) == len(arns)
    pairs = {(row["principal_arn"], row["action"], row["verdict"]) for row in report["entitlements"]}
    rows = rendered.table("entitlements") + rendered.table("not-evaluated")
    assert {(row["principal_arn"], row["action"], row["verdict"]) for row in rows} == pairs
    assert len(rows) == len(report["entitlements"])


def test_every_format_has_the_same_money(rendered: Rendered) -> None:
    total = sum((row.amount for row in rendered.result.worker_payments), Decimal())
    report = json.loads(rendered.files["report.json"])
    assert sum((Decimal(row["amount"]) for row in report["worker_payments"]), Decimal()) == total
    assert sum((Decimal(row["amount"]) for row in rendered.table("worker-payments")), Decimal()) == total
    assert sum((Decimal(worker.amount) for worker in rendered.page().workers), Decimal()) == total


def test_every_format_counts_the_same_doubts(rendered: Rendered) -> None:
    result, report, page = rendered.result, json.loads(rendered.files["report.json"]), rendered.page()
    for name, rows in (("coverage", result.coverage), ("gaps", result.gaps), ("defects", result.defects)):
        assert len(report[name]) == len(rendered.table(name)) == len(rows)
        assert len(getattr(page, name)) == len(rows)
    incomplete = sum(page.principals.incomplete[1::2])
    assert incomplete == len(report["not_evaluated"]) == len(result.not_evaluated)


def _json_findings(rendered: Rendered) -> list[Finding]:
    return [
        (row["fingerprint"], row["rule"], row["severity"], row["account_id"], len(row["subjects"]))
        for row in json.loads(rendered.files["report.json"])["findings"]
    ]


def _csv_findings(rendered: Rendered) -> list[Finding]:
    return [
        (row["fingerprint"], row["rule"], row["severity"], row["account_id"], int(row["subject_count"]))
        for row in rendered.table("findings")
    ]


def _html_findings(rendered: Rendered) -> list[Finding]:
    page = rendered.page()
    words = {severity.rank: severity.value for severity in Severity}
    return [
        (
            finding.fingerprint,
            page.rules[finding.rule].id,
            words[finding.severity],
            page.accounts[finding.account][0],
            sum(finding.subjects[1::2]) + len(finding.other_subjects),
        )
        for finding in page.findings
    ]
