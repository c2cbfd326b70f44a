"""JUnit XML, for CI systems: an account is a suite, a rule on it a test case, its findings are the failure.

A rule that found nothing passes only where everything that was asked of the account was answered. Where evidence could
not be had or not be read it is an error, and where it was not part of the input it is skipped: neither is a pass.
The elements are those that Jenkins' schema and the common readers know.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from audit.frames.table import format_time
from audit.model.finding import Finding, RuleInfo
from audit.model.result import AuditResult, CoverageState
from audit.render.doubts import Doubt, doubts
from audit.render.standing import Standings, standings
from audit.render.view_index import Index, index_result
from audit.render.view_words import count, listing, visible

_OUTCOMES = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render_junit(result: AuditResult) -> bytes:
    """Render one test case for every rule and account, and one for every account of which not all was evaluated."""
    index, stand = index_result(result), standings(result)
    uncertain = {doubt.account_id: doubt for doubt in doubts(result)}
    root = Element("testsuites", name="mturk-audit")
    found: dict[str, list[Finding]] = {account_id: [] for account_id in _accounts(result, uncertain)}
    for finding in result.findings:
        found[finding.account_id].append(finding)
    for account_id, findings in found.items():
        _suite(root, result, account_id, findings, uncertain.get(account_id), index, stand)
    for name in ("tests", *_OUTCOMES.values()):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _accounts(result: AuditResult, uncertain: dict[str, Doubt]) -> list[str]:
    """Every account that anything is said of."""
    named = [account.account_id for account in result.header.accounts]
    return list(dict.fromkeys([*named, *uncertain, *(finding.account_id for finding in result.findings)]))


def _suite(
    root: Element,
    result: AuditResult,
    account_id: str,
    of_account: Sequence[Finding],
    doubt: Doubt | None,
    index: Index,
    stand: Standings,
) -> None:
    suite = SubElement(root, "testsuite", name=visible(index.account(account_id)))
    found: dict[str, list[Finding]] = {rule.id: [] for rule in result.rules}
    for finding in of_account:
        found.setdefault(finding.rule, []).append(finding)
    unanswered = _unanswered(result, account_id)
    for rule_id, findings in found.items():
        rule = index.rules.get(rule_id)
        case = SubElement(suite, "testcase", classname=f"mturk-audit.{visible(account_id)}", name=rule_id)
        if findings:
            _failure(case, rule, findings, stand)
        elif doubt:
            _outcome(case, "error", "not evaluated", f"Nothing was found in what could be evaluated. {doubt.words}")
        elif unanswered:
            _outcome(case, "skipped", "not collected", f"Nothing was found in what was collected. {unanswered}")
    if doubt:
        case = SubElement(suite, "testcase", classname=f"mturk-audit.{visible(account_id)}", name="not-evaluated")
        _outcome(case, "error", "not evaluated", doubt.words, "\n".join(doubt.principals))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for element, name in _OUTCOMES.items():
        suite.set(name, str(sum(case.find(element) is not None for case in cases)))
    suite.set("time", "0")
    suite.set("timestamp", format_time(result.header.as_of.replace(microsecond=0)).removesuffix("Z"))


def _unanswered(result: AuditResult, account_id: str) -> str:
    """What keeps a rule without findings from passing though nothing went wrong; empty where all was answered."""
    parts = [
        row.part for row in result.coverage if row.account_id == account_id and row.state is CoverageState.NOT_COLLECTED
    ]
    return f"Not collected: {listing(parts)}." if parts else ""


def _failure(case: Element, rule: RuleInfo | None, findings: Sequence[Finding], stand: Standings) -> None:
    """All findings of the rule in one element, since readers take only the first; skipped where all are excepted."""
    counting = [finding for finding in findings if not stand.of(finding).excepted]
    worst = (counting or findings)[0].severity.value
    words = f"{count(len(counting), 'finding')}, the worst {worst}: {rule.title if rule else findings[0].rule}"
    text = "\n\n".join(_lines(finding, stand) for finding in findings)
    if counting:
        _outcome(case, "failure", worst, words, text)
        return
    _outcome(case, "skipped", "excepted", f"{count(len(findings), 'finding')}, all of them under an exception", text)


def _lines(finding: Finding, stand: Standings) -> str:
    exceptions = ", ".join(row.exception.id for row in stand.of(finding).exceptions)
    lines = [
        f"{finding.severity.value} {finding.fingerprint} {finding.title}",
        f"confidence {finding.confidence.value}: {finding.confidence_reason}",
        *([f"exceptions: {exceptions}"] if exceptions else []),
        f"concerns {len(finding.subjects)}:",
        *(f"  {arn}" for arn in finding.subjects),
    ]
    return "\n".join(line.replace("\n", " ") for line in lines)


def _outcome(case: Element, element: str, kind: str, message: str, text: str = "") -> None:
    made = SubElement(case, element, type=kind, message=visible(message))
    made.text = visible(text) or None
