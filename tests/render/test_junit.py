"""JUnit: a rule on an account is a test case, and what was not evaluated is never one that passed.

No package carries the schema; its rules stand here: https://github.com/jenkinsci/xunit-plugin, junit-10.xsd.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, fromstring

import msgspec
import pytest

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.render.junit import render_junit
from tests.render.factory import empty_result, hostile_result, one_result, typical_result
from tests.render.reviewed import reviewed_result

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "classname"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped"},
}


def suites_of(result: AuditResult) -> Element:
    return fromstring(render_junit(result))


def outcomes(root: Element) -> dict[tuple[str, str], str]:
    """By class and name: failure, error, skipped, or `passed`."""
    return {
        (case.get("classname", ""), case.get("name", "")): case[0].tag if len(case) else "passed"
        for case in root.iter("testcase")
    }


@pytest.mark.parametrize("make", [empty_result, one_result, typical_result, hostile_result, reviewed_result])
def test_it_has_the_elements_and_attributes_that_readers_know(make: Callable[[], AuditResult]) -> None:
    root = suites_of(make())
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        if element.tag in ("testsuites", "testsuite"):
            cases = list(element.iter("testcase"))
            assert int(element.get("tests", "")) == len(cases)
            for name, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                assert int(element.get(name, "")) == sum(case.find(child) is not None for case in cases)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    assert all(len(case) <= 1 for case in root.iter("testcase"))


def test_there_is_a_case_for_every_rule_and_account() -> None:
    result = typical_result()
    found = outcomes(suites_of(result))
    pairs = {
        (f"mturk-audit.{account.account_id}", rule.id) for account in result.header.accounts for rule in result.rules
    }
    assert pairs <= set(found)
    failing = {(f"mturk-audit.{finding.account_id}", finding.rule) for finding in result.findings}
    assert {pair for pair, outcome in found.items() if outcome == "failure"} == failing


def test_nothing_passes_in_an_account_of_which_not_all_was_evaluated() -> None:
    found = outcomes(suites_of(typical_result()))
    assert "passed" not in found.values()
    assert {outcome for (_, name), outcome in found.items() if name == "not-evaluated"} == {"error"}
    assert set(outcomes(suites_of(empty_result())).values()) == {"error"}


def test_a_rule_without_findings_passes_where_all_was_answered() -> None:
    result = one_result()
    found = outcomes(suites_of(result))
    assert set(found.values()) == {"failure", "passed"}
    missing = CoverageRow(
        account_id="111122223333", part="bonus payments", state=CoverageState.NOT_COLLECTED, detail="Not there."
    )
    part = msgspec.structs.replace(result, coverage=(*result.coverage, missing))
    assert set(outcomes(suites_of(part)).values()) == {"failure", "skipped"}


def test_a_finding_under_an_exception_is_marked_and_fails_alone_no_more() -> None:
    result = reviewed_result()
    texts = [case[0].text or "" for case in suites_of(result).iter("testcase") if len(case)]
    assert "exceptions: EX-1" in "".join(texts)
    only = msgspec.structs.replace(result, findings=result.findings[:1])
    found = outcomes(suites_of(only))
    assert found[f"mturk-audit.{only.findings[0].account_id}", only.findings[0].rule] == "skipped"
    assert "failure" not in found.values()
