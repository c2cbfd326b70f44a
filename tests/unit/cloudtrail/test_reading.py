"""A trail's folder: found wherever it begins, read for an account and period, each event once in whatever files."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.cloudtrail.folder import TrailFolder
from audit.cloudtrail.gathering import Gathering, Sought
from audit.cloudtrail.layout import days_between, days_to_read
from audit.cloudtrail.reading import read_folder
from audit.model.error import InputError
from audit.model.event import EventRoad
from tests.unit.cloudtrail.records import ACCOUNT, record
from tests.unit.cloudtrail.trail_files import OTHER, log_file, put

SINCE, UNTIL = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 4, tzinfo=UTC)
SOUGHT = Sought(ACCOUNT, SINCE, UNTIL)
DAYS = ("2026-07-01", "2026-07-02", "2026-07-03")


def read(root: Path, jobs: int = 1, sought: Sought = SOUGHT) -> Gathering:
    return read_folder(TrailFolder(root), sought, jobs)


def ids(gathering: Gathering) -> list[str]:
    return [found.event.event_id for found in gathering.events]


def whole(root: Path, above: str = "") -> Path:
    """Three days, an event on each."""
    for number, day in enumerate(DAYS):
        paid = record(eventID=f"event-{number}", eventTime=f"{day}T10:00:00Z")
        put(root, day, log_file([OTHER, paid]), above=above)
    return root


@pytest.mark.parametrize("above", ["", "some/prefix|", "|o-a1b2c3d4e5", "deep/er|o-a1b2c3d4e5"])
@pytest.mark.parametrize("steps", range(3))
def test_the_trail_is_found_from_each_folder_above_the_account(tmp_path: Path, above: str, steps: int) -> None:
    whole(tmp_path / "trail", above)
    start = tmp_path / "trail"
    inner = next((tmp_path / "trail").rglob(ACCOUNT))
    parents = [path for path in reversed([inner, *inner.parents]) if path.is_relative_to(start)]
    for path in {parents[0], parents[min(steps, len(parents) - 1)], inner}:
        assert ids(read(path)) == ["event-0", "event-1", "event-2"]


def test_a_whole_trail_has_no_gap(tmp_path: Path) -> None:
    coverage = read(whole(tmp_path)).coverage(EventRoad.LOG_FILES, "trail")
    assert (coverage.since, coverage.until, coverage.files, coverage.duplicates) == (SINCE, UNTIL, 3, 0)
    assert (coverage.missing_days, coverage.damaged_files) == ((), ())
    assert (coverage.logs_writes, coverage.logs_reads) == (True, None), "no read is there, which proves nothing"


def test_days_without_a_file_are_missing_and_those_outside_are_not(tmp_path: Path) -> None:
    whole(tmp_path)
    (gone,) = tmp_path.rglob("*20260702T*")
    gone.unlink()
    assert read(tmp_path).missing_days == (date(2026, 7, 2),)


def test_only_the_account_and_the_period_are_asked_for(tmp_path: Path) -> None:
    whole(tmp_path)
    put(
        tmp_path,
        DAYS[0],
        log_file([record(eventID="theirs", recipientAccountId="444455556666")]),
        account="444455556666",
    )
    outside = [
        record(eventID="early", eventTime="2026-06-30T23:59:59Z"),
        record(eventID="late", eventTime="2026-07-04T00:00:00Z"),
    ]
    put(tmp_path, DAYS[1], log_file(outside), number=2)
    put(tmp_path, "2026-06-30", b"never opened")
    assert ids(read(tmp_path)) == ["event-0", "event-1", "event-2"]
    assert read(tmp_path).damaged == []


def test_a_call_of_the_last_minutes_lies_under_the_day_after(tmp_path: Path) -> None:
    whole(tmp_path)
    put(tmp_path, "2026-07-04", log_file([record(eventID="last", eventTime="2026-07-03T23:58:00Z")]))
    assert ids(read(tmp_path))[-1] == "last"


def test_digests_insights_and_what_else_lies_about_are_not_read(tmp_path: Path) -> None:
    whole(tmp_path)
    for kind in ("CloudTrail-Digest", "CloudTrail-Insight"):
        put(tmp_path, DAYS[0], b"not read", kind=kind)
    beside = put(tmp_path, DAYS[0], b"not read").parent
    (beside / f"{ACCOUNT}_CloudTrail-Digest_us-east-1_x.json.gz").write_bytes(b"not read")
    (beside / ".DS_Store").write_bytes(b"not read")
    (beside / "folder.json.gz").mkdir()
    whole(tmp_path)
    reading = read(tmp_path)
    assert (reading.files, reading.damaged) == (3, [])


def test_damaged_files_are_named_by_their_path_below_the_folder(tmp_path: Path) -> None:
    whole(tmp_path)
    damaged = put(tmp_path, DAYS[1], b"\x1f\x8bjunk", number=2)
    broken = put(tmp_path, DAYS[1], b"", number=3)
    broken.unlink()
    broken.symlink_to(broken)
    reading = read(tmp_path)
    assert (ids(reading), reading.files) == (["event-0", "event-1", "event-2"], 3)
    assert reading.damaged == [str(each.relative_to(tmp_path)) for each in (damaged, broken)]


def test_a_record_that_tells_no_account_is_of_the_log_it_is_in(tmp_path: Path) -> None:
    put(tmp_path, DAYS[0], log_file([record(recipientAccountId=..., userIdentity={"type": "AWSService"})]))
    (found,) = read(tmp_path).events
    assert found.event.account_id == ACCOUNT


def test_more_processes_find_the_same(tmp_path: Path) -> None:
    for number in range(150):
        put(tmp_path, DAYS[number % 3], log_file([OTHER, record(eventID=f"{number // 2}")]), number=number)
    put(tmp_path, DAYS[0], b"junk", number=999)
    one, two = read(tmp_path, 1), read(tmp_path, 2)
    assert one.events == two.events
    assert one.coverage(EventRoad.LOG_FILES, "x") == two.coverage(EventRoad.LOG_FILES, "x")
    assert (one.files, one.duplicates, len(one.damaged)) == (150, 75, 1)


RECORDS = [record(eventID=f"e{number}", eventTime=f"2026-07-0{1 + number % 3}T10:00:00Z") for number in range(12)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_order_duplication_and_splitting_of_files_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = random.Random(seed)
    root = tmp_path_factory.mktemp("trail")
    records: list[dict[str, Any]] = [*RECORDS, *rng.sample(RECORDS, rng.randint(0, len(RECORDS)))]
    rng.shuffle(records)
    number = 0
    while records:
        count = rng.randint(1, 5)
        part, records = records[:count], records[count:]
        number += 1
        raw = log_file([*part, OTHER])
        put(
            root,
            rng.choice(DAYS),
            raw if rng.random() < 0.8 else gzip.decompress(raw),
            number=rng.randint(0, 10**9) * 99 + number,
        )
    gathering = read(root)
    assert ids(gathering) == [
        each["eventID"] for each in sorted(RECORDS, key=lambda each: (each["eventTime"], each["eventID"]))
    ]


def test_of_two_records_with_one_id_the_same_one_counts_in_any_order(tmp_path: Path) -> None:
    first, second = record(errorCode="AccessDenied"), record()
    for number, records in enumerate(([first, second], [second, first])):
        put(tmp_path / str(number), DAYS[0], log_file(records))
    one, two = (read(tmp_path / str(number)) for number in range(2))
    assert (one.events, one.duplicates) == (two.events, two.duplicates)
    assert one.duplicates == 1


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.write_text("x"), lambda path: (path / "AWSLogs").mkdir(parents=True)]
)
def test_what_holds_no_trail_is_told_in_one_sentence(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "trail"
    make(path)
    with pytest.raises(InputError, match="AWSLogs") as caught:
        TrailFolder(path)
    assert str(path) in str(caught.value)


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    whole(tmp_path / "elsewhere")
    (tmp_path / "trail").mkdir()
    (tmp_path / "trail" / "AWSLogs").symlink_to(tmp_path / "elsewhere" / "AWSLogs")
    with pytest.raises(InputError):
        TrailFolder(tmp_path / "trail")


def test_the_days_of_a_period() -> None:
    assert days_between(SINCE, UNTIL) == (date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3))
    assert days_between(SINCE.replace(hour=23), UNTIL.replace(hour=1))[-1] == date(2026, 7, 4)
    assert days_to_read(SINCE, UNTIL)[-1] == date(2026, 7, 4)
    assert days_between(UNTIL, SINCE) == ()
