"""The journal of an unfinished collector, whole, torn and damaged."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.collect.journal import Journal

ITEMS = st.dictionaries(st.text(min_size=1), st.recursive(st.none() | st.text() | st.integers(-9, 9), st.lists))


def written(path: Path, items: dict[str, object]) -> None:
    journal = Journal(path)
    for key, value in items.items():
        journal.add(key, value)
    journal.close()


def kept(path: Path) -> dict[str, object]:
    journal = Journal(path)
    try:
        return {key: msgspec.json.decode(raw) for key, raw in journal.entries.items()}
    finally:
        journal.close()


@given(items=ITEMS)
def test_what_was_written_is_there_again(tmp_path_factory: pytest.TempPathFactory, items: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal"
    written(path, items)
    assert kept(path) == items
    assert list(kept(path)) == list(items), "in the order of writing"


def test_cut_anywhere_it_keeps_the_whole_lines_and_goes_on(tmp_path: Path) -> None:
    items: dict[str, object] = {"3HIT1": {"rows": []}, "3HIT2": {"rows": [{"Reason": 'a "b"\n}'}]}, "3HIT3": "ü"}
    written(tmp_path / "whole", items)
    raw = (tmp_path / "whole").read_bytes()
    ends = [index + 1 for index, byte in enumerate(raw) if byte == 10]
    for cut in range(len(raw) + 1):
        path = tmp_path / f"cut-{cut}"
        path.write_bytes(raw[:cut])
        whole = sum(end <= cut for end in ends)
        assert list(kept(path)) == list(items)[:whole]
        written(path, {"3HIT9": 9})
        assert list(kept(path)) == [*list(items)[:whole], "3HIT9"]


def test_a_block_of_zeros_after_a_power_cut_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    written(path, {"a": 1})
    path.write_bytes(path.read_bytes() + b"\0" * 100 + b"\n" + b'{"key":"b","value":2}\n')
    assert kept(path) == {"a": 1}


def test_it_can_be_started_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.add("a", 1)
    journal.restart()
    journal.add("b", 2)
    journal.close()
    assert kept(tmp_path / "journal") == {"b": 2}


def test_it_is_the_owners_alone(tmp_path: Path) -> None:
    written(tmp_path / "folder" / "journal", {"a": 1})
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "folder" / "journal").stat().st_mode) == 0o600
