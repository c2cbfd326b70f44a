"""The audit result: everything a report shows, and nothing that a report must compute from raw evidence."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from audit.model.activity import ActionActivity, WeekPayments, WorkerPayments
from audit.model.entitlement import Entitlement
from audit.model.event import EventCoverage
from audit.model.finding import Finding, RuleInfo
from audit.model.last_access import CredentialUse, ServiceLastAccess
from audit.model.principal import Principal
from audit.model.privilege import ServiceProfile
from audit.model.reach import Reach
from audit.model.reconciliation import PrincipalPayments, ReconciliationRow, ReconciliationTotal
from audit.model.review import (
    ClosingPlan,
    Comparison,
    ControlResult,
    DecisionRow,
    ExceptionRow,
    ReviewProgress,
    SignatureRow,
)
from audit.model.snapshot import AccountSummary, Gap, SnapshotFile, Window
from audit.model.usage import Usage


class CoverageState(StrEnum):
    """Whether a part of the question was answered."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NOT_COLLECTED = "not collected"
    NOT_TRACKED = "not tracked"
    NOT_APPLICABLE = "not applicable"


class CoverageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the question, and how far it was answered."""

    account_id: str
    part: str
    """`IAM policies`, `bonus payments`, `service control policies`, …"""
    state: CoverageState
    answered: int | None = None
    total: int | None = None
    """Denominator; None where it is not known."""
    detail: str = ""
    """One sentence on what is missing and what that means."""


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the policies that could not be evaluated, named."""

    account_id: str
    subject: str
    """ARN of the policy or principal that carries it."""
    where: str
    """`statement 2, Condition`, or empty."""
    detail: str
    """One sentence: what is wrong."""
    principals: tuple[str, ...] = ()
    """ARNs of those whose answer it makes uncertain; empty: nobody's."""


class PolicyText(msgspec.Struct, frozen=True, kw_only=True):
    """A policy document as the report shows it: indented JSON, with the lines of every statement."""

    text: str
    statement_lines: tuple[tuple[int, int], ...] = ()
    """First and last line of each statement, from 1, both included."""


class AccountEvents(msgspec.Struct, frozen=True, kw_only=True):
    """How far the CloudTrail events of one account reach, in the order of the accounts."""

    account_id: str
    coverage: EventCoverage
    count: int
    """Events of the service, in the window and outside it."""


class InputFile(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a report is made from."""

    kind: str
    """`evidence`, `baseline`, `access model`, `exceptions`, `decisions`, `sign-off`, `last review`."""
    name: str
    """Without its path."""
    sha256: str


class AuditHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked what of which evidence, with which tool."""

    tool_version: str
    catalog_version: str
    catalog_sha256: str
    ruleset_version: str
    ruleset_sha256: str
    command: str
    input_name: str
    """The name of the snapshot folder or file, without its path."""
    input_sha256: str
    """Of the manifest, or of the authorization-details file."""
    as_of: datetime
    """The moment that the answer is for; UTC."""
    collected_by: str = ""
    """Caller ARN; empty where the evidence does not tell."""
    collection_started_at: datetime | None = None
    collection_ended_at: datetime | None = None
    window: Window | None = None
    accounts: tuple[AccountSummary, ...] = ()
    worker_ids: str = "pseudonyms"
    """`pseudonyms` or `plain`."""
    environment: str = "production"
    endpoints: tuple[str, ...] = ()
    """Where the evidence was asked for, if not at AWS's own endpoints."""
    inputs: tuple[InputFile, ...] = ()
    """Everything that the report is made from, the evidence first; empty where no report was asked for."""
    root_sha256: str = ""
    """Hash over inputs, versions and command, the chain's link to the last review among them; empty: not made."""


class AuditResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one audit. Every sequence is sorted, so that the same evidence gives the same bytes."""

    header: AuditHeader
    profile: ServiceProfile
    principals: tuple[Principal, ...]
    entitlements: tuple[Entitlement, ...]
    """By account, principal and action."""
    documents: tuple[PolicyText, ...]
    """What `PolicyRef.document_id` points into; only documents that something refers to."""
    activity: tuple[ActionActivity, ...]
    worker_payments: tuple[WorkerPayments, ...]
    findings: tuple[Finding, ...]
    """The most severe first."""
    rules: tuple[RuleInfo, ...]
    """All rules that ran, also those that found nothing."""
    coverage: tuple[CoverageRow, ...]
    gaps: tuple[Gap, ...]
    defects: tuple[Defect, ...]
    files: tuple[SnapshotFile, ...]
    not_evaluated: tuple[str, ...]
    """ARNs of the principals whose answer is incomplete, sorted."""
    week_payments: tuple[WeekPayments, ...] = ()
    """By account and week: every week of the window, also those without a bonus, of the accounts whose bonuses were
    collected; none of the others."""
    usage: tuple[Usage, ...] = ()
    """By account, environment, principal and action: what CloudTrail names somebody for, attempts included."""
    account_events: tuple[AccountEvents, ...] = ()
    """Of the accounts whose events are there; none of the others."""
    reconciliation: tuple[ReconciliationRow, ...] = ()
    """By account, subject, outcome and time; empty for an account without events or without payments."""
    reconciliation_totals: tuple[ReconciliationTotal, ...] = ()
    """All four outcomes of every subject that was reconciled, also those with no row."""
    principal_payments: tuple[PrincipalPayments, ...] = ()
    """By account, the largest sum first; what no event explains last."""
    last_accesses: tuple[ServiceLastAccess, ...] = ()
    """Of the service, by principal; of those only that AWS was asked about."""
    credentials: tuple[CredentialUse, ...] = ()
    """Of users that hold a privilege, and of root users; by ARN."""
    reach: Reach | None = None
    """None: not worked out."""
    comparison: Comparison | None = None
    """None: no earlier snapshot was given."""
    decisions: tuple[DecisionRow, ...] = ()
    """By principal, action and day; empty where no review folder was given."""
    exceptions: tuple[ExceptionRow, ...] = ()
    """By id."""
    progress: ReviewProgress | None = None
    """None: no review folder was given."""
    signatures: tuple[SignatureRow, ...] = ()
    """By day and name; unsigned unless one of them counts."""
    controls: tuple[ControlResult, ...] = ()
    """By framework, version and id."""
    closing_plan: ClosingPlan | None = None
    """None for a service that has not closed."""
