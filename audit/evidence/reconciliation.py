"""Payments held against calls, and blocks against calls: one row for each, totals, and who paid.

The payment list knows no payer and CloudTrail no payment, so neither proves the other. What the requester website did
is in no log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from audit.cloudtrail.people import person_of
from audit.evidence.actors import Actors
from audit.evidence.block_pairs import CREATE_BLOCK, DELETE_BLOCK, BlockPair, block_pairs
from audit.evidence.bonus_pairs import BonusPair, bonus_pairs
from audit.evidence.log_reach import LogReach
from audit.evidence.payment_lists import PaymentLists
from audit.evidence.pseudonym import Workers
from audit.model.entitlement import Verdict
from audit.model.event import TrailEvent
from audit.model.reconciliation import (
    Explanation,
    Outcome,
    PrincipalPayments,
    ReconciliationRow,
    ReconciliationTotal,
    Subject,
)
from audit.model.snapshot import Gap, Window
from audit.snapshot.content import AccountEvidence
from audit.snapshot.layout import WORKER_BLOCKS

SEND_BONUS = "mechanicalturk:SendBonus"


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """One account's payments and blocks, held against its events."""

    rows: tuple[ReconciliationRow, ...] = ()
    totals: tuple[ReconciliationTotal, ...] = ()
    principal_payments: tuple[PrincipalPayments, ...] = ()


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to reconcile one account."""

    evidence: AccountEvidence
    reach: LogReach
    gaps: tuple[Gap, ...]
    window: Window | None
    tolerance: timedelta
    environment: str
    actors: Actors
    workers: Workers
    verdict: Callable[[str], Verdict]
    """On SendBonus, of one of the account's own principals, by ARN."""


def reconcile(asked: Reconciliation) -> Reconciled:
    """Reconcile what there is of both sides. A subject of which one side is missing has no row and no total."""
    bonuses = _bonuses(asked) if asked.evidence.bonus_payments is not None else ()
    blocks = _blocks(asked) if asked.evidence.worker_blocks is not None else ()
    rows = [*(_bonus_row(asked, pair) for pair in bonuses), *(_block_row(asked, pair) for pair in blocks)]
    subjects = {
        Subject.BONUS: asked.evidence.bonus_payments is not None,
        Subject.BLOCK: asked.evidence.worker_blocks is not None,
    }
    ordered = tuple(sorted(rows, key=_row_order))
    return Reconciled(
        rows=ordered,
        totals=tuple(
            _total(asked.evidence.account.account_id, subject, outcome, ordered)
            for subject, there in subjects.items()
            if there
            for outcome in Outcome
        ),
        principal_payments=_payers(asked, bonuses),
    )


def _calls(asked: Reconciliation, *actions: str) -> Iterator[TrailEvent]:
    """The performed calls, of whatever time, to the service that the lists are of."""
    return (
        event
        for event in asked.evidence.events or ()
        if event.action in actions and event.performed and event.environment == asked.environment
    )


def _bonuses(asked: Reconciliation) -> tuple[BonusPair, ...]:
    """Pairs of the window. They are made of all there is, so that none breaks at the window's edge."""
    lists = PaymentLists(asked.evidence, asked.gaps)
    pairs = bonus_pairs(asked.evidence.bonus_payments or (), _calls(asked, SEND_BONUS), asked.tolerance)
    return tuple(
        _explained(asked, lists, pair)
        for pair in pairs
        if asked.window is None or (pair.moment is not None and asked.window.holds(pair.moment))
    )


def _explained(asked: Reconciliation, lists: PaymentLists, pair: BonusPair) -> BonusPair:
    if pair.outcome is Outcome.NO_EVENT and pair.payment is not None:
        why = asked.reach.absence(pair.payment.granted_at, SEND_BONUS, asked.tolerance)
        return msgspec.structs.replace(pair, explanation=why)
    if pair.outcome is Outcome.NO_PAYMENT and pair.event is not None and not pair.explanation:
        return msgspec.structs.replace(pair, explanation=lists.absence(pair.event))
    return pair


def _blocks(asked: Reconciliation) -> tuple[BlockPair, ...]:
    """Every block that stands, and the calls of the window besides."""
    account_id = asked.evidence.account.account_id
    gaps = [gap for gap in asked.gaps if (gap.account_id, gap.source) == (account_id, WORKER_BLOCKS.source)]
    pairs = block_pairs(
        asked.evidence.worker_blocks or (),
        _calls(asked, CREATE_BLOCK, DELETE_BLOCK),
        asked.reach,
        listed_in_full=not gaps,
    )
    return tuple(
        pair
        for pair in pairs
        if pair.block is not None or asked.window is None or (pair.event and asked.window.holds(pair.event.at))
    )


def _bonus_row(asked: Reconciliation, pair: BonusPair) -> ReconciliationRow:
    payment, event = pair.payment, pair.event
    called = _called(asked, event)
    worker = payment.worker_id if payment else event.worker_ids[0] if event and event.worker_ids else ""
    return msgspec.structs.replace(
        called,
        subject=Subject.BONUS,
        outcome=pair.outcome,
        explanation=pair.explanation,
        worker=asked.workers.name(worker) if worker else "",
        hit_id=payment.hit_id if payment else called.hit_id,
        assignment_id=payment.assignment_id if payment else called.assignment_id,
        amount=payment.amount if payment else None,
        paid_at=payment.granted_at if payment else None,
    )


def _block_row(asked: Reconciliation, pair: BlockPair) -> ReconciliationRow:
    return msgspec.structs.replace(
        _called(asked, pair.event),
        outcome=pair.outcome,
        explanation=pair.explanation,
        worker=asked.workers.name(pair.worker_id) if pair.worker_id else "",
    )


def _called(asked: Reconciliation, event: TrailEvent | None) -> ReconciliationRow:
    """A row with what the event tells, if there is one."""
    row = ReconciliationRow(
        account_id=asked.evidence.account.account_id,
        subject=Subject.BLOCK,
        outcome=Outcome.NO_EVENT,
        explanation=Explanation.NONE,
        worker="",
    )
    if event is None:
        return row
    return msgspec.structs.replace(
        row,
        hit_id=event.hit_id,
        assignment_id=event.assignment_id,
        event_amount=event.amount,
        event_at=event.at,
        event_id=event.event_id,
        action=event.action,
        principal_arn=asked.actors.arn(event.actor),
        actor_type=event.actor.type,
        person=person_of(event.actor).name,
    )


_SUBJECTS, _OUTCOMES = tuple(Subject), tuple(Outcome)


def _row_order(row: ReconciliationRow) -> tuple[int, int, str, str, str, str, str]:
    """By subject, outcome and time; every difference that a row shows decides in the end."""
    moment = row.paid_at or row.event_at
    return (
        _SUBJECTS.index(row.subject),
        _OUTCOMES.index(row.outcome),
        moment.isoformat() if moment else "",
        row.assignment_id,
        row.worker,
        str(row.amount),
        row.event_id,
    )


def _total(
    account_id: str, subject: Subject, outcome: Outcome, rows: Iterable[ReconciliationRow]
) -> ReconciliationTotal:
    own = [row for row in rows if (row.subject, row.outcome) == (subject, outcome)]
    return ReconciliationTotal(
        account_id=account_id,
        subject=subject,
        outcome=outcome,
        count=len(own),
        amount=_sum(row.amount for row in own),
        event_amount=_sum(row.event_amount for row in own if row.explanation is not Explanation.REPEATED),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _payers(asked: Reconciliation, pairs: Iterable[BonusPair]) -> tuple[PrincipalPayments, ...]:
    """The payments by who made them, the largest sum first; what no event explains last."""
    payers: dict[tuple[str, str, str], list[BonusPair]] = defaultdict(list)
    for pair in pairs:
        if pair.payment is not None:
            actor = pair.event.actor if pair.event else None
            key = (asked.actors.arn(actor), actor.type.value, actor.unique_id) if actor else ("", "", "")
            payers[key].append(pair)
    rows = {key: _payer(asked, own) for key, own in payers.items()}
    return tuple(
        rows[key] for key in sorted(rows, key=lambda key: (rows[key].actor_type is None, -rows[key].amount, key))
    )


def _payer(asked: Reconciliation, pairs: list[BonusPair]) -> PrincipalPayments:
    payments = [pair.payment for pair in pairs if pair.payment is not None]
    actor = pairs[0].event.actor if pairs[0].event else None
    principal = asked.actors.principal(actor) if actor else None
    times = [payment.granted_at for payment in payments]
    return PrincipalPayments(
        account_id=asked.evidence.account.account_id,
        principal_arn=asked.actors.arn(actor) if actor else "",
        actor_type=actor.type if actor else None,
        count=len(payments),
        amount=sum((payment.amount for payment in payments), Decimal(0)),
        workers=len({payment.worker_id for payment in payments}),
        first_at=min(times),
        last_at=max(times),
        verdict=asked.verdict(principal.arn) if principal else None,
    )
