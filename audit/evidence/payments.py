"""Bonuses of the window, added up by worker and by week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from audit.evidence.pseudonym import Workers
from audit.model.activity import BonusPayment, WeekPayments, WorkerPayments
from audit.model.snapshot import Window
from audit.snapshot.content import AccountEvidence


def payments_in(account: AccountEvidence, window: Window | None) -> tuple[BonusPayment, ...]:
    """The bonuses of the window, the oldest first; all there are where there is no window."""
    payments = account.bonus_payments or ()
    held = (payment for payment in payments if window is None or window.holds(payment.granted_at))
    return tuple(sorted(held, key=lambda payment: (payment.granted_at, payment.assignment_id, payment.amount)))


def by_worker(account: AccountEvidence, window: Window | None, workers: Workers) -> tuple[WorkerPayments, ...]:
    """What each worker received, the largest sum first."""
    received: dict[str, list[BonusPayment]] = {}
    for payment in payments_in(account, window):
        received.setdefault(workers.name(payment.worker_id), []).append(payment)
    rows = [
        WorkerPayments(
            account_id=account.account.account_id,
            worker=worker,
            count=len(payments),
            amount=sum((payment.amount for payment in payments), Decimal(0)),
            first_at=payments[0].granted_at,
            last_at=payments[-1].granted_at,
        )
        for worker, payments in received.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.amount, row.worker)))


def by_week(account: AccountEvidence, window: Window | None) -> tuple[WeekPayments, ...]:
    """Every week of the window, also those without a bonus; none where bonuses were not collected."""
    if window is None or account.bonus_payments is None:
        return ()
    payments = payments_in(account, window)
    rows: list[WeekPayments] = []
    for since, until in _weeks(window):
        own = [payment for payment in payments if since <= payment.granted_at < until]
        rows.append(
            WeekPayments(
                account_id=account.account.account_id,
                since=since,
                until=until,
                count=len(own),
                amount=sum((payment.amount for payment in own), Decimal(0)),
            )
        )
    return tuple(rows)


def _weeks(window: Window) -> Iterator[tuple[datetime, datetime]]:
    since = window.since.astimezone(UTC)
    while since < window.until:
        midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
        until = min(midnight + timedelta(days=7 - since.weekday()), window.until.astimezone(UTC))
        yield since, until
        since = until
