"""Small audits for the tests of the review: accounts put together by hand, evaluated for real."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from audit.model.organization import Organization
from audit.model.result import AuditResult
from audit.model.snapshot import AccountSummary, Manifest, Window
from audit.pipeline import AuditOptions, audit_snapshot
from audit.snapshot.content import AccountEvidence, Snapshot
from tests.unit.evaluate.accounts import ACCOUNT, Account, allow, document

BONUS = "mechanicalturk:SendBonus"
CREATE = "mechanicalturk:CreateHIT"
DELETE = "mechanicalturk:DeleteHIT"
THEN = datetime(2026, 7, 5, 9, tzinfo=UTC)
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
OLD_QUARTER = Window(since=datetime(2026, 4, 1, tzinfo=UTC), until=datetime(2026, 7, 1, tzinfo=UTC), label="2026-Q2")
QUARTER = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 10, 1, tzinfo=UTC), label="2026-Q3")
COLLECTOR = f"arn:aws:sts::{ACCOUNT}:assumed-role/Auditor/olga.collector@example.com"


def snapshot(
    account: Account,
    *,
    at: datetime = NOW,
    window: Window = QUARTER,
    name: str = "2026-Q3",
    account_id: str = ACCOUNT,
    organization: Organization | None = None,
) -> Snapshot:
    """A snapshot of one account, whose hash follows from what it holds."""
    details = account.details()
    summary = AccountSummary(account_id=account_id)
    manifest = Manifest(
        tool="mturk-audit test",
        window=window,
        caller_arn=COLLECTOR,
        accounts=(summary,),
        files=(),
        gaps=(),
        started_at=at,
        ended_at=at,
    )
    return Snapshot(
        name=name,
        sha256=hashlib.sha256(repr((details, at)).encode()).hexdigest(),
        manifest=manifest,
        accounts=(AccountEvidence(account=summary, authorization=details),),
        organization=organization,
    )


def audited(evidence: Snapshot, as_of: datetime | None = None) -> AuditResult:
    """The audit of a snapshot at its own moment, or another."""
    return audit_snapshot(evidence, AuditOptions(now=NOW, as_of=as_of))


def payer(name: str = "payroll", *, unique_id: str = "AROAPAYROLL", actions: tuple[str, ...] = (BONUS,)) -> Account:
    """An account with one role that holds the actions through an inline policy."""
    account = Account()
    account.role(name, document(allow(*actions, Sid="Pay")), RoleId=unique_id)
    return account
