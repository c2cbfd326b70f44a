"""Unmodified boto3 against S3: listing in pages and by delimiter, and reading objects whole and in part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from audit.demo.account import Bucket, StoredObject
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import LocalAws, local_aws
from tests.demo.building import ACCOUNT, NOW, OTHER, account, clients, company

KEYS = [f"p/AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/07/{day:02}/a b+{day}.json.gz" for day in range(1, 8)]
BUCKET = Bucket(
    name="logs",
    account_id=ACCOUNT,
    objects=(
        *(StoredObject(key=key, body=key.encode(), modified_at=NOW) for key in reversed(KEYS)),
        StoredObject(key="p/AWSLogs/<odd> & key", body=b"x", modified_at=NOW),
        StoredObject(key="other", body=b"", modified_at=NOW),
    ),
)
LIST = "s3:ListObjectsV2"


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws(company(account(), account(OTHER), buckets=(BUCKET,))) as running:
        yield running


@pytest.fixture
def s3(aws: LocalAws) -> Iterator[Any]:
    with clients(aws) as made:
        yield made.make("s3")


def test_keys_come_sorted_page_by_page(aws: LocalAws, s3: Any) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="logs", PaginationConfig={"PageSize": 4})
    found = [row["Key"] for page in pages for row in page.get("Contents", ())]
    assert found == sorted(["other", "p/AWSLogs/<odd> & key", *KEYS])
    assert aws.count(LIST) == 3


def test_a_prefix_and_a_delimiter_show_the_next_level(s3: Any) -> None:
    answer = s3.list_objects_v2(
        Bucket="logs", Prefix=f"p/AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/07/", Delimiter="/"
    )
    days = [row["Prefix"][-3:] for row in answer["CommonPrefixes"]]
    assert days == [f"{day:02}/" for day in range(1, 8)]
    assert "Contents" not in answer
    nothing = s3.list_objects_v2(Bucket="logs", Prefix="nowhere/")
    assert (nothing["KeyCount"], nothing["IsTruncated"]) == (0, False)
    after = s3.list_objects_v2(Bucket="logs", Prefix="p/", StartAfter=KEYS[5])
    assert [row["Key"] for row in after["Contents"]] == [KEYS[6], "p/AWSLogs/<odd> & key"]


def test_an_object_is_read_whole_and_in_part(s3: Any) -> None:
    whole = s3.get_object(Bucket="logs", Key=KEYS[0])
    assert whole["Body"].read() == KEYS[0].encode()
    assert whole["LastModified"] == NOW
    assert s3.get_object(Bucket="logs", Key=KEYS[0], Range="bytes=2-5")["Body"].read() == KEYS[0].encode()[2:6]
    head = s3.head_object(Bucket="logs", Key=KEYS[0])
    assert head["ContentLength"] == len(KEYS[0])
    assert s3.get_object(Bucket="logs", Key="p/AWSLogs/<odd> & key")["Body"].read() == b"x"


def test_what_is_not_there_or_not_permitted_is_refused(aws: LocalAws, s3: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="logs", Key="missing")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket="missing")
    with pytest.raises(ClientError, match="NotImplemented"):
        s3.put_object(Bucket="logs", Key="new", Body=b"")
    with clients(aws, OTHER) as others, pytest.raises(ClientError, match="AccessDenied"):
        others.make("s3").list_objects_v2(Bucket="logs")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.THROTTLED, "SlowDown"),
        (Fault.SERVER_ERROR, "InternalError"),
        (Fault.ACCESS_DENIED, "AccessDenied"),
        (Fault.EXPIRED_CREDENTIALS, "ExpiredToken"),
    ],
)
def test_faults_have_the_codes_of_s3(fault: Fault, code: str) -> None:
    plan = FaultPlan([Planned(operation="s3:GetObject", fault=fault)])
    with local_aws(company(account(), buckets=(BUCKET,)), faults=plan) as aws, clients(aws) as made:
        with pytest.raises(ClientError) as error:
            made.make("s3").get_object(Bucket="logs", Key="other")
        assert error.value.response["Error"]["Code"] == code


def test_faults_of_paging_are_acted_out_by_the_listing() -> None:
    plan = FaultPlan(
        [
            Planned(operation=LIST, fault=Fault.EMPTY_PAGE, after=0),
            Planned(operation=LIST, fault=Fault.REPEATED_TOKEN, after=2),
        ]
    )
    with local_aws(company(account(), buckets=(BUCKET,)), faults=plan) as aws, clients(aws) as made:
        s3 = made.make("s3")
        empty = s3.list_objects_v2(Bucket="logs", MaxKeys=3)
        assert (empty["KeyCount"], empty["IsTruncated"]) == (0, True)
        first = s3.list_objects_v2(Bucket="logs", MaxKeys=3, ContinuationToken=empty["NextContinuationToken"])
        again = s3.list_objects_v2(Bucket="logs", MaxKeys=3, ContinuationToken=first["NextContinuationToken"])
    assert again["NextContinuationToken"] == first["NextContinuationToken"]
