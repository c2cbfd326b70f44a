"""Where CloudTrail puts the log files of a trail, in a bucket or in a folder that was copied from one.

::

    [prefix/]AWSLogs/[o-exampleorg/]111122223333/CloudTrail/us-east-1/2026/07/02/…_CloudTrail_….json.gz

Mechanical Turk is in us-east-1 only, and so are its events. Digest and Insight files lie beside, in folders of their
own. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

REGION = "us-east-1"
ROOT = "AWSLogs"
LOGS = "CloudTrail"
ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
ACCOUNT_ID = re.compile(r"[0-9]{12}")

_SUFFIXES = (".json.gz", ".json")
_NO_EVENTS = ("CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated")

DELIVERY_LAG = timedelta(days=1)
"""A file lies under the day of its delivery, which is minutes after the call: the day after a window is read too."""


def below_account(account_id: str) -> str:
    """The part of a path that follows `AWSLogs/` or `AWSLogs/o-…/`, without a slash at its end."""
    return f"{account_id}/{LOGS}/{REGION}"


def day_path(day: date) -> str:
    """`2026/07/02`."""
    return f"{day:%Y/%m/%d}"


def is_log_file(name: str) -> bool:
    """Whether a file of this name holds events: no digest, no insights, nothing else that lies about."""
    return name.endswith(_SUFFIXES) and not any(kind in name for kind in _NO_EVENTS)


def days_between(since: datetime, until: datetime) -> tuple[date, ...]:
    """The days, UTC, that the period touches; `until` is not included."""
    return tuple(_days(since.date(), (until - timedelta(microseconds=1)).date())) if since < until else ()


def days_to_read(since: datetime, until: datetime) -> tuple[date, ...]:
    """The days under which files with events of the period can lie."""
    return days_between(since, until + DELIVERY_LAG)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
