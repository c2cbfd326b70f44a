"""What a local AWS holds when it starts: accounts with their IAM, logs and requesters, buckets, an organization."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from audit.model.activity import BonusPayment, WorkerBlock
from audit.model.last_access import CredentialUse, ServiceLastAccess
from audit.model.organization import Organization
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


class TrailRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One event as CloudTrail keeps it, and what LookupEvents tells of it beside the record itself."""

    event_id: str
    at: datetime
    name: str
    """`SendBonus`."""
    source: str
    """`mturk-requester.amazonaws.com`."""
    read_only: bool
    user_name: str = ""
    """As LookupEvents gives it: of a role session the session's name."""
    access_key_id: str = ""
    record: msgspec.Raw
    """The record, a JSON object."""


class TrailSource(msgspec.Struct, frozen=True, kw_only=True):
    """One trail as an account sees it."""

    name: str
    owner_account_id: str
    """The account that it was made in: the management account's for a trail of the organization."""
    bucket: str
    prefix: str = ""
    """Of the keys in the bucket, without slashes at its ends; empty: none."""
    region: str = "us-east-1"
    multi_region: bool = True
    of_organization: bool = False
    logging: bool = True
    started_at: datetime
    management_events: bool = True
    logs: str = "All"
    """Which of the management events: All, ReadOnly or WriteOnly."""
    advanced: bool = False
    """Whether its selectors are of the advanced kind."""

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudtrail:{self.region}:{self.owner_account_id}:trail/{self.name}"


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object of a bucket."""

    key: str
    body: bytes
    modified_at: datetime


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket of S3."""

    name: str
    account_id: str
    objects: tuple[StoredObject, ...]
    readers: tuple[str, ...] = ()
    """Ids of other accounts that its bucket policy lets list and read; `*`: all."""


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
    records: tuple[TrailRecord, ...] = ()
    """What CloudTrail's event history holds, in any order."""
    trails: tuple[TrailSource, ...] = ()
    last_accesses: tuple[ServiceLastAccess, ...] = ()
    """What Access Advisor knows; services that it does not name were not tried."""
    credentials: tuple[CredentialUse, ...] = ()
    """Rows of the credential report; users that it does not name have neither password nor key."""


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts of one local AWS."""

    name: str
    as_of: datetime
    """The moment it is in there; UTC."""
    accounts: tuple[Account, ...]
    organization: Organization | None = None
    """None: AWS Organizations is not in use. Its nodes and policies must be there."""
    buckets: tuple[Bucket, ...] = ()
