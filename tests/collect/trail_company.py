"""An account whose calls CloudTrail has recorded: in its event history, in a trail's bucket, and under a table."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from audit.demo.account import Account, Bucket, Company, StoredObject, TrailRecord, TrailSource
from audit.demo.athena_table import Table
from audit.model.last_access import AccessKeyUse, CredentialUse, ServiceLastAccess
from audit.snapshot.authorization import AuthorizationDetails, InlinePolicy, RoleDetail, UserDetail
from audit.snapshot.window import window_between
from tests.demo.building import ACCOUNT, NOW, busy_marketplace, company
from tests.unit.cloudtrail.records import record

WINDOW = window_between("2026-09-21", "2026-09-25")
FIRST = WINDOW.since
DELIVERED_AFTER = timedelta(minutes=7)
"""Between a call and the file that has its record."""
LONG_AGO = datetime(2024, 2, 3, tzinfo=UTC)
BUCKET = "example-trail"
PREFIX = "audit/logs"
PLACE = f"s3://{BUCKET}/{PREFIX}"
TRAIL = TrailSource(name="all", owner_account_id=ACCOUNT, bucket=BUCKET, prefix=PREFIX, started_at=LONG_AGO)
TABLE = Table(
    database="audit",
    name="trail",
    location=f"{PLACE}/AWSLogs/${{account}}/CloudTrail/us-east-1/${{day}}",
    partitions=("account", "day"),
)
USER = f"arn:aws:iam::{ACCOUNT}:user/payer"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/finance/payroll"


def call(number: int, at: datetime, **changes: Any) -> TrailRecord:
    """One call to Mechanical Turk in the account; `changes` replace members of the record."""
    identity = {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLEPAYROLL001:maria.keller@example.com",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/payroll/maria.keller@example.com",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLEPAYROLL01",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLEPAYROLL001",
                "arn": ROLE,
                "accountId": ACCOUNT,
                "userName": "payroll",
            },
            "sourceIdentity": "mkeller",
            "attributes": {"creationDate": "2026-09-20T07:00:00Z", "mfaAuthenticated": "true"},
        },
    }
    fields = record(
        eventID=f"00000000-0000-4000-8000-{number:012}",
        eventTime=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        recipientAccountId=ACCOUNT,
        userIdentity=identity,
        eventCategory=...,
        managementEvent=...,
        **changes,
    )
    return TrailRecord(
        event_id=fields["eventID"],
        at=at,
        name=fields["eventName"],
        source=fields["eventSource"],
        read_only=fields["readOnly"],
        user_name="maria.keller@example.com",
        record=msgspec.Raw(msgspec.json.encode(fields)),
    )


def other(number: int, at: datetime) -> TrailRecord:
    """A call to another service."""
    return call(number, at, eventSource="s3.amazonaws.com", eventName="GetObject", readOnly=True)


CALLS = (
    *(call(number, FIRST + timedelta(minutes=number)) for number in range(1, 8)),
    call(20, FIRST + timedelta(hours=5), eventName="ListHITs", requestParameters={"maxResults": 100}, readOnly=True),
    call(21, FIRST + timedelta(days=2), errorCode="AccessDenied", errorMessage="not authorized"),
    call(
        22,
        FIRST + timedelta(days=2, hours=1),
        tlsDetails={"clientProvidedHostHeader": "mturk-requester-sandbox.us-east-1.amazonaws.com"},
    ),
    call(23, FIRST + timedelta(days=3, hours=23, minutes=58)),
)
OUTSIDE = (call(30, FIRST - timedelta(seconds=1)), call(31, WINDOW.until))
OTHERS = tuple(other(40 + day, FIRST + timedelta(days=day, hours=6)) for day in range(4))
RECORDS = (*CALLS, *OUTSIDE, *OTHERS)


def stored(records: Iterable[TrailRecord], *, organization: str = "") -> tuple[StoredObject, ...]:
    """Log files with three records each, under the day of their delivery: minutes after the call."""
    by_day: dict[str, list[TrailRecord]] = {}
    for each in records:
        by_day.setdefault(f"{each.at + DELIVERED_AFTER:%Y/%m/%d}", []).append(each)
    return tuple(
        log_file(f"{day}/{number}", found[start : start + 3], organization=organization)
        for day, found in by_day.items()
        for number, start in enumerate(range(0, len(found), 3))
    )


def log_file(name: str, records: Iterable[TrailRecord], *, organization: str = "") -> StoredObject:
    """`name`: day and number, `2026/09/21/1`."""
    body = b'{"Records":[' + b",".join(bytes(each.record) for each in records) + b"]}"
    above = f"{organization}/" if organization else ""
    key = f"{PREFIX}/AWSLogs/{above}{ACCOUNT}/CloudTrail/us-east-1/{name}.json.gz"
    return StoredObject(key=key, body=gzip.compress(body, mtime=0), modified_at=NOW)


def bucket(objects: Iterable[StoredObject]) -> Bucket:
    return Bucket(name=BUCKET, account_id=ACCOUNT, objects=tuple(objects))


def trail_company(
    *, records: tuple[TrailRecord, ...] = RECORDS, objects: Iterable[StoredObject] | None = None, **changes: Any
) -> Company:
    """One account with a user and a role that may pay, and a user who may not; `changes` of the account."""
    pay = msgspec.Raw(
        b'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"mechanicalturk:Send*","Resource":"*"}}'
    )
    read = msgspec.Raw(b'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}')
    everything = msgspec.Raw(
        b'{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}}'
    )
    trust = msgspec.Raw(b'{"Version":"2012-10-17","Statement":[]}')
    details = AuthorizationDetails(
        user_detail_list=tuple(
            UserDetail(
                user_name=name,
                arn=f"arn:aws:iam::{ACCOUNT}:user/{name}",
                user_id=f"AIDA{name.upper()}",
                create_date="2024-02-03T04:05:06Z",
                user_policy_list=(InlinePolicy("own", document),),
            )
            for name, document in (("auditor", read), ("payer", pay))
        ),
        group_detail_list=(),
        role_detail_list=(
            RoleDetail(
                role_name="payroll",
                arn=ROLE,
                path="/finance/",
                role_id="AROAEXAMPLEPAYROLL001",
                create_date="2024-02-03T04:05:06Z",
                assume_role_policy_document=trust,
                role_policy_list=(InlinePolicy("own", everything),),
            ),
        ),
        policies=(),
    )
    account = Account(
        account_id=ACCOUNT,
        alias="example",
        authorization=details,
        collector="auditor",
        marketplace=busy_marketplace(hits=1, bonuses=1),
        records=records,
        trails=(TRAIL,),
        last_accesses=(
            ServiceLastAccess(principal_arn=ROLE, service="mechanicalturk", last_attempt_at=FIRST, region="us-east-1"),
        ),
        credentials=(
            CredentialUse(
                principal_arn=USER,
                name="payer",
                keys=(AccessKeyUse(number=1, active=True, last_used_at=FIRST, last_used_service="mturk-requester"),),
            ),
        ),
    )
    account = msgspec.structs.replace(account, **changes)
    return company(account, buckets=(bucket(stored(records) if objects is None else objects),))
