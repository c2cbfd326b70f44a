"""Reading a snapshot folder, whole, unfinished and damaged in every way."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model.error import InputError
from audit.model.snapshot import SCHEMA_VERSION, Gap, GapReason, SnapshotFile
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import (
    ACCOUNT_BALANCE,
    AUTHORIZATION_DETAILS,
    BONUS_PAYMENTS,
    CALLER_IDENTITY,
    CREDENTIAL_REPORT,
    EVENTS,
    EVIDENCE_FILES,
    HITS,
    MANIFEST,
    SERVICE_LAST_ACCESSED,
    WORKER_BLOCKS,
    EvidenceFile,
)
from audit.snapshot.reader import open_input, read_manifest
from audit.snapshot.writer import write_manifest
from tests.unit.snapshot.sample import ACCOUNT, CONTENTS, authorization, manifest_of, snapshot


def held(account: AccountEvidence) -> dict[EvidenceFile, object]:
    return {
        AUTHORIZATION_DETAILS: account.authorization,
        HITS: account.hits,
        BONUS_PAYMENTS: account.bonus_payments,
        WORKER_BLOCKS: account.worker_blocks,
        ACCOUNT_BALANCE: account.balance,
    }


def rewrite(folder: Path, **changes: Any) -> None:
    """Change members of the manifest."""
    manifest, _ = read_manifest(folder)
    write_manifest(folder, msgspec.structs.replace(manifest, **changes))


def test_a_whole_snapshot_is_read_with_no_gap(tmp_path: Path) -> None:
    read = open_input(snapshot(tmp_path / "2026-Q3"))
    account = read.accounts[0]
    assert read.name == "2026-Q3"
    assert read.sha256 == hashlib.sha256((tmp_path / "2026-Q3" / MANIFEST).read_bytes()).hexdigest()
    assert read.gaps == ()
    assert account.account.alias == "example-company"
    assert account.authorization is not None
    assert [hit.hit_id for hit in account.hits or ()] == ["3HIT1", "3HIT2"]
    payment = (account.bonus_payments or ())[0]
    assert (payment.amount, payment.granted_at) == (Decimal("1.50"), datetime(2026, 7, 2, tzinfo=UTC))
    assert (account.worker_blocks or ())[0].reason == "spam"
    assert account.balance == Decimal("10.50")


def test_a_relative_path_gives_the_folders_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(snapshot(tmp_path / "2026-Q3"))
    assert open_input(Path()).name == "2026-Q3"


@pytest.mark.parametrize("file", EVIDENCE_FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("damage", ["missing", "changed", "cut", "a folder"])
def test_a_file_that_is_not_as_collected_is_a_gap_and_not_used(tmp_path: Path, file: EvidenceFile, damage: str) -> None:
    folder = snapshot(tmp_path / "snapshot")
    path = folder / file.path(ACCOUNT)
    raw = path.read_bytes()
    path.unlink()
    if damage == "changed":
        path.write_bytes(raw.replace(b":", b": ", 1))
    elif damage == "cut":
        path.write_bytes(raw[:-3])
    elif damage == "a folder":
        path.mkdir()
    read = open_input(folder)
    assert [(gap.account_id, gap.source, gap.reason, gap.item) for gap in read.gaps] == [
        (ACCOUNT, file.source, GapReason.UNREADABLE, "")
    ]
    assert file.path(ACCOUNT) in read.gaps[0].detail
    for other, evidence in held(read.accounts[0]).items():
        assert (evidence is None) == (other == file)


@pytest.mark.parametrize("file", EVIDENCE_FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("content", [b"\xff\xfe", b"[1", b'"text"\n', b'{"HITId":1}\n', b"<html>"])
def test_a_file_with_the_right_hash_and_other_content_is_a_gap(
    tmp_path: Path, file: EvidenceFile, content: bytes
) -> None:
    if file not in (AUTHORIZATION_DETAILS, HITS, BONUS_PAYMENTS, WORKER_BLOCKS, ACCOUNT_BALANCE):
        content = b"<html>"
    read = open_input(snapshot(tmp_path / "snapshot", CONTENTS | {file: content}))
    assert [(gap.source, gap.reason) for gap in read.gaps] == [(file.source, GapReason.UNREADABLE)]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_an_amount_that_no_sum_survives_is_damage(tmp_path: Path, amount: str) -> None:
    raw = CONTENTS[BONUS_PAYMENTS].replace(b"1.50", amount.encode())
    read = open_input(snapshot(tmp_path / "snapshot", CONTENTS | {BONUS_PAYMENTS: raw}))
    assert read.accounts[0].bonus_payments is None
    assert len(read.gaps) == 1


def test_a_time_outside_the_calendar_is_damage(tmp_path: Path) -> None:
    raw = CONTENTS[BONUS_PAYMENTS].replace(b"2026-07-02T00:00:00Z", b"0001-01-01T00:00:00+14:00")
    assert (
        open_input(snapshot(tmp_path / "snapshot", CONTENTS | {BONUS_PAYMENTS: raw})).accounts[0].bonus_payments is None
    )


def test_a_file_that_links_out_of_the_snapshot_is_not_followed(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "snapshot")
    path = folder / HITS.path(ACCOUNT)
    outside = tmp_path / "outside"
    path.rename(outside)
    path.symlink_to(outside)
    read = open_input(folder)
    assert read.accounts[0].hits is None
    assert "lies outside the snapshot" in read.gaps[0].detail


def test_a_named_pipe_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "snapshot")
    path = folder / HITS.path(ACCOUNT)
    path.unlink()
    os.mkfifo(path)
    assert open_input(folder).gaps[0].reason is GapReason.UNREADABLE


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/hostname", f"{ACCOUNT}/../../outside.txt", "a\0b"])
def test_a_manifest_that_points_outside_is_not_followed(tmp_path: Path, path: str) -> None:
    folder = snapshot(tmp_path / "snapshot")
    (tmp_path / "outside.txt").write_text("secret")
    manifest, _ = read_manifest(folder)
    sha256 = hashlib.sha256(b"secret").hexdigest()
    rewrite(folder, files=(*manifest.files, SnapshotFile(path=path, sha256=sha256, rows=1)))
    assert [(gap.source, gap.reason) for gap in open_input(folder).gaps] == [(path, GapReason.UNREADABLE)]


def test_files_of_a_later_kind_are_verified_though_not_read(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "snapshot")
    path = f"{ACCOUNT}/later/file.json"
    manifest, _ = read_manifest(folder)
    (folder / ACCOUNT / "later").mkdir()
    (folder / path).write_text("{}")
    good = SnapshotFile(path=path, sha256=hashlib.sha256(b"{}").hexdigest(), rows=1)
    rewrite(folder, files=(*manifest.files, good))
    assert open_input(folder).gaps == ()
    (folder / path).write_text("[]")
    gap = open_input(folder).gaps[0]
    assert (gap.account_id, gap.source, gap.reason) == (ACCOUNT, path, GapReason.UNREADABLE)


def test_the_manifests_gaps_come_along_and_explain_what_is_missing(tmp_path: Path) -> None:
    gap = Gap(account_id=ACCOUNT, source=HITS.source, reason=GapReason.DENIED, detail="it was denied")
    contents = {file: raw for file, raw in CONTENTS.items() if file is not HITS}
    write_manifest(tmp_path, manifest_of(tmp_path, contents, (gap,)))
    read = open_input(tmp_path)
    assert read.gaps == (gap,)
    assert read.accounts[0].hits is None


def test_what_is_missing_without_a_reason_is_a_gap_too(tmp_path: Path) -> None:
    contents = {file: raw for file, raw in CONTENTS.items() if file is not HITS}
    read = open_input(snapshot(tmp_path, contents))
    assert [(gap.source, gap.reason) for gap in read.gaps] == [(HITS.source, GapReason.NOT_ASKED)]


def test_an_unfinished_snapshot_says_what_the_collection_had_not_come_to(tmp_path: Path) -> None:
    folder = snapshot(tmp_path, {CALLER_IDENTITY: CONTENTS[CALLER_IDENTITY]})
    rewrite(folder, ended_at=None)
    read = open_input(folder)
    waiting = {*EVIDENCE_FILES, EVENTS, SERVICE_LAST_ACCESSED, CREDENTIAL_REPORT} - {CALLER_IDENTITY}
    assert {gap.source for gap in read.gaps} == {file.source for file in waiting}
    assert {gap.reason for gap in read.gaps} == {GapReason.NOT_ASKED}
    assert all("start it again to go on" in gap.detail for gap in read.gaps)


def test_a_list_that_was_cut_off_is_a_gap(tmp_path: Path) -> None:
    raw = msgspec.json.encode(authorization(IsTruncated=True))
    read = open_input(snapshot(tmp_path, CONTENTS | {AUTHORIZATION_DETAILS: raw}))
    assert read.accounts[0].authorization is not None
    assert [(gap.source, gap.item) for gap in read.gaps] == [(AUTHORIZATION_DETAILS.source, "the pages after this one")]


def sentence(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_input(path)
    assert "\n" not in str(caught.value)
    assert f"`{path}" in str(caught.value)
    return str(caught.value)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    assert "does not exist" in sentence(tmp_path / "nothing")


def test_a_folder_that_is_no_snapshot_is_named(tmp_path: Path) -> None:
    assert "is no snapshot: it has no manifest.json" in sentence(tmp_path)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"schema_version":1}', b"\xff", b"null"])
def test_a_damaged_manifest_is_named(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(raw)
    with pytest.raises(InputError, match="is damaged"):
        open_input(tmp_path)


def test_a_snapshot_of_a_later_version_is_refused(tmp_path: Path) -> None:
    folder = snapshot(tmp_path)
    rewrite(folder, schema_version=SCHEMA_VERSION + 1)
    assert f"has schema version {SCHEMA_VERSION + 1}" in sentence_about(folder)


def sentence_about(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_input(folder)
    return str(caught.value)


@pytest.mark.parametrize("account_id", ["", "..", "../111122223333", "11112222333", "¹11122223333", "111122223333\n"])
def test_an_account_that_is_no_account_is_refused(tmp_path: Path, account_id: str) -> None:
    folder = snapshot(tmp_path)
    raw = (folder / MANIFEST).read_bytes()
    old = f'"account_id": "{ACCOUNT}"'.encode()
    assert old in raw
    (folder / MANIFEST).write_bytes(raw.replace(old, b'"account_id": ' + msgspec.json.encode(account_id)))
    assert "which is not twelve digits" in sentence_about(folder)


@given(data=st.data())
def test_whatever_byte_of_a_file_changes_its_evidence_is_not_used(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = snapshot(tmp_path_factory.mktemp("damaged") / "snapshot")
    file = data.draw(st.sampled_from(EVIDENCE_FILES))
    path = folder / file.path(ACCOUNT)
    raw = bytearray(path.read_bytes())
    index = data.draw(st.integers(0, len(raw) - 1))
    raw[index] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    read = open_input(folder)
    assert [(gap.source, gap.reason) for gap in read.gaps] == [(file.source, GapReason.UNREADABLE)]
    assert held(read.accounts[0]).get(file) is None


def read_or_none(folder: Path) -> Snapshot | None:
    """The snapshot; None where one sentence says why it cannot be read."""
    try:
        return open_input(folder)
    except InputError:
        return None


@given(data=st.data())
def test_a_damaged_manifest_never_crashes_and_never_adds_evidence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = snapshot(tmp_path_factory.mktemp("damaged") / "snapshot")
    path = folder / MANIFEST
    whole = open_input(folder)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))] if data.draw(st.booleans()) else raw)
    read = read_or_none(folder)
    if read is None:
        return
    for account in read.accounts:
        for file, evidence in held(account).items():
            assert evidence in (None, held(whole.accounts[0])[file])
