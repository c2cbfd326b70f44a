"""What a local AWS holds when it starts: its accounts, their IAM, and the state of their MTurk requester."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from audit.model.activity import BonusPayment, WorkerBlock
from audit.snapshot.authorization import AuthorizationDetails


class PublishedHit(msgspec.Struct, frozen=True, kw_only=True):
    """One HIT as its requester published it. Times are UTC, durations seconds."""

    hit_id: str
    hit_type_id: str
    hit_group_id: str
    title: str
    description: str
    keywords: str
    reward: Decimal
    created_at: datetime
    expires_at: datetime
    max_assignments: int
    assignment_duration: int = 3600
    auto_approval_delay: int = 259200
    question: str = ""
    annotation: str = ""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One worker's submitted work on one HIT."""

    assignment_id: str
    hit_id: str
    worker_id: str
    submitted_at: datetime


class Marketplace(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one requester in Mechanical Turk. Balances are US dollars."""

    available: Decimal
    on_hold: Decimal = Decimal(0)
    hits: tuple[PublishedHit, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    payments: tuple[BonusPayment, ...] = ()
    """In the order they were granted."""
    blocks: tuple[WorkerBlock, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One AWS account."""

    account_id: str
    alias: str
    authorization: AuthorizationDetails
    """Its users, groups, roles and customer managed policies. AWS managed policies come from moto by their ARN."""
    collector: str
    """Name of the user whose access key `LocalAws.environment` hands out."""
    marketplace: Marketplace | None = None
    """None: no requester is linked to the account, and MTurk answers AWS.AccountNotLinked."""


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts of one local AWS."""

    name: str
    as_of: datetime
    """The moment it is in there; UTC."""
    accounts: tuple[Account, ...]
