"""Invented accounts on disk: as a snapshot, or as a folder of saved files, one an account."""

from __future__ import annotations

from pathlib import Path

import msgspec

from audit.model.snapshot import AccountSummary, Gap, GapReason, Manifest, SnapshotFile, Window
from audit.snapshot.layout import (
    AUTHORIZATION_DETAILS,
    EVIDENCE_FILES,
    ORGANIZATION_POLICIES,
    ORGANIZATION_TREE,
    EvidenceFile,
)
from audit.snapshot.writer import canonical, write_file, write_manifest
from benchmarks.accounts.account import NOW, account_id, account_json
from benchmarks.accounts.organization import invent_organization

WINDOW = Window(since=NOW.replace(month=7, day=1), until=NOW.replace(month=10, day=1), label="2026-Q3")


def write_files(out: Path, *, roles: int, files: int, seed: int) -> list[Path]:
    """Write `files` accounts with `roles` roles altogether into `out`, as `<account id>.json`; return the paths.

    An account depends on the seed, its position and its own number of roles, and on nothing else. Nothing is held in
    memory but the account's own managed policies.
    """
    paths = [out / f"{account_id(seed, position)}.json" for position in range(files)]
    for position, share in enumerate(_shares(roles, files)):
        write_file(paths[position], account_json(share, seed=seed, position=position))
    return paths


def write_snapshot(out: Path, *, roles: int, files: int, seed: int) -> list[Path]:
    """Write the same accounts as a snapshot, in an organization; return their authorization-details files."""
    accounts = [account_id(seed, position) for position in range(files)]
    paths = [AUTHORIZATION_DETAILS.path(account) for account in accounts]
    written = [
        SnapshotFile(
            path=paths[position],
            sha256=write_file(out / paths[position], account_json(share, seed=seed, position=position)),
            rows=share,
        )
        for position, share in enumerate(_shares(roles, files))
    ]
    for file, content in _organization(accounts).items():
        digest = write_file(out / file.path(""), [content])
        written.append(SnapshotFile(path=file.path(""), sha256=digest, rows=1))
    manifest = Manifest(
        tool="benchmarks.accounts",
        window=WINDOW,
        caller_arn=f"arn:aws:iam::{accounts[0]}:root",
        accounts=tuple(AccountSummary(account_id=account) for account in accounts),
        files=tuple(written),
        gaps=tuple(gap for account in accounts for gap in _gaps(account)),
        started_at=NOW,
        ended_at=NOW,
    )
    write_manifest(out, manifest)
    return [out / path for path in paths]


def _organization(accounts: list[str]) -> dict[EvidenceFile, bytes]:
    """The files of the organization that bounds them all."""
    organization = invent_organization(accounts)
    tree = msgspec.to_builtins(organization)
    policies = tree.pop("policies")
    return {ORGANIZATION_TREE: canonical(tree), ORGANIZATION_POLICIES: canonical(policies)}


def _shares(roles: int, files: int) -> list[int]:
    if roles < 1 or not 1 <= files <= roles:
        raise ValueError(f"{roles} roles cannot be spread over {files} files; give at least one role a file")
    return [roles // files + (position < roles % files) for position in range(files)]


def _gaps(account: str) -> list[Gap]:
    return [
        Gap(account_id=account, source=file.source, reason=GapReason.NOT_ASKED, detail="the account is invented")
        for file in EVIDENCE_FILES
        if file is not AUTHORIZATION_DETAILS
    ]
