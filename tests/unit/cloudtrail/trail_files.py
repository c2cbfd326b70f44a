"""A trail's log files, laid out as CloudTrail does."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.unit.cloudtrail.records import ACCOUNT

OTHER = {"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventID": "other", "readOnly": True}


def log_file(records: Sequence[dict[str, Any]]) -> bytes:
    """One file as it lies in the bucket."""
    return gzip.compress(msgspec.json.encode({"Records": records}), mtime=0)


def put(
    root: Path,
    day: str,
    raw: bytes,
    *,
    number: int = 1,
    account: str = ACCOUNT,
    above: str = "",
    kind: str = "CloudTrail",
) -> Path:
    """Write a file under `day`, `2026-07-02`; `above` is the prefix and organization, each with a slash behind it."""
    prefix, _, organization = above.rpartition("|")
    folder = root / prefix / "AWSLogs" / organization / account / kind / "us-east-1" / day.replace("-", "/")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{account}_{kind}_us-east-1_{day.replace('-', '')}T0005Z_{number:016d}.json.gz"
    path.write_bytes(raw)
    return path
