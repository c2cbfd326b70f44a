"""A finished snapshot made by hand, for the reader to read and the tests to damage."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from audit.model.snapshot import AccountSummary, Gap, Manifest, SnapshotFile
from audit.snapshot.layout import (
    ACCOUNT_ALIASES,
    ACCOUNT_BALANCE,
    AUTHORIZATION_DETAILS,
    BONUS_PAYMENTS,
    CALLER_IDENTITY,
    HITS,
    WORKER_BLOCKS,
    EvidenceFile,
)
from audit.snapshot.window import parse_window
from audit.snapshot.writer import write_file, write_manifest

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/payer"
STARTED = datetime(2026, 10, 1, 8, tzinfo=UTC)


def authorization(**changes: Any) -> dict[str, Any]:
    """The answer of GetAccountAuthorizationDetails for an account with one user."""
    lists: dict[str, Any] = {
        "UserDetailList": [{"UserName": "payer", "Arn": USER}],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
        "IsTruncated": False,
    }
    return lists | changes


CONTENTS: dict[EvidenceFile, bytes] = {
    CALLER_IDENTITY: b'{"Account":"111122223333"}\n',
    ACCOUNT_ALIASES: b'{"AccountAliases":["example-company"]}\n',
    AUTHORIZATION_DETAILS: msgspec.json.encode(authorization()),
    ACCOUNT_BALANCE: b'{"AvailableBalance":"10.50","OnHoldBalance":"0.00"}\n',
    HITS: b'{"HITId":"3HIT1","CreationTime":"2026-07-01T00:00:00Z","Title":"Label","Reward":"0.05"}\n'
    b'{"HITId":"3HIT2"}\n',
    BONUS_PAYMENTS: b'{"HITId":"3HIT1","AssignmentId":"3A1","WorkerId":"AW1","BonusAmount":"1.50",'
    b'"GrantTime":"2026-07-02T00:00:00Z","Reason":"good"}\n',
    WORKER_BLOCKS: b'{"WorkerId":"AW9","Reason":"spam"}\n',
}


def manifest_of(folder: Path, contents: dict[EvidenceFile, bytes], gaps: tuple[Gap, ...] = ()) -> Manifest:
    """Write the files and return the manifest that goes with them."""
    files = tuple(
        SnapshotFile(
            path=file.path(ACCOUNT), sha256=write_file(folder / file.path(ACCOUNT), [raw]), rows=raw.count(b"\n")
        )
        for file, raw in contents.items()
    )
    return Manifest(
        tool="mturk-audit test",
        window=parse_window("2026-Q3"),
        caller_arn=f"arn:aws:iam::{ACCOUNT}:user/auditor",
        accounts=(AccountSummary(account_id=ACCOUNT, alias="example-company"),),
        files=files,
        gaps=gaps,
        started_at=STARTED,
        ended_at=STARTED,
    )


def snapshot(folder: Path, contents: dict[EvidenceFile, bytes] | None = None) -> Path:
    """Write a whole snapshot to `folder`."""
    write_manifest(folder, manifest_of(folder, CONTENTS if contents is None else contents))
    return folder
