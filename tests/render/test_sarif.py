"""SARIF follows OASIS's schema, points at the lines of policies, and says what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import Change, ExceptionState
from audit.render.sarif import MOST_RESULTS, render_sarif
from audit.render.view_words import visible
from tests.render.factory import empty_result, hostile_result, one_result, typical_result
from tests.render.official import problems, sarif_validator
from tests.render.reviewed import CHANGES, reviewed_result


def run_of(result: AuditResult) -> dict[str, Any]:
    log = json.loads(render_sarif(result))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def notices(run: dict[str, Any], name: str) -> list[str]:
    (invocation,) = run["invocations"]
    return [
        notice["message"]["text"]
        for notice in invocation["toolExecutionNotifications"]
        if notice["descriptor"]["id"] == name
    ]


@pytest.fixture(scope="module")
def typical() -> dict[str, Any]:
    return run_of(typical_result())


@pytest.mark.parametrize("make", [empty_result, one_result, typical_result, hostile_result, reviewed_result])
def test_it_follows_the_schema(make: Callable[[], AuditResult]) -> None:
    assert problems(sarif_validator(), json.loads(render_sarif(make()))) == []


def test_the_schema_refuses_what_is_no_sarif() -> None:
    log = json.loads(render_sarif(one_result()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    log["runs"][0]["surprise"] = 1
    assert len(problems(sarif_validator(), log)) == 2


def test_every_rule_that_ran_is_there_with_its_help(typical: dict[str, Any]) -> None:
    result = typical_result()
    rules = typical["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in result.rules]
    for rule, info in zip(rules, result.rules, strict=True):
        assert info.remediation in rule["help"]["markdown"]
        assert info.false_positive in rule["help"]["text"]
    assert all(rules[row["ruleIndex"]]["id"] == row["ruleId"] for row in typical["results"])


def test_a_result_stands_at_the_lines_of_the_statement_that_causes_it(typical: dict[str, Any]) -> None:
    result = typical_result()
    seen = 0
    for row, finding in zip(typical["results"], result.findings, strict=True):
        (location,) = row["locations"]
        place = location["physicalLocation"]
        artifact = typical["artifacts"][place["artifactLocation"]["index"]]
        assert artifact["location"]["uri"] == place["artifactLocation"]["uri"]
        if not finding.causes:
            continue
        cause = finding.causes[0]
        document = result.documents[cause.policy.document_id]
        assert artifact["contents"]["text"] == visible(document.text)
        assert (place["region"]["startLine"], place["region"]["endLine"]) == document.statement_lines[cause.index]
        assert len(row["relatedLocations"]) == len(finding.causes) - 1
        seen += 1
    assert seen > 50


def test_a_path_is_relative_whatever_a_policy_is_called() -> None:
    for artifact in run_of(hostile_result())["artifacts"]:
        uri = artifact["location"]["uri"]
        assert uri.startswith(("iam/", "2026"))
        assert ":" not in uri
        assert not {"..", ".", ""} & set(uri.split("/"))


def test_severity_becomes_level_and_rank() -> None:
    levels = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
    rows = run_of(typical_result())["results"]
    assert {row["properties"]["severity"] for row in rows} == set(levels)
    assert all(row["level"] == levels[row["properties"]["severity"]] for row in rows)
    assert [row["rank"] for row in rows] == sorted((row["rank"] for row in rows), reverse=True)


def test_exceptions_suppress_while_they_hold() -> None:
    rows = run_of(reviewed_result("{{7*7}} [see](http://x)"))["results"]
    told = [[each["status"] for each in row["suppressions"]] for row in rows]
    assert told[:4] == [["accepted"], ["accepted"], ["rejected"], []]
    assert rows[2]["suppressions"][0]["properties"]["state"] == ExceptionState.EXPIRED.value
    assert rows[0]["suppressions"][0]["justification"] == "{{7*7}} [see](http://x)"


def test_the_comparison_becomes_the_baseline_state() -> None:
    run = run_of(reviewed_result())
    words = {Change.NEW: "new", Change.UNCHANGED: "unchanged", Change.SEVERITY: "updated", Change.REOPENED: "new"}
    states = [row["baselineState"] for row in run["results"]]
    assert states == [words[CHANGES[place % 4]] for place in range(len(states))]
    assert notices(run, "resolved") == ["1 finding of the earlier review no longer found."]


def test_without_a_review_nothing_is_said_of_one(typical: dict[str, Any]) -> None:
    assert not any("baselineState" in row or "suppressions" in row for row in typical["results"])


def test_what_was_not_evaluated_is_told(typical: dict[str, Any]) -> None:
    told = " ".join(notices(typical, "not-evaluated"))
    assert "5 of 40 principals could not be fully evaluated" in told
    assert "2 gaps in the evidence" in told
    assert notices(run_of(empty_result()), "not-evaluated") != []


def test_more_results_than_are_kept_are_cut_by_severity_and_told() -> None:
    result = one_result()
    (first, *_) = result.findings
    many = [
        msgspec.structs.replace(
            first, severity=Severity.CRITICAL if place < 10 else Severity.LOW, identity=(("number", str(place)),)
        )
        for place in range(MOST_RESULTS + 3)
    ]
    run = run_of(msgspec.structs.replace(result, findings=tuple(many)))
    assert len(run["results"]) == MOST_RESULTS
    assert [row["fingerprints"]["mturk-audit/v1"] for row in run["results"][:10]] == [
        finding.fingerprint for finding in many[:10]
    ]
    (told,) = notices(run, "cut")
    assert told.startswith("5,000 of 5,003 findings")


def test_text_of_others_is_no_link_and_no_placeholder() -> None:
    result = one_result()
    finding = msgspec.structs.replace(result.findings[0], title="{0} [click](javascript:x) \\ \x1b[31m")
    (row,) = run_of(msgspec.structs.replace(result, findings=(finding,)))["results"]
    assert row["message"]["text"].startswith("{{0}} \\[click\\](javascript:x) \\\\ \\[U+001B\\]\\[31m.")
