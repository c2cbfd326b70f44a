"""Bonus payments and the calls of SendBonus, paired one to one.

A payment names assignment, worker, amount and time, and no call; a call's record may withhold any of the first three.
First whatever a call tells must agree, then a call and a payment on one assignment that contradict each other are
put together. Several bonuses on one assignment are paired so that most find their call, and the closest in time.
https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_SendBonusOperation.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from audit.evidence.matching import paired
from audit.model.activity import BonusPayment
from audit.model.event import TrailEvent
from audit.model.reconciliation import Explanation, Outcome

Fields = tuple[str, ...]
Key = tuple[str | Decimal | None, ...]

_ALL: Fields = ("assignment", "worker", "amount")
_AGREEING: tuple[Fields, ...] = (
    _ALL,
    ("assignment", "worker"),
    ("assignment", "amount"),
    ("worker", "amount"),
    ("assignment",),
    ("worker",),
)
"""What a call may tell, each set in its turn. A call that tells neither assignment nor worker matches nothing."""
_CONTRADICTING: tuple[Fields, ...] = (("assignment", "worker"), ("assignment", "amount"), ("assignment",))
"""What must agree of a call and a payment that contradict each other in the rest."""


class BonusPair(msgspec.Struct, frozen=True, kw_only=True):
    """A payment, a call, or both, and how they fit."""

    payment: BonusPayment | None = None
    event: TrailEvent | None = None
    outcome: Outcome
    explanation: Explanation = Explanation.NONE

    @property
    def moment(self) -> datetime | None:
        """The payment's time, else the call's: it decides which window the pair is of."""
        if self.payment is not None:
            return self.payment.granted_at
        return self.event.at if self.event is not None else None


def bonus_pairs(
    payments: Iterable[BonusPayment], events: Iterable[TrailEvent], tolerance: timedelta
) -> tuple[BonusPair, ...]:
    """Pair the payments with performed calls of SendBonus, whatever their order; each is in exactly one pair.

    What is left over has no explanation yet but repetitions of a call: those with one request token are one payment.
    """
    calls, repetitions = _without_repetitions(events)
    rest = _Rest(sorted(payments, key=_payment_order), calls, tolerance)
    pairs = [
        BonusPair(payment=payment, event=event, outcome=Outcome.MATCHED)
        for fields in _AGREEING
        for payment, event in rest.take(fields, lambda told, wanted: told == wanted)
    ]
    pairs += [
        BonusPair(payment=payment, event=event, outcome=Outcome.CONTRADICTORY, explanation=_difference(payment, event))
        for fields in _CONTRADICTING
        for payment, event in rest.take(fields, lambda told, wanted: set(wanted) < set(told))
    ]
    pairs += [BonusPair(payment=payment, outcome=Outcome.NO_EVENT) for payment in rest.payments.values()]
    pairs += [BonusPair(event=event, outcome=Outcome.NO_PAYMENT) for event in rest.events.values()]
    pairs += [
        BonusPair(event=event, outcome=Outcome.NO_PAYMENT, explanation=Explanation.REPEATED) for event in repetitions
    ]
    return tuple(pairs)


class _Rest:
    """The payments and calls that have found no counterpart so far, by their places in order. Equal rows are two."""

    def __init__(self, payments: list[BonusPayment], events: list[TrailEvent], tolerance: timedelta) -> None:
        self.payments = dict(enumerate(payments))
        self.events = dict(enumerate(events))
        self._tolerance = tolerance

    def take(
        self, fields: Fields, asked: Callable[[Fields, Fields], bool]
    ) -> Iterator[tuple[BonusPayment, TrailEvent]]:
        """Pair what agrees in `fields`, of the calls for which `asked` holds of what they tell, and take it out."""
        events: dict[Key, list[int]] = defaultdict(list)
        for place, event in self.events.items():
            if asked(_told(event), fields):
                events[_event_key(event, fields)].append(place)
        payments: dict[Key, list[int]] = defaultdict(list)
        for place, payment in self.payments.items():
            key = _payment_key(payment, fields)
            if key in events:
                payments[key].append(place)
        for key, own in payments.items():
            yield from self._pair(own, events[key])

    def _pair(self, payments: list[int], events: list[int]) -> Iterator[tuple[BonusPayment, TrailEvent]]:
        granted = [self.payments[place].granted_at for place in payments]
        called = [self.events[place].at for place in events]
        for one, other in paired(granted, called, self._tolerance):
            yield self.payments.pop(payments[one]), self.events.pop(events[other])


def _without_repetitions(events: Iterable[TrailEvent]) -> tuple[list[TrailEvent], list[TrailEvent]]:
    """The first call of each request token, and those that repeat one; both by time. An event counts once."""
    distinct = {event.event_id: event for event in events}
    seen: set[tuple[str, Key]] = set()
    first: list[TrailEvent] = []
    repetitions: list[TrailEvent] = []
    for event in sorted(distinct.values(), key=lambda event: (event.at, event.event_id)):
        token = (event.token, _event_key(event, _ALL))
        (repetitions if event.token and token in seen else first).append(event)
        seen.add(token)
    return first, repetitions


def _told(event: TrailEvent) -> Fields:
    return tuple(field for field, value in zip(_ALL, _event_key(event, _ALL), strict=True) if value not in ("", None))


def _event_key(event: TrailEvent, fields: Fields) -> Key:
    worker = event.worker_ids[0] if event.worker_ids else ""
    values: dict[str, str | Decimal | None]
    values = {"assignment": event.assignment_id, "worker": worker, "amount": event.amount}
    return tuple(values[field] for field in fields)


def _payment_key(payment: BonusPayment, fields: Fields) -> Key:
    values: dict[str, str | Decimal | None]
    values = {"assignment": payment.assignment_id, "worker": payment.worker_id, "amount": payment.amount}
    return tuple(values[field] for field in fields)


def _payment_order(payment: BonusPayment) -> tuple[datetime, str, str, Decimal, str, str]:
    return (
        payment.granted_at,
        payment.assignment_id,
        payment.worker_id,
        payment.amount,
        payment.hit_id,
        payment.reason,
    )


def _difference(payment: BonusPayment, event: TrailEvent) -> Explanation:
    if event.worker_ids and event.worker_ids[0] != payment.worker_id:
        return Explanation.WORKER_DIFFERS
    return Explanation.AMOUNT_DIFFERS
