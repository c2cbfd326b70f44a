"""Coverage: every part of the question has a row, and no gap passes for an answer."""

from __future__ import annotations

import pytest

from audit.evaluate.control_policies import NOT_READ, ControlLevel, ControlPolicies
from audit.evidence.coverage import coverage_of
from audit.evidence.coverage_row import reasons, sentences
from audit.model.organization import ControlPolicy
from audit.model.result import CoverageRow, CoverageState
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.authorization import AuthorizationDetails
from audit.snapshot.content import AccountEvidence
from tests.unit.evidence.evidence import account, gap, hit, payment

DETAILS = AuthorizationDetails(user_detail_list=(), group_detail_list=(), role_detail_list=(), policies=())


def rows(evidence: AccountEvidence, *gaps: Gap, principals: int = 3, not_evaluated: int = 0) -> dict[str, CoverageRow]:
    found = coverage_of(evidence, gaps, principals=principals, not_evaluated=not_evaluated)
    return {row.part: row for row in found}


def level(document: str | None) -> ControlLevel:
    policy = ControlPolicy(id="p-1", arn="", name="p", type="SERVICE_CONTROL_POLICY", document=document)
    return ControlLevel("root", (policy,))


def with_policies(evidence: AccountEvidence) -> AccountEvidence:
    return AccountEvidence(
        account=evidence.account,
        authorization=DETAILS,
        hits=evidence.hits,
        bonus_payments=evidence.bonus_payments,
        worker_blocks=evidence.worker_blocks,
    )


def test_a_whole_account_is_complete_with_its_denominators() -> None:
    evidence = with_policies(account((payment("2026-08-01T00:00:00"),), hits=(hit("2026-08-01T00:00:00"),)))
    found = rows(evidence)
    assert found["IAM policies"].state is CoverageState.COMPLETE
    assert (found["IAM policies"].answered, found["IAM policies"].total) == (3, 3)
    assert (found["bonus payments"].answered, found["bonus payments"].total) == (1, 1)
    assert found["worker blocks"].state is CoverageState.COMPLETE


def test_principals_that_could_not_be_evaluated_make_it_partial() -> None:
    row = rows(with_policies(account()), not_evaluated=1)["IAM policies"]
    assert (row.state, row.answered, row.total) == (CoverageState.PARTIAL, 2, 3)
    assert "1 of 3" in row.detail


def test_an_account_without_principals_is_no_complete_answer() -> None:
    assert rows(with_policies(account()), principals=0)["IAM policies"].state is CoverageState.PARTIAL


def test_gaps_that_differ_in_their_item_alone_are_told_once() -> None:
    gaps = [
        Gap(
            account_id="1",
            source="mturk:ListBonusPayments",
            reason=GapReason.GONE,
            item=f"assignment {name}",
            detail=f"mturk:ListBonusPayments says that it is gone: Assignment {name} does not exist.",
        )
        for name in ("3AB", "3AC", "3AC", "3AD")
    ]
    denied = Gap(account_id="1", source="mturk:ListHITs", reason=GapReason.DENIED, detail="it was denied")
    assert sentences(reasons([*gaps, denied])) == (
        "mturk:ListBonusPayments says that it is gone: Assignment 3AB does not exist (2 more alike). It was denied."
    )


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (GapReason.NOT_APPLICABLE, CoverageState.NOT_APPLICABLE),
        (GapReason.RETIRED, CoverageState.NOT_COLLECTED),
        (GapReason.DENIED, CoverageState.NOT_COLLECTED),
    ],
)
def test_why_there_is_no_evidence_decides_the_state(reason: GapReason, state: CoverageState) -> None:
    row = rows(account(None), gap("mturk:ListBonusPayments", reason))["bonus payments"]
    assert (row.state, row.answered) == (state, None)
    assert row.detail == "mturk:ListBonusPayments gave no answer."


def test_a_gap_in_some_items_makes_it_partial() -> None:
    evidence = account((), hits=(hit("2026-08-01T00:00:00"), hit("2026-08-02T00:00:00")))
    missing = (gap("mturk:ListBonusPayments", item=item) for item in ("3HIT2026-08-01T00:00:00", "3ASSIGNMENT"))
    row = rows(evidence, *missing)["bonus payments"]
    assert (row.state, row.answered, row.total) == (CoverageState.PARTIAL, 1, 2)
    row = rows(evidence, gap("mturk:ListBonusPayments", item="assignment 3ASSIGN"))["bonus payments"]
    assert (row.state, row.answered, row.total) == (CoverageState.PARTIAL, 2, 2)


@pytest.mark.parametrize(
    "source", ["iam:ListAccountAliases", "iam:GetCredentialReport", "iam:GetServiceLastAccessedDetails"]
)
def test_what_iam_tells_besides_policies_leaves_them_complete(source: str) -> None:
    assert rows(with_policies(account()), gap(source))["IAM policies"].state is CoverageState.COMPLETE


def test_gaps_of_other_accounts_do_not_count() -> None:
    other = Gap(account_id="444455556666", source="mturk:ListHITs", reason=GapReason.DENIED, detail="denied")
    assert rows(with_policies(account()), other)["HITs"].state is CoverageState.COMPLETE


def test_items_that_were_never_asked_about_are_no_unanswered_hits() -> None:
    evidence = account((), hits=(hit("2026-08-01T00:00:00"), hit("2026-08-02T00:00:00")))
    missing = gap("mturk:ListBonusPayments", GapReason.NOT_ASKED, item="the HITs that were not listed")
    row = rows(evidence, missing)["bonus payments"]
    assert (row.state, row.answered, row.total) == (CoverageState.PARTIAL, 2, 2)


ORGANIZATION = gap("organizations:ListPolicies")


@pytest.mark.parametrize(
    ("control", "gaps", "state", "counts", "words"),
    [
        (NOT_READ, (), CoverageState.NOT_COLLECTED, (None, None), "upper bound"),
        (NOT_READ, (ORGANIZATION,), CoverageState.NOT_COLLECTED, (None, None), "ListPolicies gave no answer"),
        (ControlPolicies(exempt="it is in none"), (), CoverageState.NOT_APPLICABLE, (None, None), "It is in none."),
        (ControlPolicies(scps=(level("{}"), level("{}"))), (), CoverageState.COMPLETE, (1, 1), ""),
        (ControlPolicies(scps=(level("{}"),)), (ORGANIZATION,), CoverageState.PARTIAL, (1, 1), "gave no answer"),
        (ControlPolicies(scps=(level(None),)), (), CoverageState.PARTIAL, (0, 1), "of 1 of 1 are not in the evidence"),
        (ControlPolicies(scps=(level("{}"),)), (gap("iam:x"),), CoverageState.COMPLETE, (1, 1), ""),
    ],
)
def test_what_bounds_an_account_from_above_has_its_row(
    control: ControlPolicies,
    gaps: tuple[Gap, ...],
    state: CoverageState,
    counts: tuple[int | None, int | None],
    words: str,
) -> None:
    found = coverage_of(account(), gaps, principals=3, not_evaluated=0, control=control)
    row = next(row for row in found if row.part == "service control policies")
    assert (row.state, (row.answered, row.total)) == (state, counts)
    assert words in row.detail
