"""Where a report is written: whole or not at all, and over nobody else's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.cli.report_folder import STAGING_PREFIX, check_place, write_report
from audit.model.error import InputError
from audit.render.output_file import OutputFile

KNOWN = frozenset({"report.json", "findings.csv"})


def _file(name: str = "report.json", content: bytes = b"new") -> OutputFile:
    return OutputFile(name=name, content=content, holds="")


def _failing() -> Iterator[OutputFile]:
    yield _file()
    raise OSError(28, "No space left on device")


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    check_place(tmp_path / "a" / "b" / "out", KNOWN, force=False)
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        write_report(tmp_path / "a" / "b" / "out", _failing(), KNOWN)
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "findings.csv").write_text("old")
    with pytest.raises(OSError, match="No space"):
        write_report(tmp_path, _failing(), KNOWN)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"findings.csv": "old"}


def test_an_existing_folder_is_written_into_even_where_its_parent_is_another_volume(tmp_path: Path) -> None:
    """The unfinished files wait inside it: renaming them in cannot cross to another file system."""
    seen: list[str] = []

    def files() -> Iterator[OutputFile]:
        yield _file()
        seen.extend(path.name for path in tmp_path.iterdir())

    write_report(tmp_path, files(), KNOWN)
    assert len(seen) == 1
    assert seen[0].startswith(STAGING_PREFIX)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_what_a_killed_run_left_does_not_stop_the_next(tmp_path: Path) -> None:
    (tmp_path / f"{STAGING_PREFIX}x").mkdir()
    check_place(tmp_path, KNOWN, force=False)


def test_other_files_stay_also_with_force(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"`notes\.txt`"):
        check_place(tmp_path, KNOWN, force=False)
    check_place(tmp_path, KNOWN, force=True)
    write_report(tmp_path, [_file()], KNOWN)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_link_to_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "gone")
    with pytest.raises(InputError, match="link to nowhere"):
        check_place(tmp_path / "out", KNOWN, force=True)


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    check_place(tmp_path / "out", KNOWN, force=False)
    assert write_report(tmp_path / "out", [_file()], KNOWN) == [tmp_path / "out" / "report.json"]
    assert (tmp_path / "real" / "report.json").read_bytes() == b"new"
    assert (tmp_path / "out").is_symlink()
