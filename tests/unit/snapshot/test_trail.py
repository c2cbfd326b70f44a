"""Log files joined with evidence that somebody saved: without AWS, and with each gap named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from audit.model.error import InputError
from audit.model.event import EventRoad
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.content import Snapshot
from audit.snapshot.event_gaps import ranges
from audit.snapshot.layout import EVENT_COVERAGE, EVENTS
from audit.snapshot.reader import open_input
from audit.snapshot.trail import with_trail
from audit.snapshot.window import window_between
from tests.unit.cloudtrail.records import encoded, record
from tests.unit.cloudtrail.trail_files import log_file, put
from tests.unit.snapshot.sample import ACCOUNT, CONTENTS, authorization, snapshot
from tests.unit.snapshot.test_event_rows import COVERAGE

WINDOW = window_between("2026-07-01", "2026-07-04")
LATER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """Two of three days, and a damaged file."""
    put(tmp_path / "trail", "2026-07-01", log_file([record(eventID="a", eventTime="2026-07-01T10:00:00Z")]))
    put(tmp_path / "trail", "2026-07-03", b"damaged")
    return tmp_path / "trail"


def plain_file(tmp_path: Path) -> Snapshot:
    path = tmp_path / "account.json"
    path.write_bytes(msgspec.json.encode(authorization()))
    return open_input(path)


def told(joined: Snapshot) -> list[tuple[str, GapReason, str]]:
    return [(gap.source, gap.reason, gap.item.rpartition("/")[2]) for gap in joined.gaps]


def test_a_plain_file_gets_the_events_and_the_gaps_of_the_folder(tmp_path: Path, trail: Path) -> None:
    joined = with_trail(plain_file(tmp_path), trail, WINDOW, LATER)
    (account,) = joined.accounts
    assert [event.event_id for event in account.events or ()] == ["a"]
    assert account.event_coverage is not None
    assert (account.event_coverage.road, account.event_coverage.origin) == (EventRoad.LOG_FILES, "trail")
    assert account.event_coverage.missing_days == (date(2026, 7, 2),)
    damaged = f"{ACCOUNT}_CloudTrail_us-east-1_20260703T0005Z_0000000000000001.json.gz"
    assert told(joined) == [
        (EVENTS.source, GapReason.GONE, "2026-07-02"),
        (EVENTS.source, GapReason.UNREADABLE, damaged),
    ]


def test_days_that_are_still_to_come_are_not_missed(tmp_path: Path, trail: Path) -> None:
    joined = with_trail(plain_file(tmp_path), trail, WINDOW, datetime(2026, 7, 2, tzinfo=UTC))
    coverage = joined.accounts[0].event_coverage
    assert coverage is not None
    assert (coverage.until, coverage.missing_days) == (datetime(2026, 7, 2, tzinfo=UTC), ())
    before = with_trail(plain_file(tmp_path), trail, WINDOW, datetime(2026, 6, 2, tzinfo=UTC)).accounts[0]
    assert before.event_coverage is not None
    assert (before.events, before.event_coverage.until) == ((), WINDOW.since)


def test_the_files_take_the_place_of_the_events_of_a_snapshot_but_not_what_it_knows_of_the_trail(
    tmp_path: Path, trail: Path
) -> None:
    coverage = msgspec.structs.replace(COVERAGE, logs_reads=False, logs_writes=False)
    held = {EVENTS: encoded(eventID="old"), EVENT_COVERAGE: msgspec.json.encode(coverage)}
    before = open_input(snapshot(tmp_path / "snapshot", CONTENTS | held))
    asked = Gap(account_id=ACCOUNT, source=EVENTS.source, reason=GapReason.DENIED, detail="LookupEvents was denied")
    joined = with_trail(msgspec.structs.replace(before, gaps=(asked,)), trail, WINDOW, LATER)
    (account,) = joined.accounts
    assert [event.event_id for event in account.events or ()] == ["a"]
    assert asked not in joined.gaps
    assert account.event_coverage is not None
    assert account.event_coverage.logs_reads is False, "as the snapshot knows"
    assert account.event_coverage.logs_writes is True, "as the files show"


def test_the_window_is_the_snapshots_where_none_is_given(tmp_path: Path, trail: Path) -> None:
    joined = with_trail(open_input(snapshot(tmp_path / "snapshot")), trail, None, LATER)
    coverage = joined.accounts[0].event_coverage
    assert coverage is not None
    assert len(coverage.missing_days) == 92 - 2
    with pytest.raises(InputError, match="--window 2026-Q3"):
        with_trail(plain_file(tmp_path), trail, None, LATER)


def test_an_account_without_files_is_a_gap_and_has_no_events_rather_than_none_done(tmp_path: Path, trail: Path) -> None:
    users = [{"UserName": "a", "Arn": f"arn:aws:iam::{account}:user/a"} for account in (ACCOUNT, "444455556666")]
    (tmp_path / "two.json").write_bytes(msgspec.json.encode(authorization(UserDetailList=users)))
    joined = with_trail(open_input(tmp_path / "two.json"), trail, WINDOW, LATER)
    assert [account.events is None for account in joined.accounts] == [False, True]
    assert [(gap.account_id, gap.item) for gap in joined.gaps if not gap.item] == [("444455556666", "")]


def test_a_folder_with_none_of_the_accounts_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "trail", "2026-07-01", log_file([]), account="444455556666")
    with pytest.raises(InputError, match=f"holds no log files of {ACCOUNT}"):
        with_trail(plain_file(tmp_path), tmp_path / "trail", WINDOW, LATER)


def test_days_in_a_row_are_written_as_ranges() -> None:
    days = [date(2026, 7, 1), date(2026, 7, 30), date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 3)]
    assert ranges(days) == "2026-07-01, 2026-07-30 to 2026-08-01, 2026-08-03"
    assert ranges([]) == ""
