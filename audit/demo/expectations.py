"""What an audit of the example company must find, and what it must not.

For every rule, principals of both kinds; for payments and blocks, the row of everything that was planted, and totals to
the cent.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files

import msgspec


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in one account."""

    rule: str
    account_id: str
    must: tuple[str, ...]
    """ARNs of principals that findings of the rule name between them."""
    must_not: tuple[str, ...]
    """ARNs of principals that no finding of the rule names."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An expectation as the file has it: principals without the account, `role/ci/ci-deploy`."""

    rule: str
    account_id: str
    must: tuple[str, ...]
    must_not: tuple[str, ...]


def expectations() -> tuple[Expectation, ...]:
    """All of them, in the order of the file."""
    raw = files("audit.demo").joinpath("data", "expectations.json").read_bytes()
    return tuple(
        Expectation(
            rule=row.rule,
            account_id=row.account_id,
            must=tuple(f"arn:aws:iam::{row.account_id}:{name}" for name in row.must),
            must_not=tuple(f"arn:aws:iam::{row.account_id}:{name}" for name in row.must_not),
        )
        for row in msgspec.json.decode(raw, type=tuple[_Row, ...])
    )


class ExpectedRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One payment, event or pair that was planted, and where the reconciliation must put it. Money is US dollars."""

    plant: str
    """What was planted: `website`, `missing day`, `amount`, `HIT gone`, `late bonus`, `root`, …"""
    outcome: str
    """As `audit.model.reconciliation.Outcome` spells it."""
    explanation: str
    """As `Explanation` spells it; empty of a match, and where more than one would be right."""
    subject: str = "bonus payment"
    assignment_id: str = ""
    worker_id: str
    """As AWS has it: no pseudonym."""
    amount: Decimal | None = None
    event_amount: Decimal | None = None
    paid_at: datetime | None = None
    event_id: str = ""
    event_at: datetime | None = None
    action: str = "mechanicalturk:SendBonus"
    principal_arn: str = ""
    actor_type: str = ""


class ExpectedTotal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One outcome in number and money."""

    subject: str
    outcome: str
    explanation: str
    count: int
    amount: Decimal | None = None
    event_amount: Decimal | None = None
    """Of the calls as they were made; a repetition, which pays nothing, has one too."""


class ExpectedAttempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call of the window that performed nothing in production."""

    kind: str
    """`denied`, `failed` or `sandbox`."""
    action: str
    event_id: str
    event_at: datetime
    principal_arn: str
    amount: Decimal | None = None


class ExpectedPayer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payments of the window that events attribute to one principal; the one without ARN has none."""

    principal_arn: str
    actor_type: str
    count: int
    amount: Decimal
    workers: int


class SeveralPayers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worker who was paid by more than one principal, by matched payments."""

    worker_id: str
    principal_arns: tuple[str, ...]


class ExpectedReconciliation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holding payments and blocks of one account against its log files must come to."""

    account_id: str
    payments: int
    """In the window, where assignments that only CloudTrail knows are asked about too."""
    amount: Decimal
    performed: dict[str, int]
    """Performed calls in production by action; each record counts once, however often it stands in the files."""
    duplicates: int
    """Records that stand in the files a second time."""
    missing_days: tuple[date, ...]
    damaged_files: tuple[str, ...]
    """Keys in the bucket."""
    totals: tuple[ExpectedTotal, ...]
    rows: tuple[ExpectedRow, ...]
    attempts: tuple[ExpectedAttempt, ...]
    paid_by: tuple[ExpectedPayer, ...]
    several_payers: tuple[SeveralPayers, ...]


def expected_reconciliations() -> tuple[ExpectedReconciliation, ...]:
    """By account, for events from the organization's trail."""
    raw = files("audit.demo").joinpath("data", "reconciliation.json").read_bytes()
    return msgspec.json.decode(raw, type=tuple[ExpectedReconciliation, ...])
