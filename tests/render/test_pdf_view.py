"""What the PDF prints beyond its first page: grouped, bounded, and complete where it says so."""

from __future__ import annotations

import msgspec
import pytest

from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Verdict
from audit.model.result import AuditResult, CoverageRow, CoverageState, PolicyText
from audit.model.snapshot import AccountSummary, Gap, GapReason
from audit.render.pdf_activity import activity_rows
from audit.render.pdf_causes import LINES, CauseDetail, cause_detail
from audit.render.pdf_coverage import coverage_groups, gap_groups
from audit.render.pdf_holders import Mark, holder_rows
from audit.render.pdf_view import Limits, PdfView, build_pdf_view
from audit.render.pdf_words import population
from audit.render.templates import code
from audit.render.view import build_view
from tests.render.factory import empty_result, one_result, sized_result, typical_result


@pytest.fixture(scope="module")
def typical() -> AuditResult:
    return typical_result()


def viewed(result: AuditResult, limits: Limits | None = None) -> PdfView:
    return build_pdf_view(result, build_view(result), (), limits or Limits())


def details(result: AuditResult) -> list[CauseDetail]:
    view = build_view(result)
    return [cause_detail(group, result.documents, view.index) for group in view.causes]


def test_rows_of_holders_name_every_holder_once(typical: AuditResult) -> None:
    rows = holder_rows(typical, build_view(typical))
    holding = {entitlement.principal_arn for entitlement in typical.entitlements}
    assert sum(row.size for row in rows) == len(holding)
    pdf = viewed(typical)
    assert pdf.holders_shown == pdf.holders_total == len(holding)
    assert pdf.holding_nothing == len(typical.principals) - len(holding)


def test_the_gravest_holders_come_first(typical: AuditResult) -> None:
    rows = holder_rows(typical, build_view(typical))
    assert set(rows[0].marks) == {Mark.ALL}
    assert rows[0].held == "39"
    assert Mark.NOT_EVALUATED in rows[-1].marks
    assert rows[-1].held.endswith(" ?")


def test_holders_with_conditions_only_are_marked_so(typical: AuditResult) -> None:
    rows = holder_rows(typical, build_view(typical))
    payroll = next(row for row in rows if "payroll-job" in row.names.shown)
    assert payroll.marks[0] is Mark.CONDITIONAL
    assert payroll.held == "3 cond."
    assert payroll.used == ("SendBonus",)


def test_ten_thousand_principals_are_few_rows_of_holders() -> None:
    result = sized_result(2000)
    rows = holder_rows(result, build_view(result))
    assert sum(row.size for row in rows) == len({entitlement.principal_arn for entitlement in result.entitlements})
    assert len(rows) < 20


def test_an_action_outside_the_catalog_makes_nobody_a_holder() -> None:
    result = one_result()
    watched = msgspec.structs.replace(result.entitlements[0], action="cloudtrail:StopLogging", verdict=Verdict.ALLOW)
    alone = msgspec.structs.replace(result, entitlements=(watched,))
    assert holder_rows(alone, build_view(alone)) == ()
    pdf = viewed(alone)
    assert (pdf.holders_total, pdf.holding_nothing) == (0, 1)


def test_a_cause_shows_the_marked_lines_of_its_statement(typical: AuditResult) -> None:
    detail = next(detail for detail in details(typical) if detail.group.policy == "legacy-annotation")
    assert detail.policy is not None
    marked = [line for line in detail.policy.lines if line and line.marked]
    document = typical.documents[detail.group.findings[0].causes[0].policy.document_id]
    first, last = document.statement_lines[detail.group.findings[0].causes[0].index]
    assert [line.number for line in marked] == list(range(first, last + 1))
    assert [line.text for line in marked] == document.text.split("\n")[first - 1 : last]


def test_a_long_statement_is_cut_in_the_middle_and_says_so() -> None:
    result = one_result()
    text = "\n".join(f"line {place}" for place in range(1, 201))
    long = msgspec.structs.replace(result, documents=(PolicyText(text=text, statement_lines=((1, 200),)),))
    detail = details(long)[0]
    assert detail.policy is not None
    assert len(detail.policy.lines) == LINES
    assert [line.number for line in detail.policy.lines if line][-1] == 200
    assert detail.policy.lines.count(None) == 1
    shown = sum(line is not None for line in detail.policy.lines)
    assert detail.policy.note == f"lines 1 to 200 of 200, {200 - shown} of them left out; report.json holds the whole"


def test_a_cause_without_text_is_printed_without_it() -> None:
    result = msgspec.structs.replace(one_result(), documents=())
    assert details(result)[0].policy is None


def test_a_cause_tells_all_of_a_class_in_one_word(typical: AuditResult) -> None:
    administrator = next(detail for detail in details(typical) if detail.group.policy == "AdministratorAccess")
    words = dict(administrator.privileges)
    assert words["pays money"] == "all 2"
    assert words["operational"] == "UpdateHITReviewStatus"


def test_privileges_of_other_services_are_not_given_a_risk_class() -> None:
    result = one_result()
    finding = msgspec.structs.replace(
        result.findings[0], privileges=("cloudtrail:StopLogging", "mechanicalturk:SendBonus")
    )
    detail = details(msgspec.structs.replace(result, findings=(finding,)))[0]
    assert detail.privileges == (("pays money", "SendBonus"), ("other services", "cloudtrail:StopLogging"))


def test_confidence_is_told_once_with_the_rules_it_is_of(typical: AuditResult) -> None:
    for detail in details(typical):
        reasons = [(reason.confidence, reason.words) for reason in detail.confidence.shown]
        assert len(set(reasons)) == len(reasons)
        assert {rule for reason in detail.confidence.shown for rule in reason.rules} == {
            finding.rule for finding in detail.group.findings
        }


def test_coverage_is_grouped_over_accounts_and_what_is_missing_comes_first() -> None:
    accounts = tuple(AccountSummary(account_id=f"{place:012d}") for place in range(10))
    coverage = [
        CoverageRow(
            account_id=account.account_id,
            part="IAM policies",
            state=CoverageState.COMPLETE,
            answered=place,
            total=place,
        )
        for place, account in enumerate(accounts)
    ]
    coverage += [
        CoverageRow(account_id=account.account_id, part="bonus payments", state=CoverageState.PARTIAL, answered=known)
        for account, known in zip(accounts[:5], (1, 2, None, 4, 5), strict=True)
    ]
    result = empty_result()
    header = msgspec.structs.replace(result.header, accounts=accounts)
    result = msgspec.structs.replace(result, header=header, coverage=tuple(coverage))
    missing, whole = coverage_groups(result, build_view(result).index)
    assert (missing.parts, missing.state) == (("bonus payments",), CoverageState.PARTIAL)
    assert missing.accounts == "5 of 10: 000000000000, 000000000001, 000000000002 and 2 more"
    assert missing.answered is None  # one of them is not known, so the sum is not
    assert (whole.accounts, whole.answered, whole.total) == ("every account", 45, 45)


def test_many_accounts_are_counted_on_the_first_page_and_listed_in_the_appendix(typical: AuditResult) -> None:
    accounts = tuple(AccountSummary(account_id=f"{place:012d}", alias=f"team-{place}") for place in range(60))
    header = msgspec.structs.replace(typical.header, accounts=accounts)
    many = msgspec.structs.replace(typical, header=header)
    facts = {fact.name: fact.value for fact in population(build_view(many), header)}
    assert facts["Accounts"] == "60, listed in appendix C"
    assert viewed(many).accounts.total == 60
    few = {fact.name: fact.value for fact in population(build_view(typical), typical.header)}
    assert "111122223333" in few["Accounts"]


def test_rules_that_found_nothing_are_listed_last(typical: AuditResult) -> None:
    found = [row.findings for row in viewed(typical).rules]
    assert len(found) == len(typical.rules)
    assert sorted(found, key=bool, reverse=True) == found


def test_controls_count_the_findings_of_their_rules(typical: AuditResult) -> None:
    row = next(row for row in viewed(typical).controls if row.control == "NIST 800-53 r5 AC-5")
    assert row.rules == ("duties-not-separated",)
    assert row.findings == sum(finding.rule == "duties-not-separated" for finding in typical.findings)


def test_what_no_source_tells_of_is_counted_apart(typical: AuditResult) -> None:
    pdf = viewed(typical)
    told = {row.action for row in typical.activity if row.observation is not Observation.NOT_TRACKED}
    assert pdf.untracked == len(typical.profile.privileges) - len(told)
    assert "not tracked" not in {row.observation.value for row in pdf.activity.shown}


def test_parts_that_lack_alike_share_a_row() -> None:
    rows = [
        CoverageRow(account_id="111122223333", part=part, state=CoverageState.NOT_COLLECTED, detail="The role refuses.")
        for part in ("IAM policies", "HITs", "bonus payments")
    ]
    result = msgspec.structs.replace(empty_result(), coverage=tuple(rows))
    (group,) = coverage_groups(result, build_view(result).index)
    assert group.parts == ("IAM policies", "HITs", "bonus payments")


def test_gaps_that_say_the_same_of_several_sources_share_a_row() -> None:
    said = Gap(account_id="111122223333", source="mturk:ListHITs", reason=GapReason.DENIED, detail="it is denied")
    other = msgspec.structs.replace(said, source="mturk:ListWorkerBlocks")
    first, second = gap_groups((said, other, msgspec.structs.replace(said, item="HIT1")))
    assert first.sources == ("mturk:ListHITs", "mturk:ListWorkerBlocks")
    assert second.sources == ("mturk:ListHITs",)


def test_every_action_stands_in_one_row_and_those_done_in_one_of_their_own() -> None:
    done = ActionActivity(
        account_id="111122223333", action="mechanicalturk:SendBonus", observation=Observation.OBSERVED, count=3
    )
    quiet = [
        msgspec.structs.replace(done, action=f"mechanicalturk:A{place}", observation=Observation.NOT_OBSERVED, count=0)
        for place in range(9)
    ]
    lacking = msgspec.structs.replace(
        done, action="mechanicalturk:GetHIT", observation=Observation.NOT_COLLECTED, count=None
    )
    result = msgspec.structs.replace(empty_result(), activity=(*quiet[:5], done, lacking, *quiet[5:]))
    assert [(row.actions, row.count) for row in activity_rows(result)] == [
        ("SendBonus", 3),
        ("GetHIT", None),
        ("the other 9", 0),
    ]
    alone = msgspec.structs.replace(empty_result(), activity=tuple(quiet))
    assert [row.actions for row in activity_rows(alone)] == ["all 9"]


def test_causes_are_spelt_out_as_far_as_the_lines_go_and_one_always(typical: AuditResult) -> None:
    everything = viewed(typical, Limits(causes=50, lines=100_000)).details
    few = viewed(typical, Limits(causes=50, lines=150)).details
    assert 1 <= len(few.shown) < len(everything.shown)
    assert few.total == everything.total
    assert len(viewed(typical, Limits(lines=1)).details.shown) == 1


def test_limits_bound_every_list() -> None:
    result = sized_result(400)
    pdf = viewed(result, Limits(rows=7, causes=3, workers=2, accounts=1))
    assert len(pdf.causes.shown) == 7
    assert pdf.causes.more > 0
    assert len(pdf.details.shown) == 3
    assert pdf.details.total == pdf.causes.total


def test_backticks_become_code_and_everything_is_escaped() -> None:
    assert code("the operator `A<b>` is <i>") == "the operator <code>A&lt;b&gt;</code> is &lt;i&gt;"
    assert code("one ` alone <") == "one ` alone &lt;"
    assert code("`\u202e`") == "<code>[U+202E]</code>"
