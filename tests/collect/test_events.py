"""CloudTrail's records by each of their roads: the same lines, and a gap for whatever is not there."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.collect import events, trails
from audit.collect.interface import EventOptions
from audit.demo.account import StoredObject
from audit.demo.athena_table import Table
from audit.demo.faults import Fault, Planned
from audit.demo.server import Settings
from audit.model.error import CollectError, InputError
from audit.model.event import EventCoverage
from audit.model.snapshot import GapReason
from audit.snapshot.layout import EVENTS
from audit.snapshot.window import window_between
from tests.collect.trail_company import (
    CALLS,
    FIRST,
    PLACE,
    PREFIX,
    RECORDS,
    TABLE,
    TRAIL,
    WINDOW,
    call,
    other,
    stored,
    trail_company,
)
from tests.collect.trail_running import Ran, run
from tests.demo.building import ACCOUNT, NOW

LOOKUP = EventOptions()
FILES = EventOptions(trail=PLACE)
ATHENA = EventOptions(athena_table="audit.trail", athena_output="s3://results/x")
MADE = EventOptions(athena_table="audit.made", athena_output="s3://results/x", athena_create_table=PLACE)
ROADS = {"lookup": LOOKUP, "files": FILES, "athena": ATHENA, "made": MADE}
COLLECTORS = (trails, events)
IN_FLIGHT = 2
"""Calls at once, as `run` collects: as many meet an error before anyone knows of it."""
MANY = (*(call(100 + number, FIRST + timedelta(minutes=number)) for number in range(130)), *RECORDS)
"""Three pages of the event history."""


def read(out: Path, road: EventOptions, *faults: Planned, **changes: Any) -> Ran:
    company = changes.pop("company", None) or trail_company()
    return run(company, out, COLLECTORS, *faults, events=road, **changes)


def coverage(ran: Ran) -> EventCoverage:
    found = ran.account.event_coverage
    assert found is not None
    return found


def items(ran: Ran) -> list[tuple[GapReason, str]]:
    return [(gap.reason, gap.item) for gap in ran.gaps(EVENTS.source)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """Each road without a fault, over an event history of several pages."""
    company = trail_company(records=MANY)
    return {
        name: read(tmp_path_factory.mktemp(name) / "snapshot", road, company=company) for name, road in ROADS.items()
    }


def test_all_roads_end_in_the_same_bytes(whole: dict[str, Ran]) -> None:
    files = {name: ran.raw("cloudtrail/events.jsonl") for name, ran in whole.items()}
    assert len(set(files.values())) == 1
    found = whole["files"].account.events or ()
    assert [event.event_id for event in found] == [
        each.event_id for each in sorted((*MANY[:130], *CALLS), key=lambda each: (each.at, each.event_id))
    ]
    assert {event.environment for event in found} == {"production", "sandbox"}
    assert all(ran.manifest.gaps == () for ran in whole.values())


def test_each_road_says_how_far_it_reaches(whole: dict[str, Ran]) -> None:
    for ran in whole.values():
        reach = coverage(ran)
        assert (reach.since, reach.until, reach.missing_days) == (WINDOW.since, WINDOW.until, ())
        assert (reach.logs_writes, reach.logs_reads) == (True, True)
    roads = {name: (coverage(ran).road.value, coverage(ran).origin) for name, ran in whole.items()}
    assert roads == {
        "lookup": ("LookupEvents", "cloudtrail:LookupEvents"),
        "files": ("log files", PLACE),
        "athena": ("Athena", "audit.trail"),
        "made": ("Athena", "audit.made"),
    }


def test_no_call_is_made_that_is_not_declared_for_the_road(whole: dict[str, Ran]) -> None:
    common = {"sts:GetCallerIdentity", *(each.source for each in trails.CALLS)}
    for name, ran in whole.items():
        assert set(ran.calls) - common == {each.source for each in events.calls_of(ROADS[name])}
    assert whole["lookup"].calls["cloudtrail:LookupEvents"] == 4, "three pages, and one of the sandbox's source"
    assert whole["athena"].calls["athena:StartQueryExecution"] == 2, "the search, and the one day without an event"
    assert events.calls_of(EventOptions(off=True)) == events.calls_of(EventOptions(trail="folder")) == ()


FAULTY = [(name, call.source) for name, road in ROADS.items() if name != "made" for call in events.calls_of(road)]
PASSING = (Fault.THROTTLED, Fault.SERVER_ERROR, Fault.TRUNCATED_BODY, Fault.HTML_BODY)


@pytest.mark.parametrize(("name", "operation"), FAULTY)
def test_faults_that_pass_change_no_byte(whole: dict[str, Ran], tmp_path: Path, name: str, operation: str) -> None:
    plan = [Planned(operation=operation, fault=fault, after=3 * number) for number, fault in enumerate(PASSING)]
    # One at a time: with two that take turns, faults of the plan might meet all attempts of one and the same call.
    ran = read(tmp_path / "snapshot", ROADS[name], *plan, company=trail_company(records=MANY), max_concurrency=1)
    for file in ("cloudtrail/events.jsonl", "cloudtrail/coverage.json"):
        assert ran.raw(file) == whole[name].raw(file)
    assert ran.manifest.gaps == ()


LASTING = {
    Fault.ACCESS_DENIED: GapReason.DENIED,
    Fault.THROTTLED: GapReason.THROTTLED,
    Fault.HTML_BODY: GapReason.FAILED,
    Fault.TRUNCATED_BODY: GapReason.FAILED,
}


@pytest.mark.parametrize(("name", "operation"), FAULTY)
@pytest.mark.parametrize("fault", LASTING)
def test_what_fails_from_the_first_call_on_is_a_gap_and_no_events_rather_than_none(
    tmp_path: Path, name: str, operation: str, fault: Fault
) -> None:
    ran = read(tmp_path / "snapshot", ROADS[name], Planned(operation=operation, fault=fault, times=None))
    gaps = items(ran)
    assert {reason for reason, _ in gaps} & {LASTING[fault], GapReason.UNREADABLE}
    assert ran.account.events is None or coverage(ran).missing_days or coverage(ran).damaged_files


@pytest.mark.parametrize("name", ["lookup", "files", "athena"])
def test_a_collection_that_stops_at_any_call_goes_on_to_the_same_bytes(
    whole: dict[str, Ran], tmp_path: Path, name: str
) -> None:
    company = trail_company(records=MANY)
    for call_source in {each.source for each in events.calls_of(ROADS[name])}:
        total = whole[name].calls[call_source]
        for after in sorted({0, 1, total // 2, total - 1}):
            out = tmp_path / f"{call_source}-{after}"
            calls = Counter[str]()
            expired = Planned(operation=call_source, fault=Fault.EXPIRED_CREDENTIALS, after=after, times=None)
            with pytest.raises(CollectError):
                read(out, ROADS[name], expired, company=company, calls=calls)
            ran = read(out, ROADS[name], company=company, calls=calls)
            for file in ("cloudtrail/events.jsonl", "cloudtrail/coverage.json"):
                assert ran.raw(file) == whole[name].raw(file)
            for each in events.calls_of(ROADS[name]):
                known_again = each.source == "athena:GetQueryExecution"  # of the query that is kept
                most = whole[name].calls[each.source] + IN_FLIGHT + known_again
                assert calls[each.source] <= most, "only what was in flight is asked once more"


def test_the_history_reaches_back_ninety_days_and_the_days_before_are_missing(tmp_path: Path) -> None:
    long = window_between("2026-07-01", "2026-10-01")
    ran = read(tmp_path / "snapshot", LOOKUP, window=long)
    edge = NOW - timedelta(days=90)
    reach = coverage(ran)
    assert (reach.since, reach.missing_days[0], reach.missing_days[-1]) == (long.since, date(2026, 7, 1), edge.date())
    assert [(reason, item) for reason, item in items(ran)] == [(GapReason.GONE, f"2026-07-01 to {edge:%Y-%m-%d}")]


def test_a_window_before_the_history_asks_nothing_and_has_every_day_missing(tmp_path: Path) -> None:
    ran = read(tmp_path / "snapshot", LOOKUP, window=window_between("2026-06-01", "2026-06-03"))
    assert (ran.account.events, len(coverage(ran).missing_days)) == ((), 2)
    assert ran.calls["cloudtrail:LookupEvents"] == 0


def test_a_window_that_has_not_ended_misses_no_day_to_come(tmp_path: Path) -> None:
    for name in ("lookup", "files"):
        ran = read(tmp_path / name, ROADS[name], window=window_between("2026-09-21", "2026-12-01"))
        reach = coverage(ran)
        assert abs(reach.until - NOW) < timedelta(seconds=5)
        assert not [day for day in reach.missing_days if day > NOW.date()]


def test_pages_of_the_history_that_do_not_come_leave_the_days_they_would_have_told_of(tmp_path: Path) -> None:
    spread = tuple(call(number, FIRST + timedelta(hours=number)) for number in range(96))
    denied = Planned(operation="cloudtrail:LookupEvents", fault=Fault.ACCESS_DENIED, after=1, times=None)
    ran = read(tmp_path / "snapshot", LOOKUP, denied, company=trail_company(records=spread))
    assert len(ran.account.events or ()) == 50
    assert coverage(ran).missing_days == (date(2026, 9, 21), date(2026, 9, 22)), "50 hours are known, of the last days"
    assert {item for _, item in items(ran)} == {
        "page 2 and the pages after it",
        "2026-09-21 to 2026-09-22",
        "the sandbox's events, in part or all",
    }


def test_a_connection_that_is_lost_in_the_history_is_no_gap_but_the_end_for_now(
    whole: dict[str, Ran], tmp_path: Path
) -> None:
    company, calls = trail_company(records=MANY), Counter[str]()
    lost = Planned(operation="cloudtrail:LookupEvents", fault=Fault.DROPPED, after=2, times=None)
    with pytest.raises(CollectError, match="the connection was lost after page 2 of cloudtrail:LookupEvents"):
        read(tmp_path / "snapshot", LOOKUP, lost, company=company, calls=calls)
    ran = read(tmp_path / "snapshot", LOOKUP, company=company, calls=calls)
    assert ran.raw("cloudtrail/events.jsonl") == whole["lookup"].raw("cloudtrail/events.jsonl")
    assert ran.manifest.gaps == ()
    assert calls["cloudtrail:LookupEvents"] == whole["lookup"].calls["cloudtrail:LookupEvents"] + 1


def test_calls_of_the_history_keep_to_two_a_second(tmp_path: Path) -> None:
    clock_before = Settings(athena_tables=(TABLE,), unfinished=0, lookups_per_second=None)
    ran = read(tmp_path / "snapshot", LOOKUP, company=trail_company(records=MANY), settings=clock_before)
    assert ran.calls["cloudtrail:LookupEvents"] == 4
    started, ended = ran.manifest.started_at, ran.manifest.ended_at
    assert ended is not None
    assert ended - started >= timedelta(seconds=3 * 0.5)


def test_an_event_whose_record_is_unreadable_is_named(tmp_path: Path) -> None:
    odd = msgspec.structs.replace(
        call(60, FIRST), record=msgspec.Raw(b'{"eventSource":"mturk-requester.amazonaws.com"}')
    )
    ran = read(tmp_path / "snapshot", LOOKUP, company=trail_company(records=(*CALLS, odd), objects=()))
    assert items(ran) == [(GapReason.FAILED, f"event {odd.event_id}")]
    assert len(ran.account.events or ()) == len(CALLS)


def test_files_of_an_organizations_trail_are_found(tmp_path: Path) -> None:
    objects = (*stored(RECORDS, organization="o-a1b2c3d4e5"), *stored(RECORDS))
    ran = read(tmp_path / "snapshot", FILES, company=trail_company(objects=objects))
    assert len(ran.account.events or ()) == len(CALLS)
    assert coverage(ran).duplicates == len(CALLS), "both trails have each event"
    assert ran.manifest.gaps == ()


def test_damaged_files_and_missing_days_are_named(tmp_path: Path) -> None:
    objects = [each for each in stored(RECORDS) if "/2026/09/23/" not in each.key]
    cut = StoredObject(key=objects[0].key, body=objects[0].body[:-20], modified_at=NOW)
    junk = StoredObject(
        key=f"{PREFIX}/AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/09/22/x.json.gz", body=b"junk", modified_at=NOW
    )
    ran = read(tmp_path / "snapshot", FILES, company=trail_company(objects=[cut, junk, *objects[1:]]))
    below = f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/"
    assert items(ran) == [
        (GapReason.GONE, "2026-09-23"),
        (GapReason.UNREADABLE, f"{below}2026/09/21/0.json.gz"),
        (GapReason.UNREADABLE, f"{below}2026/09/22/x.json.gz"),
    ]
    assert coverage(ran).missing_days == (date(2026, 9, 23),)
    assert coverage(ran).files == len(objects) - 1


def test_a_bucket_without_the_account_or_without_access_is_one_gap(tmp_path: Path) -> None:
    for name, place in (("other", f"{PLACE}/elsewhere"), ("no-bucket", "s3://nobodys-bucket")):
        ran = read(tmp_path / name, EventOptions(trail=place))
        assert ran.account.events is None
        ((_, item),) = items(ran)
        assert item == ""


def test_a_day_whose_files_are_denied_ends_the_asking(tmp_path: Path) -> None:
    denied = Planned(operation="s3:GetObject", fault=Fault.ACCESS_DENIED, after=5, times=None)
    ran = read(tmp_path / "snapshot", FILES, denied)
    ((reason, item), (_, missing)) = sorted(items(ran))
    assert (reason, item) == (GapReason.DENIED, "2026-09-23 to 2026-09-25")
    assert missing == "2026-09-23 to 2026-09-24"
    assert ran.calls["s3:ListObjectsV2"] == 1 + 3, "the top, and three days"


def test_a_folder_is_read_without_a_call(tmp_path: Path) -> None:
    for each in stored(RECORDS):
        path = tmp_path / "trail" / each.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.body)
    ran = read(tmp_path / "snapshot", EventOptions(trail=str(tmp_path / "trail")))
    assert len(ran.account.events or ()) == len(CALLS)
    assert (coverage(ran).origin, ran.manifest.gaps) == ("trail", ())
    assert not {name for name in ran.calls if name.startswith(("s3", "athena"))}


def test_without_cloudtrail_there_are_no_events_and_a_gap_says_that_it_was_wanted(tmp_path: Path) -> None:
    ran = read(tmp_path / "snapshot", EventOptions(off=True))
    assert ran.account.events is None
    assert items(ran) == [(GapReason.NOT_ASKED, "")]


def test_an_older_table_without_hosts_and_with_other_partitions_is_searched_too(tmp_path: Path) -> None:
    older = Table(
        database="audit",
        name="older",
        location=TABLE.location.replace("${day}", "${timestamp}").replace("${account}", ACCOUNT),
        partitions=("timestamp",),
    )
    settings = Settings(athena_tables=(older,), unfinished=0)
    road = EventOptions(athena_table="audit.older", athena_output="s3://results/x")
    ran = read(tmp_path / "snapshot", road, settings=settings)
    assert len(ran.account.events or ()) == len(CALLS)
    assert ran.manifest.gaps == ()


def test_a_table_that_is_not_divided_by_days_leaves_days_without_an_event_unknown(tmp_path: Path) -> None:
    flat = Table(database="audit", name="flat", location=f"{PLACE}/AWSLogs")
    settings = Settings(athena_tables=(flat,), unfinished=0)
    road = EventOptions(athena_table="audit.flat", athena_output="s3://results/x")
    ran = read(tmp_path / "snapshot", road, settings=settings)
    assert len(ran.account.events or ()) == len(CALLS)
    assert coverage(ran).missing_days == (date(2026, 9, 22),)
    assert "not divided by days" in " ".join(gap.detail for gap in ran.gaps(EVENTS.source))


def test_a_day_without_any_log_is_missing_through_athena_too(tmp_path: Path) -> None:
    objects = [each for each in stored(RECORDS) if "/2026/09/22/" not in each.key]
    ran = read(tmp_path / "snapshot", ATHENA, company=trail_company(objects=objects))
    assert coverage(ran).missing_days == (date(2026, 9, 22),)
    assert items(ran) == [(GapReason.GONE, "2026-09-22")]


def test_a_query_that_fails_is_one_gap_with_athenas_reason(tmp_path: Path) -> None:
    nowhere = EventOptions(athena_table="audit.nothing", athena_output="s3://results/x")
    ran = read(tmp_path / "snapshot", nowhere)
    (gap,) = ran.gaps(EVENTS.source)
    assert "TABLE_NOT_FOUND" in gap.detail
    assert ran.account.events is None


def test_a_trail_that_was_stopped_leaves_its_days_missing_and_one_that_logs_no_reads_says_so(tmp_path: Path) -> None:
    writes = msgspec.structs.replace(TRAIL, logs="WriteOnly", advanced=True)
    calls = [each for each in RECORDS if not each.read_only]
    calls += [other(90 + day, FIRST + timedelta(days=day)) for day in range(4)]
    ran = read(tmp_path / "snapshot", FILES, company=trail_company(records=tuple(calls), trails=(writes,)))
    assert (coverage(ran).logs_writes, coverage(ran).logs_reads) == (True, False)
    elsewhere = msgspec.structs.replace(TRAIL, bucket="another")
    unknown = read(tmp_path / "unknown", FILES, company=trail_company(records=tuple(calls), trails=(elsewhere,)))
    assert (coverage(unknown).logs_writes, coverage(unknown).logs_reads) == (True, None)


def test_what_cannot_be_meant_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    for road in (
        EventOptions(trail="s3://UPPER/x"),
        EventOptions(trail="s3://bucket/it's"),
        EventOptions(trail=str(tmp_path / "nothing")),
        EventOptions(athena_table="no_dot"),
        EventOptions(athena_table='audit.trail" UNION SELECT'),
        EventOptions(athena_table="audit.trail", athena_create_table="s3://bucket/x'y"),
    ):
        with pytest.raises(InputError):
            read(tmp_path / "snapshot", road)
    assert not (tmp_path / "snapshot").exists()
