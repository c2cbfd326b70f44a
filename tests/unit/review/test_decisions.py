"""Where decisions stand against the evidence, and how far the review has come."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from audit.model.result import AuditResult
from audit.model.review import Choice, Decision, DecisionState
from audit.review.decisions import Standing, decision_rows
from audit.review.exceptions import exception_rows
from audit.review.independence import Dependence, dependences
from audit.review.progress import review_progress
from audit.review.work_rows import By, work_rows
from audit.snapshot.content import Snapshot
from tests.unit.evaluate.accounts import Account, allow, arn, by_aws, document
from tests.unit.review.audits import BONUS, COLLECTOR, CREATE, NOW, OLD_QUARTER, THEN, audited, payer, snapshot
from tests.unit.review.exceptions import exception

ROLE = arn("role", "payroll")


def decision(result: AuditResult, choice: Choice = Choice.KEEP, **fields: object) -> Decision:
    """A decision on the paying role, made on the evidence of `result`."""
    made = Decision(
        principal_arn=ROLE,
        unique_id="AROAPAYROLL",
        actions=(BONUS,),
        choice=choice,
        reviewer="rita",
        decided_on=result.header.as_of.date(),
        snapshot_sha256=result.header.input_sha256,
        quarter=Standing(result).quarter,
        basis=Standing(result).basis("AROAPAYROLL", (BONUS,)),
    )
    return msgspec.structs.replace(made, **fields)


def earlier(account: Account) -> AuditResult:
    return audited(snapshot(account, at=THEN, window=OLD_QUARTER, name="2026-Q2"))


def state_of(made: Decision, now: AuditResult) -> DecisionState:
    (row,) = decision_rows(now, [made])
    return row.state


SAME, OTHER, GONE, ELSEWHERE = (
    payer(),
    payer(actions=(BONUS, CREATE)),
    payer(actions=("s3:GetObject",)),
    payer(unique_id="AROAANOTHER"),
)
CHANGED = Account()
CHANGED.role("payroll", attached=(CHANGED.managed("pay", document(allow(BONUS))),), RoleId="AROAPAYROLL")


@pytest.mark.parametrize(
    ("choice", "account", "state"),
    [
        (Choice.KEEP, SAME, DecisionState.REAFFIRM),
        (Choice.KEEP, GONE, DecisionState.GONE),
        (Choice.KEEP, ELSEWHERE, DecisionState.GONE),
        (Choice.EXCEPTION, SAME, DecisionState.REAFFIRM),
        (Choice.REVOKE, SAME, DecisionState.OVERDUE),
        (Choice.REVOKE, CHANGED, DecisionState.OVERDUE),
        (Choice.REVOKE, GONE, DecisionState.DONE),
        (Choice.REVOKE, ELSEWHERE, DecisionState.DONE),
        (Choice.MODIFY, SAME, DecisionState.OPEN),
        (Choice.MODIFY, CHANGED, DecisionState.DONE),
        (Choice.MODIFY, GONE, DecisionState.DONE),
    ],
)
def test_a_decision_of_the_last_quarter(choice: Choice, account: Account, state: DecisionState) -> None:
    made = decision(earlier(payer()), choice)
    assert state_of(made, audited(snapshot(account))) is state


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice.KEEP, DecisionState.CURRENT),
        (Choice.EXCEPTION, DecisionState.CURRENT),
        (Choice.REVOKE, DecisionState.OPEN),
        (Choice.MODIFY, DecisionState.OPEN),
    ],
)
def test_a_decision_on_this_evidence(choice: Choice, state: DecisionState) -> None:
    result = audited(snapshot(payer()))
    assert state_of(decision(result, choice), result) is state


def test_a_decision_on_other_statements_is_to_be_made_again_in_the_same_quarter() -> None:
    before, after = audited(snapshot(payer())), audited(snapshot(CHANGED))
    assert state_of(decision(before), after) is DecisionState.REAFFIRM


def test_what_this_evidence_does_not_show_is_never_done() -> None:
    made = decision(earlier(payer()), Choice.REVOKE)
    nobody = audited(snapshot(Account()))
    assert state_of(made, nobody) is DecisionState.UNKNOWN
    unread = Account()
    unread.role("payroll", RoleId="AROAPAYROLL")
    result = audited(snapshot(unread))
    incomplete = msgspec.structs.replace(result, not_evaluated=(ROLE,))
    assert state_of(made, incomplete) is DecisionState.UNKNOWN
    assert state_of(made, result) is DecisionState.DONE


def test_a_right_that_may_still_be_there_is_not_revoked() -> None:
    account = Account()
    account.role("payroll", attached=(by_aws("Missing"),), RoleId="AROAPAYROLL")
    made = decision(earlier(payer()), Choice.REVOKE)
    assert state_of(made, audited(snapshot(account))) is DecisionState.OVERDUE


def test_of_the_same_key_the_latest_counts() -> None:
    result = audited(snapshot(payer()))
    first = decision(result, Choice.REVOKE, recorded_at=datetime(2026, 10, 5, 10, tzinfo=UTC))
    second = decision(result, Choice.KEEP, recorded_at=datetime(2026, 10, 5, 11, tzinfo=UTC))
    for order in ([first, second], [second, first]):
        (row,) = decision_rows(result, order)
        assert row.decision.choice is Choice.KEEP


def test_progress_counts_every_entitlement_once() -> None:
    result = audited(snapshot(payer(actions=(BONUS, CREATE, "mechanicalturk:GetHIT"))))
    old = earlier(payer(actions=(BONUS, CREATE)))
    rows = decision_rows(
        result,
        [
            decision(result, Choice.REVOKE, actions=(BONUS,), basis=""),
            decision(old, Choice.KEEP, actions=(CREATE,), reviewer="bob"),
        ],
    )
    progress = review_progress(result, rows)
    assert (progress.entitlements, progress.revoke, progress.reaffirm, progress.pending) == (3, 1, 1, 1)
    assert progress.missing == 2
    assert [(each.reviewer, each.entitlements, each.reaffirm) for each in progress.reviewers] == [
        ("bob", 1, 1),
        ("rita", 1, 0),
    ]


def test_a_reviewer_is_told_apart_from_subject_collector_and_owner() -> None:
    account = Account()
    account.user("maria.keller", document(allow(BONUS)), UserId="AIDA1", Tags=[{"Key": "Owner", "Value": "Bob@x.org"}])
    (principal,) = audited(snapshot(account)).principals
    told = {
        "Maria Keller": (Dependence.SUBJECT,),
        "maria.keller@example.com": (Dependence.SUBJECT,),
        principal.arn: (Dependence.SUBJECT,),
        "olga.collector": (Dependence.COLLECTOR,),
        "bob": (Dependence.OWNER,),
        "rita": (),
        "": (),
    }
    for reviewer, why in told.items():
        assert dependences(reviewer, principal, COLLECTOR) == why, reviewer


def test_an_exception_that_is_only_decided_is_warned_of() -> None:
    result = audited(snapshot(payer()))
    made = decision(result, Choice.EXCEPTION)
    (row,) = decision_rows(result, [made])
    assert "no exception in force" in row.warnings[0]
    one = exception(subject=ROLE)
    excepting = msgspec.structs.replace(result, exceptions=exception_rows([one], result.findings, NOW.date()))
    (row,) = decision_rows(excepting, [made])
    assert row.warnings == ()


def _shared() -> Snapshot:
    account = Account()
    policy = account.managed("requesters", document(allow(BONUS, CREATE)))
    account.role("a", document(allow(CREATE)), attached=(policy,), RoleId="AROAA")
    account.role("b", attached=(policy,), RoleId="AROAB")
    account.role("lost", attached=(by_aws("Missing"),), RoleId="AROAL")
    return snapshot(account)


def test_every_entitlement_stands_in_one_row_whatever_a_row_is() -> None:
    result = audited(_shared())
    for by in By:
        rows = work_rows(result, by)
        members = [member for row in rows for member in row.members]
        assert len(members) == len(set(members)) == len(result.entitlements)
        assert len({row.id for row in rows}) == len(rows)
    causes = work_rows(result, By.CAUSE)
    assert [len(row.principals) for row in causes] == [2, 1]
    assert causes[-1].policy == "not known"
