"""A finished snapshot of one account in an organization, written to disk."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from audit.model.snapshot import AccountSummary, Gap, GapReason, Manifest, SnapshotFile
from audit.snapshot.layout import (
    AUTHORIZATION_DETAILS,
    EVIDENCE_FILES,
    ORGANIZATION_POLICIES,
    ORGANIZATION_TREE,
)
from audit.snapshot.window import parse_window
from audit.snapshot.writer import canonical, write_file, write_manifest
from tests.cli.evidence import ACCOUNT, allow, policy

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
FULL = policy(allow("*"))


def organized(folder: Path, details: dict[str, Any], *scps: dict[str, Any], **tree: Any) -> Path:
    """Write the snapshot; `scps` are attached to the account itself, and the root has FullAWSAccess."""
    contents = {
        AUTHORIZATION_DETAILS.path(ACCOUNT): json.dumps(details).encode(),
        ORGANIZATION_TREE.path(""): _tree(len(scps), tree),
        ORGANIZATION_POLICIES.path(""): canonical(msgspec.to_builtins(_policies(scps))),
    }
    files = tuple(
        SnapshotFile(path=path, sha256=write_file(folder / path, [raw]), rows=1) for path, raw in contents.items()
    )
    gaps = tuple(
        Gap(account_id=ACCOUNT, source=file.source, reason=GapReason.NOT_ASKED, detail="it is not part of the test")
        for file in EVIDENCE_FILES
        if file is not AUTHORIZATION_DETAILS
    )
    manifest = Manifest(
        tool="mturk-audit test",
        window=parse_window("2026-Q3"),
        caller_arn=f"arn:aws:iam::{ACCOUNT}:user/auditor",
        accounts=(AccountSummary(account_id=ACCOUNT),),
        files=files,
        gaps=gaps,
        started_at=MOMENT,
        ended_at=MOMENT,
    )
    write_manifest(folder, manifest)
    return folder


def _tree(count: int, changes: dict[str, Any]) -> bytes:
    nodes = (
        OrganizationNode(id="r-ab12", type=NodeType.ROOT, name="Root", scp_ids=("p-0",)),
        OrganizationNode(
            id=ACCOUNT,
            type=NodeType.ACCOUNT,
            parent_id="r-ab12",
            scp_ids=tuple(f"p-{number}" for number in range(1, count + 1)),
        ),
    )
    values: dict[str, Any] = {"id": "o-a1", "management_account_id": "444455556666", "nodes": nodes}
    value: dict[str, Any] = msgspec.to_builtins(Organization(**(values | {"scps_enabled": True} | changes)))
    del value["policies"]
    return canonical(value)


def _policies(scps: tuple[dict[str, Any], ...]) -> tuple[ControlPolicy, ...]:
    return tuple(
        ControlPolicy(
            id=f"p-{number}",
            arn=f"arn:aws:organizations::444455556666:policy/o-a1/service_control_policy/p-{number}",
            name=f"guard-{number}",
            type="SERVICE_CONTROL_POLICY",
            document=json.dumps(document),
        )
        for number, document in enumerate((FULL, *scps))
    )
