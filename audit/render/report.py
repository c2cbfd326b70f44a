"""The shape of `report.json`: the audit result with every policy statement written once and referred to by its place.

A change that a reader of the file would notice gets a new number in `SCHEMA` and a new file under `schema/`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

from audit.model.activity import ActionActivity, Observation, WeekPayments, WorkerPayments
from audit.model.entitlement import Entitlement, StatementRef, Verdict
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.last_access import CredentialUse, ServiceLastAccess
from audit.model.principal import Principal
from audit.model.privilege import ServiceProfile, Severity
from audit.model.reconciliation import PrincipalPayments, ReconciliationRow, ReconciliationTotal
from audit.model.result import AccountEvents, AuditHeader, AuditResult, CoverageRow, Defect, PolicyText
from audit.model.review import (
    ClosingPlan,
    Comparison,
    ControlResult,
    DecisionRow,
    ExceptionRow,
    ReviewProgress,
    SignatureRow,
)
from audit.model.snapshot import Gap, SnapshotFile
from audit.model.usage import Usage
from audit.render.report_reach import ReportReach, report_reach
from audit.render.report_statements import StatementPlaces

SCHEMA: Final = "mturk-audit/report/1"


class ReportCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How much of everything the report holds, for a reader that wants no more than that."""

    principals: int
    principals_not_evaluated: int
    entitlements_allowed: int
    entitlements_conditional: int
    entitlements_not_evaluated: int
    findings: dict[Severity, int]
    """By severity; every severity is there."""
    gaps: int
    defects: int


class ReportEntitlement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One principal and one privilege: allowed, allowed under conditions, or not evaluated. Absent fields are empty."""

    principal_arn: str
    action: str
    verdict: Verdict
    used: Observation
    grants: tuple[int, ...] = ()
    """Places in `statements`: the Allow statements that offer it, the first one deciding."""
    conditions: tuple[str, ...] = ()
    limited_by: tuple[int, ...] = ()
    """Places in `statements`."""
    count: int | None = None
    """Performed calls in the window; of a group none, as its members have them."""
    first_used_at: datetime | None = None
    last_used_at: datetime | None = None
    source: str = ""
    note: str = ""
    """What the observation leaves out."""


class ReportFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, with the fingerprint that stays the same from quarter to quarter."""

    fingerprint: str
    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    confidence_reason: str
    account_id: str
    subjects: tuple[str, ...]
    privileges: tuple[str, ...]
    causes: tuple[int, ...]
    """Places in `statements`, the primary one first."""
    considered: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    fix: str
    identity: tuple[tuple[str, str], ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole audit. Times are ISO 8601 in UTC, money is US dollars as text, and null is "not known", never zero."""

    schema: Literal["mturk-audit/report/1"] = SCHEMA
    header: AuditHeader
    counts: ReportCounts
    findings: tuple[ReportFinding, ...]
    rules: tuple[RuleInfo, ...]
    principals: tuple[Principal, ...]
    entitlements: tuple[ReportEntitlement, ...]
    statements: tuple[StatementRef, ...]
    """Every policy statement that an entitlement, a finding or a step refers to, once."""
    documents: tuple[PolicyText, ...]
    """The policy documents; `document_id` of a policy is a place in this list."""
    activity: tuple[ActionActivity, ...]
    worker_payments: tuple[WorkerPayments, ...]
    week_payments: tuple[WeekPayments, ...]
    usage: tuple[Usage, ...]
    account_events: tuple[AccountEvents, ...]
    """How far the events of each account reach; nothing of accounts that have none."""
    reconciliation: tuple[ReconciliationRow, ...]
    reconciliation_totals: tuple[ReconciliationTotal, ...]
    principal_payments: tuple[PrincipalPayments, ...]
    last_accesses: tuple[ServiceLastAccess, ...]
    credentials: tuple[CredentialUse, ...]
    reach: ReportReach | None
    """Who can become whom; null: not worked out."""
    coverage: tuple[CoverageRow, ...]
    gaps: tuple[Gap, ...]
    defects: tuple[Defect, ...]
    files: tuple[SnapshotFile, ...]
    not_evaluated: tuple[str, ...]
    comparison: Comparison | None
    """Null: no earlier evidence was given."""
    decisions: tuple[DecisionRow, ...]
    progress: ReviewProgress | None
    """Null: no review folder was given."""
    exceptions: tuple[ExceptionRow, ...]
    signatures: tuple[SignatureRow, ...]
    controls: tuple[ControlResult, ...]
    closing_plan: ClosingPlan | None
    """Null: the service has not closed."""
    profile: ServiceProfile


def make_report(result: AuditResult) -> Report:
    """Put a result into the published shape."""
    statements = StatementPlaces()
    findings = tuple(_finding(finding, statements) for finding in result.findings)
    entitlements = tuple(_entitlement(entitlement, statements) for entitlement in result.entitlements)
    reach = None if result.reach is None else report_reach(result.reach, statements)
    return Report(
        header=result.header,
        counts=_count(result),
        findings=findings,
        rules=result.rules,
        principals=result.principals,
        entitlements=entitlements,
        statements=statements.listed(),
        documents=result.documents,
        activity=result.activity,
        worker_payments=result.worker_payments,
        week_payments=result.week_payments,
        usage=result.usage,
        account_events=result.account_events,
        reconciliation=result.reconciliation,
        reconciliation_totals=result.reconciliation_totals,
        principal_payments=result.principal_payments,
        last_accesses=result.last_accesses,
        credentials=result.credentials,
        reach=reach,
        coverage=result.coverage,
        gaps=result.gaps,
        defects=result.defects,
        files=result.files,
        not_evaluated=result.not_evaluated,
        comparison=result.comparison,
        decisions=result.decisions,
        progress=result.progress,
        exceptions=result.exceptions,
        signatures=result.signatures,
        controls=result.controls,
        closing_plan=result.closing_plan,
        profile=result.profile,
    )


def _count(result: AuditResult) -> ReportCounts:
    verdicts = [entitlement.verdict for entitlement in result.entitlements]
    return ReportCounts(
        principals=len(result.principals),
        principals_not_evaluated=len(result.not_evaluated),
        entitlements_allowed=verdicts.count(Verdict.ALLOW),
        entitlements_conditional=verdicts.count(Verdict.CONDITIONAL),
        entitlements_not_evaluated=verdicts.count(Verdict.NOT_EVALUATED),
        findings={severity: sum(finding.severity is severity for finding in result.findings) for severity in Severity},
        gaps=len(result.gaps),
        defects=len(result.defects),
    )


def _finding(finding: Finding, statements: StatementPlaces) -> ReportFinding:
    return ReportFinding(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        confidence=finding.confidence,
        confidence_reason=finding.confidence_reason,
        account_id=finding.account_id,
        subjects=finding.subjects,
        privileges=finding.privileges,
        causes=statements.of(finding.causes),
        considered=finding.considered,
        facts=finding.facts,
        fix=finding.fix,
        identity=finding.identity,
    )


def _entitlement(entitlement: Entitlement, statements: StatementPlaces) -> ReportEntitlement:
    return ReportEntitlement(
        principal_arn=entitlement.principal_arn,
        action=entitlement.action,
        verdict=entitlement.verdict,
        used=entitlement.observation,
        grants=statements.of(entitlement.grants),
        conditions=entitlement.conditions,
        limited_by=statements.of(entitlement.limited_by),
        count=entitlement.count,
        first_used_at=entitlement.first_used_at,
        last_used_at=entitlement.last_used_at,
        source=entitlement.source,
        note=entitlement.note,
    )
