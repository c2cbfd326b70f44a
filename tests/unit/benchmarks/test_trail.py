"""The benchmark's log files: the same ones every time, one in fifty with events, and readable as a trail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from audit.cloudtrail.folder import TrailFolder
from audit.cloudtrail.gathering import Sought
from audit.cloudtrail.reading import read_folder
from benchmarks.trail.generate import ACCOUNT, DAYS, ONE_IN, RECORDS, write_file


def test_they_are_the_same_every_time_and_read_whole(tmp_path: Path) -> None:
    numbers = (0, 1, ONE_IN)
    sizes = [[write_file(tmp_path / name, number) for number in numbers] for name in ("one", "two")]
    assert sizes[0] == sizes[1]
    assert all(size.unpacked > 5 * size.packed for size in sizes[0]), "packed as well as CloudTrail's are"
    files = [sorted(each.read_bytes() for each in (tmp_path / name).rglob("*.gz")) for name in ("one", "two")]
    assert files[0] == files[1]
    sought = Sought(ACCOUNT, datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
    gathering = read_folder(TrailFolder(tmp_path / "one"), sought, jobs=1)
    assert (gathering.files, gathering.damaged, gathering.duplicates) == (len(numbers), [], 0)
    assert len(gathering.events) == 2 * (RECORDS // 100)
    assert len(gathering.missing_days) == DAYS - len(numbers)
