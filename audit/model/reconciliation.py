"""Payments and blocks held against the calls that should have made them. Money is Decimal US dollars; times are UTC."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from audit.model.entitlement import Verdict
from audit.model.event import ActorType


class Subject(StrEnum):
    """What is reconciled."""

    BONUS = "bonus payment"
    BLOCK = "worker block"


class Outcome(StrEnum):
    """How a payment or block and its event fit together."""

    MATCHED = "matched"
    NO_EVENT = "payment with no event"
    """Of a block: a block with no event."""
    NO_PAYMENT = "event with no payment"
    """Of a block: an event with no block, as where it was lifted."""
    CONTRADICTORY = "contradictory"


class Explanation(StrEnum):
    """What is known of why they do not fit; none of these is called a fraud."""

    NONE = ""
    """Of a match."""
    UNEXPLAINED = "no event in logs that cover the day"
    """The requester website, which CloudTrail does not see, or a call that was not logged."""
    LOG_GAP = "the logs of the day are missing"
    OUTSIDE_LOGS = "outside the period of the logs"
    HIT_GONE = "the payments of the HIT were not to be had"
    PAYMENTS_MISSING = "the list was not collected in full"
    """Of payments, or of blocks."""
    NOT_LISTED = "not in the list that was collected"
    REPEATED = "a repetition of another call"
    """By its request token; of a block, a worker who was blocked already."""
    LIFTED = "lifted by a later call"
    LIFTS = "it lifts a block"
    AMOUNT_DIFFERS = "the amounts differ"
    WORKER_DIFFERS = "the workers differ"
    STILL_BLOCKED = "lifted by the last call and yet in the list"
    UNDATED = "blocks have no time: it may be older than the logs"


class ReconciliationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One payment or block, one event, or a pair of them. Every payment and every event is in exactly one row.

    A pair is of the window that its payment is of, so that windows which follow each other have no row in common. A
    block has no time: each that stands has a row, whatever the window.
    """

    account_id: str
    subject: Subject
    outcome: Outcome
    explanation: Explanation
    worker: str
    """A keyed pseudonym, or the worker id where that was asked for; empty where neither side tells."""
    hit_id: str = ""
    assignment_id: str = ""
    amount: Decimal | None = None
    """As the list of payments has it; None without a payment."""
    event_amount: Decimal | None = None
    """As the event has it; None without an event, or where it does not tell."""
    paid_at: datetime | None = None
    event_at: datetime | None = None
    event_id: str = ""
    action: str = ""
    """Of the event."""
    principal_arn: str = ""
    """Who acted, by the event."""
    actor_type: ActorType | None = None
    person: str = ""


class ReconciliationTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of one account, in number and money."""

    account_id: str
    subject: Subject
    outcome: Outcome
    count: int
    amount: Decimal | None = None
    """Sum of the payments; None of blocks and where no row has one."""
    event_amount: Decimal | None = None
    """Sum of the events' amounts, without repetitions: those asked for no money of their own."""


class PrincipalPayments(msgspec.Struct, frozen=True, kw_only=True):
    """The bonuses of the window that events attribute to one principal."""

    account_id: str
    principal_arn: str
    """Empty: payments that no event explains."""
    actor_type: ActorType | None
    count: int
    amount: Decimal
    workers: int
    """How many different ones were paid."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    verdict: Verdict | None = None
    """Its verdict on SendBonus by the policies of the snapshot; None where they do not hold the principal."""
