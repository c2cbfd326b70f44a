"""The log files of an organization's trail as CloudTrail lays them out, with digests and insights beside them.

    prefix/AWSLogs/o-f3rnh1llpc/111122223333/CloudTrail/us-east-1/2026/07/01/111122223333_CloudTrail_us-east-1_….json.gz

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from audit.demo.account import StoredObject, TrailRecord
from audit.demo.identifiers import file_suffix
from audit.demo.trail_call import MTURK, MadeCall, record_of
from audit.demo.trail_plan import Cast, FilePlan

REGION = "us-east-1"
_DELIVERY = timedelta(minutes=7)
"""After a call its record is in a file; the file lies under the day of its delivery."""
_NOISE = (
    ("sts.amazonaws.com", "AssumeRole"),
    ("kms.amazonaws.com", "Decrypt"),
    ("ec2.amazonaws.com", "DescribeInstances"),
)


class TrailFolder(msgspec.Struct, frozen=True, kw_only=True):
    """Where the files of one account lie."""

    prefix: str
    organization_id: str
    account_id: str

    def key(self, kind: str, day: date, name: str, region: str = REGION) -> str:
        """`kind`: CloudTrail, CloudTrail-Digest or CloudTrail-Insight."""
        folder = f"{self.prefix}/AWSLogs/{self.organization_id}/{self.account_id}"
        return f"{folder}/{kind}/{region}/{day:%Y/%m/%d}/{self.account_id}_{kind}_{region}_{name}.json.gz"


def log_files(
    folder: TrailFolder, records: Iterable[TrailRecord], plan: FilePlan, *, first: date, last: date
) -> Iterator[StoredObject]:
    """The files of each day from `first` to `last`, some of a day in a second file."""
    by_day: defaultdict[date, list[TrailRecord]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.at, record.event_id)):
        by_day[(record.at + _DELIVERY).date()].append(record)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day not in plan.missing_days:
            yield from _of_day(folder, day, by_day[day], plan)


def _of_day(folder: TrailFolder, day: date, records: Sequence[TrailRecord], plan: FilePlan) -> Iterator[StoredObject]:
    noon = datetime.combine(day, time(12), UTC)
    morning = [record for record in records if record.at < noon]
    evening = [record for record in records if record.at >= noon]
    yield _file(folder, day, "1205", [*_noise(folder.account_id, day), *morning])
    if evening:
        yield _file(folder, day, "2355", evening)
    if day in plan.repeated_days:
        yield _file(folder, day, "2356", [record for record in records if record.source == MTURK])
    if day in plan.damaged_days:
        whole = _file(folder, day, "2357", list(_noise(folder.account_id, day, 20)))
        yield msgspec.structs.replace(whole, body=whole.body[: len(whole.body) // 2])
    if day.day == 1:
        yield _digest(folder, day)
    if day.day == 15:
        yield _insight(folder, day)
        yield _file(folder, day, "1205", list(_noise(folder.account_id, day)), region="eu-west-1")


def _file(
    folder: TrailFolder, day: date, hour: str, records: Sequence[TrailRecord], region: str = REGION
) -> StoredObject:
    name = f"{day:%Y%m%d}T{hour}Z_{file_suffix(folder.account_id, day, hour, region)}"
    body = b'{"Records":[' + b",".join(bytes(record.record) for record in records) + b"]}"
    return _stored(folder.key("CloudTrail", day, name, region), body, day)


def _digest(folder: TrailFolder, day: date) -> StoredObject:
    content = {"awsAccountId": folder.account_id, "digestStartTime": f"{day}T00:00:00Z", "logFiles": []}
    name = f"fernhill-organization_{REGION}_{day:%Y%m%d}T010000Z"
    return _stored(folder.key("CloudTrail-Digest", day, name), msgspec.json.encode(content), day)


def _insight(folder: TrailFolder, day: date) -> StoredObject:
    """It counts calls, names their source, and is no call."""
    record = {
        "eventVersion": "1.09",
        "eventTime": f"{day}T09:00:00Z",
        "awsRegion": REGION,
        "eventID": file_suffix(folder.account_id, day, "insight"),
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": folder.account_id,
        "insightDetails": {"state": "Start", "eventSource": MTURK, "eventName": "SendBonus"},
        "eventCategory": "Insight",
    }
    name = f"{day:%Y%m%d}T0915Z_{file_suffix(folder.account_id, day, 'insight file')}"
    body = msgspec.json.encode({"Records": [record]})
    return _stored(folder.key("CloudTrail-Insight", day, name), body, day)


def _stored(key: str, body: bytes, day: date) -> StoredObject:
    delivered_at = datetime.combine(day, time(23, 59), UTC)
    return StoredObject(key=key, body=gzip.compress(body, compresslevel=6, mtime=0), modified_at=delivered_at)


def _noise(account_id: str, day: date, more: int = 0) -> Iterator[TrailRecord]:
    """Calls to other services, as most of a log is."""
    by = Cast(principal="role/DataPlatform", session="nightly", source_ip="10.0.4.12")
    for number in range(2 + more):
        source, action = _NOISE[(day.toordinal() + number) % len(_NOISE)]
        at = datetime.combine(day, time(4, number), UTC)
        call = MadeCall(key=f"noise/{day}/{more}/{number}", at=at, action=action, by=by, source=source)
        yield record_of(call, account_id)
