"""The summary's records: population, coverage, causes, and one finding spelt out."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec
import pytest

from audit.model.activity import Observation
from audit.model.entitlement import Verdict
from audit.model.finding import Confidence
from audit.model.privilege import RiskClass, Severity
from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.model.snapshot import AccountSummary
from audit.render import view_glossary
from audit.render.view import Fact, build_view
from audit.render.view_causes import cause_key
from audit.render.view_finding import FixKind, finding_view, fix_lines, marked_lines
from audit.render.view_words import sentence
from tests.render.factory import empty_result, hostile_result, typical_result


@pytest.fixture(scope="module")
def typical() -> AuditResult:
    return typical_result()


def fact(facts: tuple[Fact, ...], name: str) -> Fact:
    return next(each for each in facts if each.name == name)


def test_the_population_has_its_counts_and_what_was_not_evaluated(typical: AuditResult) -> None:
    population = build_view(typical).population
    assert fact(population, "Principals").value == "46 users, 29 roles, 1 group"
    assert fact(population, "Not fully evaluated") == Fact("Not fully evaluated", "5 of 76 principals", True)
    assert fact(population, "Evidence missing") == Fact("Evidence missing", "2 of 8 parts; 2 gaps listed", True)


def test_missing_evidence_is_told_once_for_all_accounts_it_concerns(typical: AuditResult) -> None:
    assert build_view(typical).unanswered == (
        "Service control policies: not collected in every account. "
        "Whether an SCP takes a grant back is not known, so every allow is an upper bound.",
    )


def test_an_account_that_could_not_be_reached_is_told_once_and_not_part_by_part() -> None:
    silent = [
        CoverageRow(
            account_id="222211110000",
            part=part,
            state=CoverageState.NOT_COLLECTED,
            detail=f"The account is suspended.{more}",
        )
        for part, more in (("IAM policies", ""), ("HITs", ""), ("bonus payments", ""), ("use by principal", " So."))
    ]
    other = CoverageRow(account_id="111122223333", part="HITs", state=CoverageState.PARTIAL, detail="Two failed.")
    accounts = CoverageRow(
        account_id="", part="accounts", state=CoverageState.PARTIAL, answered=1, total=2, detail="222211110000: it is."
    )
    header = msgspec.structs.replace(
        empty_result().header,
        accounts=(AccountSummary(account_id="111122223333"), AccountSummary(account_id="222211110000")),
    )
    result = msgspec.structs.replace(empty_result(), header=header, coverage=(accounts, other, *silent))
    assert build_view(result).unanswered == (
        "Accounts: 1 of 2 were collected.",
        "Account 222211110000: not collected, 4 parts of the question. The account is suspended.",
        "HITs: partial in 111122223333. Two failed.",
    )
    # Where the reasons differ, each is told.
    apart = [msgspec.structs.replace(row, detail=f"{row.part} failed") for row in silent]
    told = build_view(msgspec.structs.replace(result, coverage=(accounts, *apart))).unanswered
    assert told[0] == "Accounts: partial. 222211110000: it is."
    assert len(told) == 5


def test_parts_that_lack_alike_are_told_in_one_sentence() -> None:
    rows = tuple(
        CoverageRow(account_id="111122223333", part=part, state=CoverageState.NOT_COLLECTED, detail="It is not there.")
        for part in ("HITs", "bonus payments", "worker blocks")
    )
    assert build_view(msgspec.structs.replace(empty_result(), coverage=rows)).unanswered == (
        "HITs, bonus payments and worker blocks: not collected. It is not there.",
    )


def test_an_address_keeps_its_small_letter() -> None:
    assert sentence(("http://127.0.0.1 answered",)) == "http://127.0.0.1 answered."


def test_what_no_source_tells_of_stands_on_the_first_screen(typical: AuditResult) -> None:
    assert build_view(typical).untracked == (
        "Who acted (CloudTrail): not tracked in every account. "
        "No event log was given, so no use is laid to a principal.",
    )


def test_a_detail_without_a_full_stop_gets_one() -> None:
    base = empty_result()
    row = CoverageRow(account_id="111122223333", part="HITs", state=CoverageState.PARTIAL, detail="two pages failed")
    assert build_view(msgspec.structs.replace(base, coverage=(row,))).unanswered == (
        "HITs: partial. Two pages failed.",
    )


def test_evidence_that_tells_no_collector_says_so() -> None:
    base = empty_result()
    header = msgspec.structs.replace(base.header, collected_by="", collection_started_at=None, window=None)
    provenance = build_view(msgspec.structs.replace(base, header=header)).provenance
    assert fact(provenance, "Collected by").value == "not told by the evidence"
    assert fact(provenance, "Collected").value == "time not told by the evidence"
    assert fact(provenance, "Window").value == "none given"


def test_every_finding_stands_in_exactly_one_cause(typical: AuditResult) -> None:
    grouped = Counter(each.fingerprint for group in build_view(typical).causes for each in group.findings)
    assert grouped == Counter(finding.fingerprint for finding in typical.findings)


def test_the_worst_cause_comes_first_and_its_worst_finding_leads_it(typical: AuditResult) -> None:
    groups = build_view(typical).causes
    ranks = [group.severity.rank for group in groups]
    assert ranks == sorted(ranks, reverse=True)
    assert all(group.findings[0].severity is group.severity for group in groups)


def test_findings_of_one_statement_share_a_cause_however_the_policy_is_attached(typical: AuditResult) -> None:
    shared = [
        group for group in build_view(typical).causes if group.title == "AmazonMechanicalTurkFullAccess, statement 1"
    ]
    assert len(shared) == 1
    assert shared[0].who == "14 users, 1 group"


def test_inline_policies_of_the_same_name_are_different_causes() -> None:
    leads = [group for group in build_view(typical_result()).causes if group.policy.startswith("inline lead of ")]
    assert len(leads) == 4


def test_a_finding_without_a_statement_is_grouped_by_its_rule(typical: AuditResult) -> None:
    unused = [finding for finding in typical.findings if finding.rule == "principal-unused"]
    assert {cause_key(finding)[1] for finding in unused} == {"principal-unused"}


def test_the_marked_lines_are_the_statement_and_no_other(typical: AuditResult) -> None:
    view = build_view(typical)
    finding = next(each for each in typical.findings if each.causes and each.causes[0].sid == "Review")
    cause = finding_view(finding, typical.documents, view.index).causes[0]
    lines = marked_lines(cause)
    marked = [line.text for line in lines if line.marked]
    assert marked[0].strip() == "{"
    assert marked[1].strip() == '"Sid": "Review",'
    assert marked[-1].strip() == "},"
    assert "\n".join(line.text for line in lines) == (cause.document.text if cause.document else "")


def test_a_cause_without_text_has_no_lines(typical: AuditResult) -> None:
    view = build_view(typical)
    finding = next(each for each in typical.findings if each.causes)
    cause = finding_view(finding, (), view.index).causes[0]
    assert cause.document is None
    assert marked_lines(cause) == ()


def test_the_lines_of_a_fix_are_told_apart() -> None:
    kinds = [line.kind for line in fix_lines("--- a\n+++ b\n@@ -1 +1 @@\n same\n-old\n+new\n")]
    assert kinds == [FixKind.HEAD, FixKind.HEAD, FixKind.HEAD, FixKind.SAME, FixKind.REMOVE, FixKind.ADD]
    assert fix_lines("") == ()


def test_privileges_of_a_finding_stand_by_risk_class(typical: AuditResult) -> None:
    view = build_view(typical)
    finding = next(each for each in typical.findings if each.rule == "duties-not-separated")
    assert finding_view(finding, typical.documents, view.index).privileges == (
        (RiskClass.PAYS_MONEY, ("ApproveAssignment",)),
        (RiskClass.COMMITS_MONEY, ("CreateHIT",)),
    )


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (Severity, set(view_glossary.SEVERITIES)),
        (Confidence, set(view_glossary.CONFIDENCES)),
        (RiskClass, set(view_glossary.RISK_CLASSES)),
        (Verdict, set(view_glossary.VERDICT_WORDS)),
        (Observation, {term.word for term in view_glossary.OBSERVATIONS}),
        (CoverageState, {term.word for term in view_glossary.COVERAGE_STATES}),
    ],
)
def test_the_glossary_explains_every_word_of_the_report(members: type[StrEnum], words: set[str]) -> None:
    assert words == set(members)


def test_hostile_names_pass_through_the_view_unchanged() -> None:
    result = hostile_result()
    names = {result_principal.name for result_principal in result.principals}
    assert names == {principal.name for principal in build_view(result).index.principals.values()}
