"""Invented log files of a trail: `python -m benchmarks.trail.generate FOLDER BYTES`, the same ones every time.

One file in fifty holds events of Mechanical Turk. A file has about 700 records of other services, as a busy account's.
"""

from __future__ import annotations

import random
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

ACCOUNT = "111122223333"
FIRST = date(2026, 7, 1)
DAYS = 92
RECORDS = 700
ONE_IN = 50
"""Files, of which one has events of Mechanical Turk."""
SOURCES = ("s3", "sts", "kms", "ec2", "lambda", "logs", "monitoring", "dynamodb", "sqs", "iam")
NAMES = ("GetObject", "AssumeRole", "Decrypt", "DescribeInstances", "ListFunctions", "PutLogEvents", "GetItem")

RECORD = (
    '{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROA%(role)sEXAMPLE00:%(session)s",'
    '"arn":"arn:aws:sts::111122223333:assumed-role/service-%(role)s/%(session)s","accountId":"111122223333",'
    '"accessKeyId":"ASIA%(key)s","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA%(role)sEXAMPLE00",'
    '"arn":"arn:aws:iam::111122223333:role/service/service-%(role)s","accountId":"111122223333",'
    '"userName":"service-%(role)s"},"attributes":{"creationDate":"%(day)sT00:00:00Z","mfaAuthenticated":"false"}}},'
    '"eventTime":"%(day)sT%(hour)02d:%(minute)02d:00Z","eventSource":"%(source)s.amazonaws.com","eventName":"%(name)s",'
    '"awsRegion":"us-east-1","sourceIPAddress":"10.%(a)d.%(b)d.%(c)d",'
    '"userAgent":"aws-sdk-java/2.25.60 Linux/5.10.0 OpenJDK_64-Bit_Server_VM/17.0.11",'
    '"requestParameters":{"workerId":"A1%(key)s","bonusAmount":"1.50","assignmentId":"3%(id)s","key":"%(session)s"},'
    '"responseElements":null,"requestID":"%(id)s","eventID":"%(event)s","readOnly":false,"eventType":"AwsApiCall",'
    '"managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management",'
    '"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
    '"clientProvidedHostHeader":"%(source)s.us-east-1.amazonaws.com"}}'
)


class Written(NamedTuple):
    """One file, by its sizes."""

    unpacked: int
    packed: int


def records(number: int, day: str) -> Iterator[str]:
    rng = random.Random(number)
    for index in range(RECORDS):
        turk = number % ONE_IN == 0 and index % 100 == 7
        bits = f"{rng.getrandbits(256):064x}"
        yield RECORD % {
            "role": f"{rng.randrange(40):04}",
            "session": bits[:16],
            "key": bits[16:32].upper(),
            "day": day,
            "hour": index % 24,
            "minute": index % 60,
            "source": "mturk-requester" if turk else rng.choice(SOURCES),
            "name": "SendBonus" if turk else rng.choice(NAMES),
            "a": rng.randrange(256),
            "b": rng.randrange(256),
            "c": rng.randrange(256),
            "id": bits[32:48],
            "event": bits[28:60],
        }


def write_file(folder: Path, number: int) -> Written:
    """Write file `number`; they go round the days of the quarter."""
    day = FIRST + timedelta(days=number % DAYS)
    raw = ('{"Records":[' + ",".join(records(number, day.isoformat())) + "]}").encode()
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    packed = packer.compress(raw) + packer.flush()
    place = folder / "AWSLogs" / ACCOUNT / "CloudTrail" / "us-east-1" / f"{day:%Y/%m/%d}"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{ACCOUNT}_CloudTrail_us-east-1_{day:%Y%m%d}T0005Z_{number:016d}.json.gz").write_bytes(packed)
    return Written(len(raw), len(packed))


def main() -> None:
    folder, wanted = Path(sys.argv[1]), int(sys.argv[2])
    one = len("".join(records(1, FIRST.isoformat())))
    with ProcessPoolExecutor() as pool:
        sizes = list(pool.map(partial(write_file, folder), range(wanted // one + 1), chunksize=16))
    print(
        f"{len(sizes)} files, {sum(size.unpacked for size in sizes)} bytes, {sum(size.packed for size in sizes)} packed"
    )


if __name__ == "__main__":
    main()
