"""An audit result with all that a quarter's review can hold: use, reconciliation, reach, comparison, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from audit.catalog.controls import load_controls
from audit.model.entitlement import StatementRef, Verdict
from audit.model.event import ActorType
from audit.model.last_access import AccessKeyUse, CredentialUse, ServiceLastAccess
from audit.model.privilege import Severity
from audit.model.reach import (
    Entrance,
    NodeType,
    Reach,
    ReachCut,
    ReachNode,
    ReachPath,
    ReachStep,
    Refusal,
    StepType,
)
from audit.model.reconciliation import (
    Explanation,
    Outcome,
    PrincipalPayments,
    ReconciliationRow,
    ReconciliationTotal,
    Subject,
)
from audit.model.result import AuditResult
from audit.model.review import (
    Change,
    Choice,
    ClosingPlan,
    Comparison,
    ControlResult,
    Decision,
    DecisionRow,
    DecisionState,
    EntitlementChange,
    EvidenceToSave,
    ExceptionRow,
    ExceptionState,
    FindingChange,
    PrincipalChange,
    RemovalStep,
    ReviewException,
    Signature,
    SignatureRow,
    SignatureState,
)
from audit.model.usage import SessionUse, Usage
from tests.render.factory import PRODUCTION, typical_result
from tests.render.records import AS_OF, BONUS, CREATE, WINDOW

ACCOUNT = PRODUCTION.account_id
PAYER = f"arn:aws:iam::{ACCOUNT}:role/finance/payroll-job"
ENGINEER = f"arn:aws:iam::{ACCOUNT}:role/engineer-1"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/ci-deploy-0"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
FIRST, LAST = WINDOW.since + timedelta(days=2, hours=7), WINDOW.until - timedelta(days=3)


def quarter_result(text: str = "payroll run") -> AuditResult:
    """The typical result with a whole quarter beside it; `text` stands wherever somebody else could write one."""
    result = typical_result()
    statement = result.findings[0].causes[0]
    return msgspec.structs.replace(
        result,
        usage=_usage(text),
        reconciliation=_reconciliation(text),
        reconciliation_totals=_totals(),
        principal_payments=_payers(),
        last_accesses=(ServiceLastAccess(principal_arn=PAYER, service="mechanicalturk", last_attempt_at=LAST),),
        credentials=_credentials(text),
        reach=_reach(text, statement),
        comparison=_comparison(text, result),
        decisions=_decisions(text, result),
        exceptions=_exceptions(text, result),
        signatures=(_signed(text),),
        controls=tuple(
            ControlResult(
                control=entry.control,
                title="Least privilege",
                checked="Every privilege of every principal was evaluated.",
                population=76,
                findings=12,
                not_covered="Other services.",
            )
            for entry in load_controls()[:2]
        ),
        closing_plan=_plan(text, result, statement),
    )


def _usage(text: str) -> tuple[Usage, ...]:
    session = SessionUse(
        session_name=text, person="kim@northwind.example", told_by="session name", count=9, last_at=LAST
    )
    return (
        Usage(
            account_id=ACCOUNT,
            principal_arn=PAYER,
            actor_type=ActorType.ROLE,
            action=BONUS,
            count=9,
            denied=2,
            first_used_at=FIRST,
            last_used_at=LAST,
            last_denied_at=LAST,
            source="CloudTrail log files",
            sessions=(session,),
        ),
        Usage(account_id=ACCOUNT, principal_arn="", actor_type=ActorType.UNKNOWN, action=CREATE, count=1, known=False),
    )


def _reconciliation(text: str) -> tuple[ReconciliationRow, ...]:
    matched = ReconciliationRow(
        account_id=ACCOUNT,
        subject=Subject.BONUS,
        worker="worker-00ff",
        hit_id="3XDJ",
        outcome=Outcome.MATCHED,
        explanation=Explanation.NONE,
        amount=Decimal("4.50"),
        event_amount=Decimal("4.50"),
        paid_at=FIRST,
        event_at=FIRST,
        event_id="0a1b",
        action=BONUS,
        principal_arn=PAYER,
        actor_type=ActorType.ROLE,
        person=text,
    )
    return (
        matched,
        ReconciliationRow(
            account_id=ACCOUNT,
            subject=Subject.BONUS,
            worker="worker-00ff",
            hit_id="3XDJ",
            outcome=Outcome.NO_EVENT,
            explanation=Explanation.UNEXPLAINED,
            amount=Decimal("120"),
            paid_at=LAST,
        ),
    )


def _totals() -> tuple[ReconciliationTotal, ...]:
    counts = {Outcome.MATCHED: (1, "4.50"), Outcome.NO_EVENT: (1, "120"), Outcome.NO_PAYMENT: (0, None)}
    return tuple(
        ReconciliationTotal(
            account_id=ACCOUNT,
            subject=Subject.BONUS,
            outcome=outcome,
            count=count,
            amount=None if amount is None else Decimal(amount),
        )
        for outcome, (count, amount) in counts.items()
    )


def _payers() -> tuple[PrincipalPayments, ...]:
    return (
        PrincipalPayments(
            account_id=ACCOUNT,
            principal_arn="",
            actor_type=None,
            count=1,
            amount=Decimal("120"),
            workers=1,
            first_at=LAST,
            last_at=LAST,
        ),
        PrincipalPayments(
            account_id=ACCOUNT,
            principal_arn=PAYER,
            actor_type=ActorType.ROLE,
            count=1,
            amount=Decimal("4.50"),
            workers=1,
            first_at=FIRST,
            last_at=FIRST,
            verdict=Verdict.CONDITIONAL,
        ),
    )


def _credentials(text: str) -> tuple[CredentialUse, ...]:
    key = AccessKeyUse(number=1, active=True, last_rotated_at=FIRST, last_used_at=LAST, last_used_service=text)
    return (
        CredentialUse(principal_arn=f"arn:aws:iam::{ACCOUNT}:root", name="<root_account>", mfa_active=True),
        CredentialUse(
            principal_arn=f"arn:aws:iam::{ACCOUNT}:user/contractor",
            name="contractor",
            password_enabled=True,
            password_last_used_at=LAST,
            keys=(key,),
        ),
    )


def _reach(text: str, statement: StatementRef) -> Reach:
    into = ReachStep(
        source=OIDC,
        target=DEPLOY,
        type=StepType.WEB_IDENTITY,
        verdict=Verdict.CONDITIONAL,
        statements=(statement,),
        conditions=(text,),
        reason="The trust policy lets any repository of the owner in.",
    )
    on = ReachStep(
        source=DEPLOY,
        target=PAYER,
        type=StepType.ASSUME_ROLE,
        verdict=Verdict.ALLOW,
        statements=(statement, statement),
        reason="Its trust policy names the role, and an identity-based policy allows the call.",
    )
    inside = ReachPath(start=DEPLOY, holder=PAYER, actions=(BONUS,), verdict=Verdict.ALLOW, steps=(on,), others=2)
    outside = ReachPath(start=OIDC, holder=PAYER, actions=(BONUS,), verdict=Verdict.CONDITIONAL, steps=(into, on))
    return Reach(
        actions=(BONUS,),
        nodes=(
            ReachNode(id=OIDC, type=NodeType.PROVIDER, label=text, account_id=ACCOUNT),
            ReachNode(id=DEPLOY, type=NodeType.PRINCIPAL, label="ci-deploy-0", account_id=ACCOUNT, inside=True),
            ReachNode(id=PAYER, type=NodeType.PRINCIPAL, label="payroll-job", account_id=ACCOUNT, inside=True),
        ),
        steps=(into, on),
        paths=(inside,),
        entrances=(Entrance(outside=OIDC, role_arn=DEPLOY, step=into, weaknesses=(text,), path=outside),),
        cuts=(ReachCut(starts=(OIDC, DEPLOY), holders=(PAYER,), statements=(statement,)),),
        refusals=(Refusal(principal_arn=ENGINEER, role_arn=PAYER, granted_by=statement, refused_by="trust policy"),),
    )


def _comparison(text: str, result: AuditResult) -> Comparison:
    changes: Sequence[Change] = (Change.NEW, Change.UNCHANGED, Change.REOPENED)
    return Comparison(
        earlier_name="2026-Q2",
        earlier_sha256="b" * 64,
        earlier_as_of=AS_OF - timedelta(days=92),
        findings=(
            *(
                FindingChange(
                    fingerprint=finding.fingerprint,
                    rule=finding.rule,
                    title=finding.title,
                    change=change,
                    severity=finding.severity,
                    account_id=finding.account_id,
                    because=text,
                )
                for finding, change in zip(result.findings, changes, strict=False)
            ),
            FindingChange(
                fingerprint="0" * 32,
                rule="can-pay-money",
                title="A finding that is gone",
                change=Change.RESOLVED,
                severity=Severity.HIGH,
                account_id=ACCOUNT,
            ),
        ),
        principals=(PrincipalChange(principal_arn=PAYER, unique_id="AROA1", change=Change.NEW, recreated=True),),
        entitlements=(
            EntitlementChange(
                principal_arn=PAYER, unique_id="AROA1", action=BONUS, earlier=None, now=Verdict.ALLOW, because=text
            ),
        ),
        notes=("The last review had no CloudTrail.",),
    )


def _decisions(text: str, result: AuditResult) -> tuple[DecisionRow, ...]:
    decision = Decision(
        principal_arn=PAYER,
        unique_id="AROA1",
        actions=(BONUS,),
        fingerprint=result.findings[0].fingerprint,
        choice=Choice.REVOKE,
        reviewer="Kim Berg",
        decided_on=date(2026, 7, 3),
        justification=text,
        ticket="SEC-1",
    )
    return (DecisionRow(decision=decision, state=DecisionState.OVERDUE, warnings=(text,)),)


def _exceptions(text: str, result: AuditResult) -> tuple[ExceptionRow, ...]:
    exception = ReviewException(
        id="EX-1",
        subject=PAYER,
        rule=result.findings[0].rule,
        reason=text,
        owner="Finance",
        approver="CISO",
        ticket="SEC-2",
        created=date(2026, 7, 1),
        expires=date(2026, 10, 20),
    )
    return (
        ExceptionRow(
            exception=exception, state=ExceptionState.EXPIRING, fingerprints=(result.findings[0].fingerprint,)
        ),
    )


def _signed(text: str) -> SignatureRow:
    signature = Signature(name="Kim Berg", title="Compliance lead", statement=text, signed_on=date(2026, 10, 6))
    return SignatureRow(signature=signature, state=SignatureState.STATED)


def _plan(text: str, result: AuditResult, statement: StatementRef) -> ClosingPlan:
    step = RemovalStep(
        title="Take Mechanical Turk out of pay-workers",
        policy=f"arn:aws:iam::{ACCOUNT}:policy/pay-workers",
        aws_managed=False,
        statements=(statement,),
        principals=(PAYER,),
        fix=f"--- pay-workers\n+++ pay-workers\n-  {text}\n",
    )
    return ClosingPlan(
        grants_left=len(result.entitlements),
        steps=(step,),
        evidence=(
            EvidenceToSave(
                part="payments", until=date(2027, 1, 28), established=False, saved=True, detail="Held by the snapshot."
            ),
        ),
    )
