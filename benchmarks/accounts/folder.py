"""Invented accounts on disk, as a snapshot: each account's file can also be read by itself."""

from __future__ import annotations

from pathlib import Path

from audit.model.snapshot import AccountSummary, Gap, GapReason, Manifest, SnapshotFile, Window
from audit.snapshot.layout import AUTHORIZATION_DETAILS, EVIDENCE_FILES
from audit.snapshot.writer import write_file, write_manifest
from benchmarks.accounts.account import NOW, account_id, account_json

WINDOW = Window(since=NOW.replace(month=7, day=1), until=NOW.replace(month=10, day=1), label="2026-Q3")


def write_accounts(out: Path, *, roles: int, files: int, seed: int) -> list[Path]:
    """Write `files` accounts with `roles` roles altogether into `out`; return their authorization-details files.

    An account depends on the seed, its position and its own number of roles, and on nothing else. Nothing is held in
    memory but the account's own managed policies.
    """
    if roles < 1 or not 1 <= files <= roles:
        raise ValueError(f"{roles} roles cannot be spread over {files} files; give at least one role a file")
    written, paths, gaps = [], [], []
    for position in range(files):
        share = roles // files + (position < roles % files)
        account = account_id(seed, position)
        path = AUTHORIZATION_DETAILS.path(account)
        digest = write_file(out / path, account_json(share, seed=seed, position=position))
        written.append(SnapshotFile(path=path, sha256=digest, rows=share))
        paths.append(out / path)
        gaps += [
            Gap(account_id=account, source=file.source, reason=GapReason.NOT_ASKED, detail="the account is invented")
            for file in EVIDENCE_FILES
            if file is not AUTHORIZATION_DETAILS
        ]
    manifest = Manifest(
        tool="benchmarks.accounts",
        window=WINDOW,
        caller_arn=f"arn:aws:iam::{account_id(seed, 0)}:root",
        accounts=tuple(AccountSummary(account_id=account_id(seed, position)) for position in range(files)),
        files=tuple(written),
        gaps=tuple(gaps),
        started_at=NOW,
        ended_at=NOW,
    )
    write_manifest(out, manifest)
    return paths
