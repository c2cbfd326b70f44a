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
    """Absent in the last review, present in one before it, and here again."""
    UNKNOWN = "cannot be told"
    """Here then; whether it is still true, this evidence does not tell. Never counted as resolved."""


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
    joined: tuple[str, ...] = ()
    """ARNs of the principals that it concerns now and did not then, sorted."""
    left: tuple[str, ...] = ()
    """The reverse."""


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
    not_evaluated: bool = False
    """Whether a principal of either side could not be fully evaluated, or an account is missing on one."""
    history: tuple[str, ...] = ()
    """Names of the still earlier reviews that tell what is reopened, the newest first."""


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
    GONE = "no longer there"
    """Decided to keep, and the evidence shows that nothing of it is left to be decided."""
    UNKNOWN = "cannot be told"
    """This evidence does not show whether it is still there: its account or its policies are missing from it."""


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
    """`2026-Q3`, or the window's two days."""
    basis: str = ""
    """Hash of what was decided on: verdicts, conditions and deciding statements. Another one needs a new look."""
    recorded_at: datetime | None = None
    """When it was taken over into the review's folder; UTC."""


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision held against this audit."""

    decision: Decision
    state: DecisionState
    shown_by_sha256: str = ""
    """Of the evidence that shows the privilege gone, or still present; `decision` names the one decided on."""
    warnings: tuple[str, ...] = ()
    """Reviewer is the subject, its owner, or who collected the evidence; one sentence each."""


class ReviewerProgress(msgspec.Struct, frozen=True, kw_only=True):
    """What one reviewer has decided of what stands today."""

    reviewer: str
    entitlements: int
    reaffirm: int
    """Of them, carried over and to be decided again."""
    last_on: date


class ReviewProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the review of the present entitlements has come. The six counts add up to `entitlements`."""

    entitlements: int
    keep: int
    modify: int
    revoke: int
    exception: int
    reaffirm: int
    """Decided in an earlier quarter, or on other statements than today's."""
    pending: int
    """Never decided."""
    reviewers: tuple[ReviewerProgress, ...] = ()
    """By name."""

    @property
    def missing(self) -> int:
        """Entitlements without a decision that counts in this review."""
        return self.reaffirm + self.pending


class ExceptionState(StrEnum):
    ACTIVE = "active"
    EXPIRING = "expires within 30 days"
    EXPIRED = "expired"
    UNUSED = "unused"
    """Active, and no finding needs it."""
    FUTURE = "not yet in force"
    """Created on a later day than the one that the answer is for."""


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


class SignatureState(StrEnum):
    """What a sign-off is worth today."""

    STATED = "stated"
    """Name and date without a key."""
    VALID = "signature valid"
    """The key's Ed25519 signature fits this evidence and these decisions."""
    INVALID = "signature not valid"
    OUTDATED = "made for something else"
    """Signed before the evidence, the decisions or the exceptions became what they are: it does not count."""
    UNCHECKED = "signature not checked"
    """The library that checks it is not installed."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed the review off, and what."""

    name: str
    title: str
    statement: str
    signed_on: date
    evidence_sha256: str = ""
    """Of the snapshot's manifest."""
    decisions_sha256: str = ""
    """Of the review folder's decisions."""
    exceptions_sha256: str = ""
    """Of the exceptions; empty where there are none."""
    key: str = ""
    """The Ed25519 public key in hex; empty without one."""
    signature: str = ""
    """In hex, over the other fields."""


class SignatureRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-off held against this audit."""

    signature: Signature
    state: SignatureState

    @property
    def counts(self) -> bool:
        """Whether the report may be called signed by it."""
        return self.state in (SignatureState.STATED, SignatureState.VALID)


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
    excepted: int = 0
    """Of `findings`, those that exceptions in force answer for."""
    not_evaluated: int = 0
    """Of `population`, those whose answer is incomplete."""


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
    """Entitlements to the service, also conditional ones and those that could not be evaluated."""
    steps: tuple[RemovalStep, ...]
    """The change that frees most principals first."""
    evidence: tuple[EvidenceToSave, ...] = ()
    without_step: int = 0
    """Of `grants_left`, those that no step takes away, because no statement is known that gives them."""
    done: bool = False
    """No grant is left, and every principal of every account could be evaluated."""
