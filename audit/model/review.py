"""The review: what changed since the last one, what was decided, what is excepted, and what each control comes to.

Everything is keyed by a principal's unique id and a finding's fingerprint, so that a role which was deleted and made
again is another one. Times are UTC, dates are days in UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from audit.model.entitlement import StatementRef, Verdict
from audit.model.finding import Control
from audit.model.privilege import Severity


class Change(StrEnum):
    """What became of something since the earlier review."""

    NEW = "new"
    RESOLVED = "resolved"
    UNCHANGED = "unchanged"
    SEVERITY = "changed severity"
    REOPENED = "reopened"
    """Resolved in the last review and here again."""


class FindingChange(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, now and then."""

    fingerprint: str
    rule: str
    title: str
    change: Change
    severity: Severity
    """Now, or then where it is resolved."""
    earlier_severity: Severity | None = None
    account_id: str = ""
    because: str = ""
    """Which change of a policy or principal explains it, one sentence; empty where none does."""


class PrincipalChange(msgspec.Struct, frozen=True, kw_only=True):
    """A principal that came or went."""

    principal_arn: str
    unique_id: str
    change: Change
    """NEW or RESOLVED, which is gone."""
    recreated: bool = False
    """Whether the same ARN had, or has, another unique id."""


class EntitlementChange(msgspec.Struct, frozen=True, kw_only=True):
    """A privilege that a principal gained, lost, or holds under other conditions."""

    principal_arn: str
    unique_id: str
    action: str
    earlier: Verdict | None
    """None: it had none."""
    now: Verdict | None
    """None: it has none."""
    because: str = ""
    """The policy that was changed, attached, detached; one sentence."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One audit held against an earlier one."""

    earlier_name: str
    earlier_sha256: str
    """Of the earlier snapshot's manifest."""
    earlier_as_of: datetime
    findings: tuple[FindingChange, ...]
    principals: tuple[PrincipalChange, ...] = ()
    entitlements: tuple[EntitlementChange, ...] = ()
    notes: tuple[str, ...] = ()
    """What weakens the comparison: other accounts, other rules or catalog, evidence missing on one side."""


class Choice(StrEnum):
    """What a reviewer decides of an entitlement or finding."""

    KEEP = "keep"
    MODIFY = "modify"
    REVOKE = "revoke"
    EXCEPTION = "exception"


class DecisionState(StrEnum):
    """Where a decision stands against the evidence of this audit."""

    CURRENT = "current"
    REAFFIRM = "to be reaffirmed"
    """Carried over from an earlier quarter."""
    DONE = "done"
    """Decided to revoke or modify, and this snapshot shows that it is so."""
    OPEN = "not carried out"
    """Decided to revoke or modify in this quarter, and not done yet."""
    OVERDUE = "still present"
    """Decided to revoke, and a later snapshot still shows it: the most severe."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision as it was recorded. Of the same key, the latest counts."""

    principal_arn: str
    unique_id: str
    """AROA…, AIDA…, AGPA…."""
    actions: tuple[str, ...]
    """What it is about, sorted."""
    fingerprint: str = ""
    """Of the finding it answers; empty for an entitlement by itself."""
    choice: Choice
    reviewer: str
    role: str = ""
    decided_on: date
    justification: str = ""
    ticket: str = ""
    snapshot_sha256: str = ""
    """Of the evidence that the reviewer saw."""
    quarter: str = ""


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision held against this audit."""

    decision: Decision
    state: DecisionState
    warnings: tuple[str, ...] = ()
    """Reviewer is the subject, its owner, or who collected the evidence; one sentence each."""


class ExceptionState(StrEnum):
    ACTIVE = "active"
    EXPIRING = "expires within 30 days"
    EXPIRED = "expired"
    UNUSED = "unused"
    """Active, and no finding needs it."""


class ReviewException(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that somebody answers for until a day; it stays visible, marked."""

    id: str
    subject: str
    """An ARN, or a pattern with `*` and `?`."""
    rule: str
    reason: str
    owner: str
    approver: str
    ticket: str
    created: date
    expires: date
    """The first day on which it no longer holds."""


class ExceptionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An exception held against this audit."""

    exception: ReviewException
    state: ExceptionState
    fingerprints: tuple[str, ...] = ()
    """The findings that it covers; with EXPIRED, those that it no longer does."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed the review off."""

    name: str
    title: str
    statement: str
    signed_on: date


class ControlResult(msgspec.Struct, frozen=True, kw_only=True):
    """What this audit can say of one control."""

    control: Control
    title: str
    checked: str
    """One sentence: what was checked."""
    population: int
    """On how many principals."""
    findings: int
    not_covered: str
    """One sentence: what of the control this tool does not look at."""


class RemovalStep(msgspec.Struct, frozen=True, kw_only=True):
    """One change that takes grants of the closing service away."""

    title: str
    policy: str
    """ARN of the managed policy, or the owner's ARN and the name of the inline one."""
    aws_managed: bool
    """It cannot be edited: it is detached."""
    statements: tuple[StatementRef, ...]
    principals: tuple[str, ...]
    """ARNs that lose their grants by it, sorted."""
    fix: str
    """A unified difference, or the command that detaches."""


class EvidenceToSave(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence that AWS will delete."""

    part: str
    until: date | None
    established: bool
    saved: bool
    detail: str


class ClosingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is left to do until nothing of a retired service stands any more."""

    grants_left: int
    """Entitlements to the service."""
    steps: tuple[RemovalStep, ...]
    """The change that frees most principals first."""
    evidence: tuple[EvidenceToSave, ...] = ()
