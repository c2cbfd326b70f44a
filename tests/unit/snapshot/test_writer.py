"""Writing files whole, and JSON whose bytes depend on the value alone."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.snapshot.layout import MANIFEST, is_account_id
from audit.snapshot.reader import read_manifest
from audit.snapshot.writer import canonical, json_lines, make_folder, write_file, write_manifest
from tests.unit.snapshot.sample import CONTENTS, manifest_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(value=JSON)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert msgspec.json.decode(canonical(value)) == value


@given(value=st.dictionaries(st.text(), JSON, min_size=2))
def test_the_order_of_members_does_not_matter(value: dict[str, object]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(moment=st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1)), hours=st.integers(-14, 14))  # noqa: DTZ001 - a zone is put on below
def test_times_are_written_in_utc(moment: datetime, hours: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert canonical([zoned]) == canonical([zoned.astimezone(UTC)])
    assert canonical(zoned).endswith(b'Z"')


def test_a_time_without_a_zone_is_utc() -> None:
    assert canonical({"at": datetime(2026, 7, 1)}) == b'{"at":"2026-07-01T00:00:00Z"}'  # noqa: DTZ001 - the case


def test_money_is_a_string() -> None:
    assert canonical({"amount": Decimal("1.50")}) == b'{"amount":"1.50"}'


def test_lines_end_with_a_line_feed_and_hold_none() -> None:
    assert b"".join(json_lines([{"b": 1, "a": "x\ny\u2028"}, 2])) == '{"a":"x\\ny\u2028","b":1}\n2\n'.encode()


def test_a_file_is_written_whole_with_its_hash_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    assert write_file(path, [b"a", b"b"]) == hashlib.sha256(b"ab").hexdigest()
    assert path.read_bytes() == b"ab"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_a_generous_umask_opens_nothing(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_file(tmp_path / "folder" / "file", [b"x"])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "folder" / "file").stat().st_mode) == 0o600


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, [b"old"])

    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        write_file(path, chunks())
    assert path.read_bytes() == b"old"
    write_file(path, [b"new"])
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_link_in_the_place_of_the_partial_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("keep")
    (tmp_path / "file.partial").symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"):
        write_file(tmp_path / "file", [b"x"])
    assert target.read_text() == "keep"


def test_folders_above_are_made_and_those_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path, CONTENTS)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == (manifest, (tmp_path / MANIFEST).read_bytes())


@pytest.mark.parametrize(("text", "expected"), [("111122223333", True), ("11112222333", False), ("١" * 12, False)])
def test_an_account_id_is_twelve_ascii_digits(text: str, expected: bool) -> None:
    assert is_account_id(text) is expected
