"""Where in S3 a trail puts its log files: `s3://bucket/prefix`, with or without `AWSLogs` behind it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from audit.cloudtrail.layout import ROOT
from audit.model.error import InputError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9!_.*()/ =@:+,-]*")
"""What a trail's prefix may be made of, and nothing that a query could be ended with."""


class Place(NamedTuple):
    """A bucket, and the trail's prefix in it without slashes at its ends; empty: none."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def key(self, path: str) -> str:
        """The key of something below the prefix."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def below(self, key: str) -> str:
        """The path of a key below the prefix."""
        return key.removeprefix(f"{self.prefix}/") if self.prefix else key


def parse_place(text: str) -> Place:
    """Read `s3://bucket/prefix`; what stands from `AWSLogs` on is the same for each trail and left out.

    Raises InputError where it is no such address.
    """
    bucket, _, path = text.removeprefix("s3://").partition("/")
    if not text.startswith("s3://") or not _BUCKET.fullmatch(bucket) or not _PREFIX.fullmatch(path):
        raise InputError(f"`{text}` is no place in S3; write it like s3://example-trail/prefix")
    parts = path.strip("/").split("/")
    return Place(bucket, "/".join(parts[: parts.index(ROOT)] if ROOT in parts else parts))
