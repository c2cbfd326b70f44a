"""Small companies for the tests, and clients that speak to them as any program would."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import boto3
import msgspec
from botocore.config import Config

from audit.demo.account import (
    Account,
    Assignment,
    Bucket,
    Company,
    Marketplace,
    PublishedHit,
    StoredObject,
    TrailRecord,
)
from audit.demo.server import LocalAws
from audit.model.activity import BonusPayment, WorkerBlock
from audit.model.organization import Organization
from audit.snapshot.authorization import AuthorizationDetails, UserDetail

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
ACCOUNT = "222233334444"
OTHER = "333344445555"
UNLINKED = "444400001111"


def hit(number: int, *, expires_at: datetime = NOW - timedelta(days=1)) -> PublishedHit:
    """The HIT `3HIT…number`, published 30 days before it ends."""
    return PublishedHit(
        hit_id=f"3HIT{number:05}",
        hit_type_id="3TYPE",
        hit_group_id="3GROUP",
        title=f"Picture {number}",
        description="Look at it.",
        keywords="image",
        reward=Decimal("0.1"),
        created_at=expires_at - timedelta(days=30, minutes=number),
        expires_at=expires_at,
        max_assignments=2,
    )


def assignment(number: int, of: PublishedHit, worker: str = "AWORKER1") -> Assignment:
    return Assignment(assignment_id=f"3WORK{number:05}", hit_id=of.hit_id, worker_id=worker, submitted_at=of.created_at)


def bonus(of: Assignment, number: int = 0) -> BonusPayment:
    """A bonus of 1.50 on an assignment, `number` minutes before NOW."""
    return BonusPayment(
        hit_id=of.hit_id,
        assignment_id=of.assignment_id,
        worker_id=of.worker_id,
        amount=Decimal("1.5"),
        reason=f"bonus {number}",
        granted_at=NOW - timedelta(minutes=number),
    )


def authorization(account_id: str) -> AuthorizationDetails:
    """One user, `auditor`, with nothing."""
    user = UserDetail(
        user_name="auditor",
        arn=f"arn:aws:iam::{account_id}:user/auditor",
        user_id="AIDAEXAMPLEAUDITOR000",
        create_date="2024-02-03T04:05:06Z",
    )
    return AuthorizationDetails(user_detail_list=(user,), group_detail_list=(), role_detail_list=(), policies=())


def account(
    account_id: str = ACCOUNT,
    marketplace: Marketplace | None = None,
    details: AuthorizationDetails | None = None,
    alias: str = "",
) -> Account:
    return Account(
        account_id=account_id,
        alias=alias,
        authorization=details or authorization(account_id),
        collector="auditor",
        marketplace=marketplace,
    )


def company(*accounts: Account, organization: Organization | None = None, buckets: tuple[Bucket, ...] = ()) -> Company:
    return Company(name="Small & Co", as_of=NOW, accounts=accounts, organization=organization, buckets=buckets)


def trail_record(number: int, at: datetime, *, name: str = "SendBonus", **fields: Any) -> TrailRecord:
    """An event as CloudTrail keeps it; `fields` are further members of its record."""
    event_id = f"00000000-0000-4000-8000-{number:012}"
    record = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/payer", "userName": "payer"},
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "mturk-requester.amazonaws.com",
        "eventName": name,
        "eventID": event_id,
        "readOnly": name.startswith(("Get", "List")),
        **fields,
    }
    return TrailRecord(
        event_id=event_id,
        at=at,
        name=name,
        source=record["eventSource"],
        read_only=record["readOnly"],
        user_name="payer",
        access_key_id="AKIAEXAMPLEPAYER0000",
        record=msgspec.Raw(msgspec.json.encode(record)),
    )


def log_file(key: str, *records: TrailRecord) -> StoredObject:
    """A log file of CloudTrail."""
    body = b'{"Records":[' + b",".join(bytes(record.record) for record in records) + b"]}"
    return StoredObject(key=key, body=gzip.compress(body, mtime=0), modified_at=NOW)


def busy_marketplace(*, hits: int = 7, bonuses: int = 5) -> Marketplace:
    """HITs that have ended, of which the first has two assignments and `bonuses` bonuses on one of them."""
    published = tuple(hit(number) for number in range(hits))
    done = (assignment(1, published[0]), assignment(2, published[0], "AWORKER2"))
    return Marketplace(
        available=Decimal(100),
        hits=published,
        assignments=done,
        payments=tuple(bonus(done[0], number) for number in reversed(range(bonuses))),
        blocks=tuple(WorkerBlock(worker_id=f"ABAD{number}", reason=f"reason {number}") for number in range(3)),
    )


@cache
def _session() -> boto3.Session:
    """One for all tests: it reads a service's model once."""
    return boto3.Session()


@contextmanager
def clients(aws: LocalAws, account_id: str = ACCOUNT) -> Iterator[Clients]:
    """boto3 clients of an account, closed at the end; they retry nothing, so that a test sees every answer."""
    with ExitStack() as stack:
        yield Clients(aws, account_id, stack)


class Clients:
    """Makes boto3's clients when they are asked for."""

    def __init__(self, aws: LocalAws, account_id: str, stack: ExitStack) -> None:
        self._settings = aws.environment(account_id)
        self._stack = stack

    def make(
        self,
        service: str,
        *,
        region: str = "us-east-1",
        key: str | None = None,
        session: Mapping[str, Any] | None = None,
        read_timeout: float = 10,
    ) -> Any:
        """A client of `service`; untyped, since the tests go through many services. `session`: AssumeRole's answer."""
        create: Any = _session().client
        client = create(
            service,
            region_name=region,
            endpoint_url=self._settings["AWS_ENDPOINT_URL"],
            aws_access_key_id=session["AccessKeyId"] if session else key or self._settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=(session or {}).get("SecretAccessKey", self._settings["AWS_SECRET_ACCESS_KEY"]),
            aws_session_token=session["SessionToken"] if session else None,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=read_timeout, max_pool_connections=32),
        )
        self._stack.callback(client.close)
        return client

    @property
    def mturk(self) -> Any:
        return self.make("mturk")

    @property
    def iam(self) -> Any:
        return self.make("iam")

    @property
    def sts(self) -> Any:
        return self.make("sts")


def raw(text: str) -> msgspec.Raw:
    """A policy document as it stands in a file."""
    return msgspec.Raw(text.encode())
