"""What an account's data file says of its CloudTrail: who does what, and what is planted between log and payments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec


class _Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the records in a data file: a misspelt field is an error."""


class Cast(_Plan, frozen=True, kw_only=True):
    """A principal that makes calls."""

    principal: str
    """`user/ana.silva`, `role/labelling/QualityReview`, `root`, or a whole ARN of another account's or of one gone."""
    session: str = ""
    """Of a role: the session's name."""
    source_identity: str = ""
    weight: int = 1
    """How often it is chosen beside the others of its part."""
    source_ip: str = "198.51.100.17"
    user_agent: str = "Boto3/1.40.2 md/Botocore#1.40.2 ua/2.1 os/linux lang/python#3.11"


class BlockCall(_Plan, frozen=True, kw_only=True):
    """A block of the marketplace's list whose call was logged."""

    index: int
    """In the list of the marketplace's blocks."""
    at: datetime
    lifted_at: datetime | None = None
    """When a call lifted it that changed nothing: the list has it all the same."""


class PaymentPlant(_Plan, frozen=True, kw_only=True):
    """Something that is odd about the calls of some payments; the payments themselves are as they are."""

    kind: Literal["website", "amount", "actor", "repeated"]
    """Paid on the requester's website and so not logged; logged with another amount; made by `by`; logged twice."""
    batch: str
    nth: tuple[int, ...]
    """Which of the batch's payments in the window, from 0, by time and assignment."""
    amount: Decimal | None = None
    """What the event says, of `amount`."""
    by: Cast | None = None
    """Who made the call, of `actor`."""


class CallPlant(_Plan, frozen=True, kw_only=True):
    """A call that has no payment or block in the list."""

    kind: Literal["sandbox", "denied", "failed", "not listed", "lifted"]
    """In the sandbox; refused by IAM; refused by MTurk; a block that the list lacks; a block and, later, its end."""
    action: str = "SendBonus"
    by: Cast
    at: datetime
    until: datetime | None = None
    """When a block was lifted."""
    amount: Decimal | None = None


class FilePlan(_Plan, frozen=True, kw_only=True):
    """What is wrong with the account's log files."""

    missing_days: tuple[date, ...] = ()
    """No file was delivered: the event history still has the day."""
    repeated_days: tuple[date, ...] = ()
    """The day's records of MTurk stand in a second file again, under the same event ids."""
    damaged_days: tuple[date, ...] = ()
    """A further file of the day, without calls to MTurk, is cut in the middle."""


class TrailPlan(_Plan, frozen=True, kw_only=True):
    """The calls of one account."""

    payers: tuple[Cast, ...] = ()
    publishers: tuple[Cast, ...] = ()
    reviewers: tuple[Cast, ...] = ()
    reviewed: float = 0.25
    """Share of the assignments that somebody approves; the others are approved by themselves."""
    blockers: tuple[Cast, ...] = ()
    deleters: tuple[Cast, ...] = ()
    """Who deletes the HITs of batches that are gone."""
    readers: tuple[Cast, ...] = ()
    """Who lists HITs every day."""
    block_calls: tuple[BlockCall, ...] = ()
    payment_plants: tuple[PaymentPlant, ...] = ()
    call_plants: tuple[CallPlant, ...] = ()
    files: FilePlan = FilePlan()
