"""Several snapshots as one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from audit.model.error import InputError
from audit.model.organization import Organization
from audit.model.snapshot import AccountSummary, Gap, GapReason, Manifest, SnapshotFile
from audit.snapshot.layout import AUTHORIZATION_DETAILS, ORGANIZATION_TREE
from audit.snapshot.merge import merge_snapshots
from audit.snapshot.reader import open_input, read_manifest
from audit.snapshot.window import parse_window
from audit.snapshot.writer import write_file, write_manifest

EMPTY = b'{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[],"IsTruncated":false}'


def _snapshot(folder: Path, account_id: str, *, day: int = 1, quarter: str = "2026-Q3", ended: bool = True) -> Path:
    path = AUTHORIZATION_DETAILS.path(account_id)
    manifest = Manifest(
        tool="test",
        window=parse_window(quarter),
        caller_arn=f"arn:aws:iam::{account_id}:user/auditor",
        accounts=(AccountSummary(account_id=account_id),),
        files=(SnapshotFile(path=path, sha256=write_file(folder / path, [EMPTY]), rows=0),),
        gaps=(Gap(account_id=account_id, source="mturk:ListHITs", reason=GapReason.DENIED, detail="It was denied."),),
        started_at=datetime(2026, 10, day, tzinfo=UTC),
        ended_at=datetime(2026, 10, day + 1, tzinfo=UTC) if ended else None,
    )
    write_manifest(folder, manifest)
    return folder


def test_the_whole_holds_every_account_file_and_gap(tmp_path: Path) -> None:
    parts = [_snapshot(tmp_path / "b", "222233334444", day=3), _snapshot(tmp_path / "a", "111122223333")]
    merged = merge_snapshots(parts, tmp_path / "all")
    assert [account.account_id for account in merged.accounts] == ["111122223333", "222233334444"]
    assert merged.caller_arn == "arn:aws:iam::111122223333:user/auditor, arn:aws:iam::222233334444:user/auditor"
    assert (merged.started_at.day, merged.ended_at and merged.ended_at.day) == (1, 4)
    assert len(merged.gaps) == 2
    assert read_manifest(tmp_path / "all")[0] == merged
    snapshot = open_input(tmp_path / "all")
    assert [each.authorization is not None for each in snapshot.accounts] == [True, True]


def test_the_order_of_the_parts_does_not_matter(tmp_path: Path) -> None:
    parts = [_snapshot(tmp_path / "a", "111122223333"), _snapshot(tmp_path / "b", "222233334444")]
    forward = merge_snapshots(parts, tmp_path / "forward")
    backward = merge_snapshots(parts[::-1], tmp_path / "backward")
    assert msgspec.json.encode(forward) == msgspec.json.encode(backward)


IN_USE = Organization(id="o-1", management_account_id="111122223333")
WHOLE = msgspec.structs.replace(IN_USE, nodes=(), scps_enabled=True)
DENIED = Gap(account_id="", source=ORGANIZATION_TREE.source, reason=GapReason.DENIED, detail="It was denied.")


def _with_organization(folder: Path, account_id: str, tree: Organization | None, *gaps: Gap) -> Path:
    """A snapshot that also holds what its account knows of the organization."""
    _snapshot(folder, account_id)
    manifest, _ = read_manifest(folder)
    if tree is not None:
        path = ORGANIZATION_TREE.path("")
        file = SnapshotFile(path=path, sha256=write_file(folder / path, [msgspec.json.encode(tree)]), rows=0)
        manifest = msgspec.structs.replace(manifest, files=(*manifest.files, file))
    write_manifest(folder, msgspec.structs.replace(manifest, gaps=gaps))
    return folder


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (WHOLE, IN_USE, WHOLE),
        (IN_USE, WHOLE, WHOLE),
        (Organization(), WHOLE, WHOLE),
        (Organization(), IN_USE, IN_USE),
        (Organization(), Organization(), Organization()),
        (Organization(), None, None),
        (None, None, None),
    ],
)
def test_the_whole_has_the_organization_of_the_part_that_knows_most(
    tmp_path: Path, one: Organization | None, other: Organization | None, expected: Organization | None
) -> None:
    """Being in none is no answer for an account that does not know."""
    parts = [
        _with_organization(
            tmp_path / str(index), account_id, tree, *(() if tree in (WHOLE, Organization()) else (DENIED,))
        )
        for index, (account_id, tree) in enumerate((("111122223333", one), ("222233334444", other)))
    ]
    merged = merge_snapshots(parts, tmp_path / "all")
    assert open_input(tmp_path / "all").organization == expected
    paths = [file.path for file in merged.files]
    assert len(paths) == len(set(paths))
    assert list(merged.gaps) == ([DENIED] if expected in (None, IN_USE) else [])


def test_it_refuses_one_account_twice(tmp_path: Path) -> None:
    parts = [_snapshot(tmp_path / "a", "111122223333"), _snapshot(tmp_path / "b", "111122223333")]
    with pytest.raises(InputError, match="account 111122223333 is in two"):
        merge_snapshots(parts, tmp_path / "all")


def test_it_refuses_different_windows(tmp_path: Path) -> None:
    parts = [_snapshot(tmp_path / "a", "111122223333"), _snapshot(tmp_path / "b", "222233334444", quarter="2026-Q2")]
    with pytest.raises(InputError, match="different windows"):
        merge_snapshots(parts, tmp_path / "all")


def test_it_refuses_an_unfinished_part(tmp_path: Path) -> None:
    part = _snapshot(tmp_path / "a", "111122223333", ended=False)
    with pytest.raises(InputError, match="unfinished"):
        merge_snapshots([part], tmp_path / "all")


def test_it_refuses_evidence_that_was_changed(tmp_path: Path) -> None:
    part = _snapshot(tmp_path / "a", "111122223333")
    (part / AUTHORIZATION_DETAILS.path("111122223333")).write_bytes(EMPTY + b" ")
    with pytest.raises(InputError, match="not as its manifest says"):
        merge_snapshots([part], tmp_path / "all")


def test_it_refuses_a_folder_that_holds_something(tmp_path: Path) -> None:
    part = _snapshot(tmp_path / "a", "111122223333")
    with pytest.raises(InputError, match="not empty"):
        merge_snapshots([part], tmp_path)


def test_it_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    part = _snapshot(tmp_path / "a", "111122223333")
    (tmp_path / "stray").write_bytes(EMPTY)
    manifest, _ = read_manifest(part)
    stray = msgspec.structs.replace(manifest.files[0], path="../stray")
    write_manifest(part, msgspec.structs.replace(manifest, files=(stray,)))
    with pytest.raises(InputError, match="lies outside it"):
        merge_snapshots([part], tmp_path / "all" / "whole")
    assert not (tmp_path / "all" / "stray").exists()
