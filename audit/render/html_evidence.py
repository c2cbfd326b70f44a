"""Who did what, and payments held against the calls behind them, as the page carries them.

Rows have a bound, what needs a look first: a quarter can hold a hundred thousand payments. What has no room is counted,
and `reconciliation.csv` and `usage.csv` hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import msgspec

from audit.model.event import ActorType
from audit.model.reconciliation import Outcome, PrincipalPayments, ReconciliationRow, ReconciliationTotal
from audit.model.result import AuditResult
from audit.model.usage import SessionUse, Usage
from audit.render.html_codec import Interner, seconds

ROW_LIMIT = 4_000
"""Rows of use, and rows of the reconciliation, that one page carries."""

_FIRST_TO_SHOW = {
    outcome: place
    for place, outcome in enumerate((Outcome.CONTRADICTORY, Outcome.NO_EVENT, Outcome.NO_PAYMENT, Outcome.MATCHED))
}


class PageSession(msgspec.Struct, frozen=True, array_like=True):
    name: int
    """A place in `PageData.strings`, as every number here that stands for a text."""
    person: int
    told_by: int
    count: int
    last_at: int | None


class PageUse(msgspec.Struct, frozen=True, array_like=True):
    account: int
    principal: int
    """The ARN."""
    actor: int
    action: int
    environment: int
    count: int
    denied: int
    failed: int
    first_at: int | None
    last_at: int | None
    last_denied_at: int | None
    source: int
    known: bool
    sessions: tuple[PageSession, ...]


class PagePayer(msgspec.Struct, frozen=True, array_like=True):
    account: int
    principal: int
    actor: int
    count: int
    amount: str
    workers: int
    first_at: int | None
    last_at: int | None
    verdict: int


class PageTotal(msgspec.Struct, frozen=True, array_like=True):
    account: int
    subject: int
    outcome: int
    count: int
    amount: str | None
    event_amount: str | None


class PageReconciled(msgspec.Struct, frozen=True, array_like=True):
    account: int
    subject: int
    outcome: int
    explanation: int
    worker: int
    hit: int
    assignment: int
    amount: str | None
    event_amount: str | None
    paid_at: int | None
    event_at: int | None
    event_id: int
    action: int
    principal: int
    actor: int
    person: int


class PageCredential(msgspec.Struct, frozen=True, array_like=True):
    principal: int
    password: bool | None
    password_used_at: int | None
    mfa: bool
    keys: tuple[tuple[int, bool, int | None, int | None, int], ...]
    """Number, active, rotated, last used, the service it was used for."""


class PageEvidence(msgspec.Struct, frozen=True):
    """All of it; `…_refused` count the rows that the page had no room for."""

    uses: tuple[PageUse, ...]
    uses_refused: int
    payers: tuple[PagePayer, ...]
    totals: tuple[PageTotal, ...]
    reconciled: tuple[PageReconciled, ...]
    reconciled_refused: int
    last_accesses: tuple[tuple[int, int | None], ...]
    """Principal and the last attempt."""
    credentials: tuple[PageCredential, ...]


def page_evidence(result: AuditResult, strings: Interner[str], accounts: Mapping[str, int]) -> PageEvidence:
    """Encode what events and lists tell of the window."""
    codec = _Codec(strings.place, accounts)
    uses = sorted(result.usage, key=lambda use: (-use.denied, -use.count))[:ROW_LIMIT]
    reconciled = sorted(result.reconciliation, key=lambda row: _FIRST_TO_SHOW[row.outcome])[:ROW_LIMIT]
    return PageEvidence(
        uses=tuple(map(codec.use, uses)),
        uses_refused=len(result.usage) - len(uses),
        payers=tuple(map(codec.payer, result.principal_payments)),
        totals=tuple(map(codec.total, result.reconciliation_totals)),
        reconciled=tuple(map(codec.reconciled, reconciled)),
        reconciled_refused=len(result.reconciliation) - len(reconciled),
        last_accesses=tuple(
            (strings.place(each.principal_arn), seconds(each.last_attempt_at))
            for each in result.last_accesses[:ROW_LIMIT]
        ),
        credentials=tuple(codec.credentials(result)),
    )


class _Codec:
    """Writes records with the places of their texts."""

    def __init__(self, text: Callable[[str], int], accounts: Mapping[str, int]) -> None:
        self._text = text
        self._accounts = accounts

    def use(self, use: Usage) -> PageUse:
        return PageUse(
            self._accounts.get(use.account_id, -1),
            self._text(use.principal_arn),
            self._text(use.actor_type.value),
            self._text(use.action),
            self._text(use.environment),
            use.count,
            use.denied,
            use.failed,
            seconds(use.first_used_at),
            seconds(use.last_used_at),
            seconds(use.last_denied_at),
            self._text(use.source),
            use.known,
            tuple(map(self._session, use.sessions)),
        )

    def _session(self, session: SessionUse) -> PageSession:
        return PageSession(
            self._text(session.session_name),
            self._text(session.person),
            self._text(session.told_by),
            session.count,
            seconds(session.last_at),
        )

    def payer(self, payer: PrincipalPayments) -> PagePayer:
        return PagePayer(
            self._accounts.get(payer.account_id, -1),
            self._text(payer.principal_arn),
            self._actor(payer.actor_type),
            payer.count,
            f"{payer.amount:f}",
            payer.workers,
            seconds(payer.first_at),
            seconds(payer.last_at),
            self._text(payer.verdict.value if payer.verdict else ""),
        )

    def total(self, total: ReconciliationTotal) -> PageTotal:
        return PageTotal(
            self._accounts.get(total.account_id, -1),
            self._text(total.subject.value),
            self._text(total.outcome.value),
            total.count,
            _amount(total.amount),
            _amount(total.event_amount),
        )

    def reconciled(self, row: ReconciliationRow) -> PageReconciled:
        return PageReconciled(
            self._accounts.get(row.account_id, -1),
            self._text(row.subject.value),
            self._text(row.outcome.value),
            self._text(row.explanation.value),
            self._text(row.worker),
            self._text(row.hit_id),
            self._text(row.assignment_id),
            _amount(row.amount),
            _amount(row.event_amount),
            seconds(row.paid_at),
            seconds(row.event_at),
            self._text(row.event_id),
            self._text(row.action),
            self._text(row.principal_arn),
            self._actor(row.actor_type),
            self._text(row.person),
        )

    def credentials(self, result: AuditResult) -> Iterator[PageCredential]:
        for each in result.credentials[:ROW_LIMIT]:
            keys = (
                (
                    key.number,
                    key.active,
                    seconds(key.last_rotated_at),
                    seconds(key.last_used_at),
                    self._text(key.last_used_service),
                )
                for key in each.keys
            )
            yield PageCredential(
                self._text(each.principal_arn),
                each.password_enabled,
                seconds(each.password_last_used_at),
                each.mfa_active,
                tuple(keys),
            )

    def _actor(self, actor: ActorType | None) -> int:
        return self._text(actor.value if actor else "")


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
