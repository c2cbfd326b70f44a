"""Which folders a collection begins, goes on with, replaces or refuses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.collect.interface import AccountOptions, EventOptions
from audit.collect.store import Store
from audit.model.error import CollectError, InputError
from audit.snapshot.layout import MANIFEST
from audit.snapshot.reader import read_manifest
from audit.snapshot.window import parse_window
from tests.collect.company import company
from tests.collect.fake_aws import ACCOUNT, CALLER, FakeAws, Reply, Request
from tests.collect.running import NOW, collect, evidence, options


def begun(out: Path, **changes: Any) -> FakeAws:
    """Leave an unfinished snapshot in `out`, stopped before the worker blocks."""
    fake = company()

    def expired(request: Request) -> Reply | None:
        late = request.operation == "ListWorkerBlocks"
        return Reply(400, b'{"__type":"ExpiredTokenException","message":"expired"}') if late else None

    fake.fault = expired
    with pytest.raises(CollectError):
        collect(fake, out, **changes)
    fake.fault = lambda request: None
    return fake


def refusal(fake: FakeAws, out: Path, **changes: Any) -> str:
    """Collect into `out`, expect a refusal that touches nothing, and return its sentence."""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} if out.is_dir() else None
    with pytest.raises(InputError) as caught:
        collect(fake, out, **changes)
    if before is not None:
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_finished_snapshot_is_not_overwritten(tmp_path: Path) -> None:
    collect(company(), tmp_path / "snapshot")
    sentence = refusal(company(hits=1), tmp_path / "snapshot")
    assert "is a finished snapshot of 2026-Q3" in sentence
    assert "--force" in sentence


def test_force_replaces_a_finished_snapshot_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    collect(company(), tmp_path / "snapshot")
    other = company(hits=1)
    other.fault = lambda request: Reply(410, b"{}") if request.operation == "GetAccountBalance" else None
    collect(other, tmp_path / "snapshot", force=True)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert not any("mturk/" in name for name in names), "the old payments are gone"


def test_force_deletes_nothing_that_the_manifest_does_not_name(tmp_path: Path) -> None:
    collect(company(), tmp_path / "snapshot")
    note = tmp_path / "snapshot" / "note.txt"
    note.write_text("mine")
    outside = tmp_path / "outside.txt"
    outside.write_text("mine too")
    manifest, _ = read_manifest(tmp_path / "snapshot")
    hostile = (
        msgspec.structs.replace(manifest.files[0], path="../outside.txt"),
        msgspec.structs.replace(manifest.files[0], path=str(outside)),
    )
    changed = msgspec.structs.replace(manifest, files=(*manifest.files, *hostile))
    (tmp_path / "snapshot" / MANIFEST).write_bytes(msgspec.json.encode(changed))
    collect(company(), tmp_path / "snapshot", force=True)
    assert note.read_text() == "mine"
    assert outside.read_text() == "mine too"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window": parse_window("2026-Q2")}, "for the window from 2026-07-01 00:00 to 2026-10-01 00:00 UTC"),
        ({"environment": "sandbox"}, "in the production environment"),
        ({"tool": "mturk-audit 9.9"}, "by mturk-audit"),
        ({"accounts": AccountOptions(ids=(ACCOUNT,))}, "for the account of the credentials"),
        ({"accounts": AccountOptions(role_name="audit")}, "without a role to assume"),
        ({"events": EventOptions(trail="s3://logs")}, "with CloudTrail's events from another place"),
    ],
)
def test_an_unfinished_snapshot_goes_on_only_as_it_was_begun(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    fake = begun(tmp_path / "snapshot")
    sentence = refusal(fake, tmp_path / "snapshot", **changes)
    assert f"was begun {words}" in sentence


def test_an_unfinished_snapshot_of_another_account_is_refused(tmp_path: Path) -> None:
    begun(tmp_path / "snapshot")
    other = FakeAws()
    arn = CALLER.replace(ACCOUNT, "444455556666").encode()
    body = (
        b"<R><GetCallerIdentityResult><Arn>"
        + arn
        + b"</Arn><Account>444455556666</Account></GetCallerIdentityResult></R>"
    )
    other.fault = lambda request: Reply(200, body, "text/xml") if request.operation == "GetCallerIdentity" else None
    sentence = refusal(other, tmp_path / "snapshot")
    assert "in the account 111122223333 and these credentials are of 444455556666" in sentence


def test_force_begins_anew_where_the_options_differ(tmp_path: Path) -> None:
    fake = begun(tmp_path / "snapshot")
    manifest = collect(fake, tmp_path / "snapshot", window=parse_window("2026-Q2"), force=True)
    assert manifest.window.label == "2026-Q2"
    assert fake.operations().count("GetAccountBalance") == 2


def test_force_goes_on_where_the_options_are_the_same(tmp_path: Path) -> None:
    fake = begun(tmp_path / "snapshot")
    collect(fake, tmp_path / "snapshot", force=True)
    assert fake.operations().count("GetAccountBalance") == 1


def test_speed_may_change_between_two_starts(tmp_path: Path) -> None:
    fake = begun(tmp_path / "snapshot")
    collect(fake, tmp_path / "snapshot", max_concurrency=1, calls_per_second=1000.0)
    collect(company(), tmp_path / "whole")
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


def test_a_file_that_was_damaged_between_two_starts_is_collected_again(tmp_path: Path) -> None:
    fake = begun(tmp_path / "snapshot")
    balance = tmp_path / "snapshot" / ACCOUNT / "mturk" / "account-balance.json"
    balance.write_text("{}")
    (tmp_path / "snapshot" / ACCOUNT / "iam" / "authorization-details.json").unlink()
    collect(fake, tmp_path / "snapshot")
    collect(company(), tmp_path / "whole")
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")
    assert fake.operations().count("GetAccountBalance") == 2


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_text("picture")
    assert "holds files and is no snapshot" in refusal(company(), tmp_path)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "snapshot").write_text("")
    assert "is a file; give a folder" in refusal(company(), tmp_path / "snapshot")


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert collect(company(), tmp_path).gaps == ()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = refusal(company(), tmp_path / "file" / "snapshot")
    assert "cannot be written" in sentence


@pytest.mark.parametrize("step", [1, 5, 12])
def test_a_full_disk_is_one_sentence_and_the_next_start_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    count = 0
    write = os.write

    def full(file: int, data: Any) -> int:
        nonlocal count
        count += 1
        if count >= step:
            raise OSError(28, "No space left on device")
        return write(file, data)

    fake = company()
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match="No space left on device"):
        collect(fake, tmp_path / "snapshot")
    monkeypatch.setattr(os, "write", write)
    collect(fake, tmp_path / "snapshot")
    collect(company(), tmp_path / "whole")
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


def test_two_collections_do_not_write_one_folder(tmp_path: Path) -> None:
    store = Store(options(tmp_path / "snapshot"), CALLER, ACCOUNT, ("http://127.0.0.1",), NOW)
    try:
        assert "another collection is writing" in refusal(company(), tmp_path / "snapshot")
    finally:
        store.close()
    assert collect(company(), tmp_path / "snapshot").gaps == ()


def test_a_damaged_manifest_is_refused_and_named(tmp_path: Path) -> None:
    begun(tmp_path / "snapshot")
    (tmp_path / "snapshot" / MANIFEST).write_text("{")
    assert "the manifest of the snapshot" in refusal(company(), tmp_path / "snapshot")
