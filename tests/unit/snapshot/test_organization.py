"""Reading the organization's two files: whole, only the tree, and damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from audit.model.snapshot import GapReason, SnapshotFile
from audit.snapshot.content import Snapshot
from audit.snapshot.layout import ORGANIZATION_POLICIES, ORGANIZATION_TREE, EvidenceFile
from audit.snapshot.organization import decode_policies, decode_tree
from audit.snapshot.reader import open_input, read_manifest
from audit.snapshot.writer import canonical, write_file, write_manifest
from tests.unit.snapshot.sample import ACCOUNT, snapshot

ROOT = OrganizationNode(id="r-ab12", type=NodeType.ROOT, name="Root", scp_ids=("p-FullAWSAccess",))
MEMBER = OrganizationNode(id=ACCOUNT, type=NodeType.ACCOUNT, parent_id="r-ab12", status="ACTIVE", scp_ids=("p-1",))
POLICY = ControlPolicy(
    id="p-1",
    arn="arn:aws:organizations::444455556666:policy/o-a1/service_control_policy/p-1",
    name="no-bonus",
    type="SERVICE_CONTROL_POLICY",
    document='{"Version": "2012-10-17", "Statement": []}',
)
TREE = Organization(id="o-a1", management_account_id="444455556666", nodes=(ROOT, MEMBER), scps_enabled=True)


def tree_file(tree: Organization) -> bytes:
    """As a collection writes it: the record without its policies."""
    value: dict[str, Any] = msgspec.to_builtins(tree)
    del value["policies"]
    return canonical(value)


def policies_file(*policies: ControlPolicy) -> bytes:
    return canonical(msgspec.to_builtins(policies))


def organized(folder: Path, contents: dict[EvidenceFile, bytes]) -> Path:
    """The sample snapshot with files of the organization."""
    snapshot(folder)
    manifest, _ = read_manifest(folder)
    files = [
        SnapshotFile(path=file.path(""), sha256=write_file(folder / file.path(""), [raw]), rows=1)
        for file, raw in contents.items()
    ]
    write_manifest(folder, msgspec.structs.replace(manifest, files=(*manifest.files, *files)))
    return folder


def read(folder: Path, contents: dict[EvidenceFile, bytes]) -> Snapshot:
    return open_input(organized(folder, contents))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    contents = {ORGANIZATION_TREE: tree_file(TREE), ORGANIZATION_POLICIES: policies_file(POLICY)}
    found = read(tmp_path / "snapshot", contents)
    assert found.organization == msgspec.structs.replace(TREE, policies=(POLICY,))
    assert found.organization is not None
    assert found.organization.path(ACCOUNT) == (ROOT, MEMBER)
    assert found.gaps == ()


def test_a_tree_without_policies_says_that_they_are_not_known(tmp_path: Path) -> None:
    found = read(tmp_path / "snapshot", {ORGANIZATION_TREE: tree_file(TREE)})
    assert found.organization == TREE
    assert TREE.policies is None


def test_an_account_outside_any_organization_is_told_from_one_that_was_not_asked_about(tmp_path: Path) -> None:
    outside = read(tmp_path / "outside", {ORGANIZATION_TREE: tree_file(Organization())}).organization
    assert outside is not None
    assert not outside.in_use
    assert open_input(snapshot(tmp_path / "not-asked")).organization is None


@pytest.mark.parametrize("file", [ORGANIZATION_TREE, ORGANIZATION_POLICIES], ids=lambda file: file.name)
@pytest.mark.parametrize("damage", [b"", b"[", b'"text"', b'{"nodes": 7}', b"7", b"[[]]"])
def test_a_damaged_file_is_a_gap_and_not_used(tmp_path: Path, file: EvidenceFile, damage: bytes) -> None:
    contents = {ORGANIZATION_TREE: tree_file(TREE), ORGANIZATION_POLICIES: policies_file(POLICY), file: damage}
    found = read(tmp_path / "snapshot", contents)
    assert [(gap.account_id, gap.source, gap.reason) for gap in found.gaps] == [("", file.source, GapReason.UNREADABLE)]
    assert found.organization == (None if file is ORGANIZATION_TREE else TREE)


def test_a_file_that_was_changed_is_a_gap_and_not_used(tmp_path: Path) -> None:
    contents = {ORGANIZATION_TREE: tree_file(TREE), ORGANIZATION_POLICIES: policies_file(POLICY)}
    folder = organized(tmp_path / "snapshot", contents)
    (folder / ORGANIZATION_POLICIES.path("")).write_bytes(policies_file())
    found = open_input(folder)
    assert [gap.source for gap in found.gaps] == [ORGANIZATION_POLICIES.source]
    assert found.organization == TREE


def test_the_files_are_decoded_into_records() -> None:
    assert decode_tree(tree_file(TREE)) == TREE
    assert decode_policies(policies_file(POLICY, POLICY)) == (POLICY, POLICY)
