"""Months of Mechanical Turk activity made from a plan and a seed: the same HITs, work and bonuses every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random

import msgspec

from audit.demo.account import Assignment, Marketplace, PublishedHit
from audit.demo.identifiers import turk_id, worker_id
from audit.model.activity import BonusPayment, WorkerBlock

_QUESTION = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
    'ExternalQuestion.xsd"><ExternalURL>https://tasks.fernhill.example/{batch}</ExternalURL>'
    "<FrameHeight>640</FrameHeight></ExternalQuestion>"
)
_SKEW = 1.6
"""Some workers do most of the work: above 1, the first of the pool are chosen more often."""


class BonusPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is paid a bonus for work of a batch, when, how much and why."""

    share: float
    """Of the submitted assignments, 0 to 1."""
    amounts: tuple[Decimal, ...]
    reasons: tuple[str, ...]
    """Taken in turn."""
    after_days: tuple[int, int]
    """Least and most days between the work and its first bonus."""
    times: int = 1
    """Bonuses for one assignment, a week apart."""


class BatchPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """HITs of one HIT type, published over some days."""

    id: str
    title: str
    description: str
    keywords: str
    reward: Decimal
    hits: int
    assignments: int
    """Of each HIT, by different workers."""
    first: date
    last: date
    """Days of the first and the last publication."""
    lifetime_days: int
    completion: float = 0.86
    """Share of the assignments that are submitted."""
    bonus: BonusPlan | None = None
    deleted_on: date | None = None
    """The HITs were deleted that day, and with them their work and payments left the marketplace."""


class MarketplacePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One requester's months."""

    available: Decimal
    on_hold: Decimal = Decimal(0)
    workers: int
    """Size of the pool that takes the work."""
    batches: tuple[BatchPlan, ...]
    blocks: tuple[str, ...] = ()
    """One worker is blocked for each reason."""


class Quarter(msgspec.Struct, frozen=True, kw_only=True):
    """All that happened, deleted HITs included."""

    hits: tuple[PublishedHit, ...]
    assignments: tuple[Assignment, ...]
    payments: tuple[BonusPayment, ...]
    """In the order they were granted."""
    deleted_at: Mapping[str, datetime]
    """By the id of a HIT that was deleted."""


def play(plan: MarketplacePlan, account_id: str, seed: int, as_of: datetime) -> Quarter:
    """Play the plan up to `as_of`; what would happen later has not happened."""
    hits: list[PublishedHit] = []
    assignments: list[Assignment] = []
    payments: list[BonusPayment] = []
    deleted_at: dict[str, datetime] = {}
    for batch in plan.batches:
        chance = Random(f"{seed}/{account_id}/{batch.id}")  # noqa: S311 - an example, no secret
        reasons = cycle(batch.bonus.reasons if batch.bonus else ())
        for hit in _publish(batch, account_id, chance):
            done = list(_work(batch, hit, plan.workers, account_id, chance))
            hits.append(hit)
            if batch.deleted_on is not None:
                deleted_at[hit.hit_id] = datetime.combine(batch.deleted_on, time(hour=3, minute=len(hits) % 60), UTC)
            assignments += [assignment for assignment in done if assignment.submitted_at <= as_of]
            payments += _pay(batch, done, reasons, chance)
    return Quarter(
        hits=tuple(hit for hit in hits if hit.created_at <= as_of),
        assignments=tuple(assignments),
        payments=tuple(
            sorted(
                (payment for payment in payments if payment.granted_at <= as_of),
                key=lambda payment: (payment.granted_at, payment.assignment_id),
            )
        ),
        deleted_at=deleted_at,
    )


def marketplace_of(plan: MarketplacePlan, account_id: str, quarter: Quarter) -> Marketplace:
    """What of the quarter the marketplace still holds."""
    gone = quarter.deleted_at
    return Marketplace(
        available=plan.available,
        on_hold=plan.on_hold,
        hits=tuple(hit for hit in quarter.hits if hit.hit_id not in gone),
        assignments=tuple(assignment for assignment in quarter.assignments if assignment.hit_id not in gone),
        payments=tuple(payment for payment in quarter.payments if payment.hit_id not in gone),
        blocks=tuple(
            WorkerBlock(worker_id=worker_id(account_id, "blocked", reason), reason=reason) for reason in plan.blocks
        ),
    )


def _publish(batch: BatchPlan, account_id: str, chance: Random) -> Iterator[PublishedHit]:
    days = (batch.last - batch.first).days
    for index in range(batch.hits):
        day = batch.first + timedelta(days=round(days * index / max(batch.hits - 1, 1)))
        created_at = datetime.combine(day, time(hour=8), UTC) + timedelta(seconds=chance.randrange(6 * 3600))
        yield PublishedHit(
            hit_id=turk_id(account_id, batch.id, index),
            hit_type_id=turk_id(account_id, batch.id, "type"),
            hit_group_id=turk_id(account_id, batch.id, "group"),
            title=batch.title,
            description=batch.description,
            keywords=batch.keywords,
            reward=batch.reward,
            created_at=created_at,
            expires_at=created_at + timedelta(days=batch.lifetime_days),
            max_assignments=batch.assignments,
            question=_QUESTION.format(batch=batch.id),
            annotation=f"{batch.id}/{index + 1}",
        )


def _work(batch: BatchPlan, hit: PublishedHit, pool: int, account_id: str, chance: Random) -> Iterator[Assignment]:
    """A worker takes an assignment of a HIT once."""
    free = list(range(pool))
    lifetime = int((hit.expires_at - hit.created_at).total_seconds())
    for slot in range(batch.assignments):
        worker = free.pop(int(len(free) * chance.random() ** _SKEW))
        submitted_at = hit.created_at + timedelta(seconds=chance.randrange(300, lifetime))
        if chance.random() < batch.completion:
            yield Assignment(
                assignment_id=turk_id(hit.hit_id, slot),
                hit_id=hit.hit_id,
                worker_id=worker_id(account_id, worker),
                submitted_at=submitted_at,
            )


def _pay(batch: BatchPlan, done: list[Assignment], reasons: Iterator[str], chance: Random) -> Iterator[BonusPayment]:
    plan = batch.bonus
    if plan is None:
        return
    least, most = plan.after_days
    for assignment in done:
        if chance.random() >= plan.share:
            continue
        first = timedelta(days=chance.randrange(least, most + 1), seconds=chance.randrange(9 * 3600))
        for number in range(plan.times):
            yield BonusPayment(
                hit_id=assignment.hit_id,
                assignment_id=assignment.assignment_id,
                worker_id=assignment.worker_id,
                amount=plan.amounts[chance.randrange(len(plan.amounts))],
                reason=next(reasons),
                granted_at=assignment.submitted_at + first + timedelta(weeks=number),
            )
