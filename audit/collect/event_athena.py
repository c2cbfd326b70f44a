"""Searching a trail's log files through Athena: where they lie, without copying them, in the window's partitions only.

Nothing is created unless that is asked for. A record comes back in columns, and is put together again with CloudTrail's
names; members that the table does not declare are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import NamedTuple

import msgspec

from audit.cloudtrail.event import decode_event
from audit.cloudtrail.gathering import Gathering
from audit.cloudtrail.log_file import FoundEvent
from audit.collect.athena_query import (
    CALLS,
    GET_QUERY_RESULTS,
    NoColumnError,
    Row,
    await_query,
    result_listing,
    results_complaint,
    rows_in,
    start_query,
)
from audit.collect.athena_record import record_of
from audit.collect.athena_sql import (
    OPTIONAL,
    SCHEMES,
    Partitions,
    Table,
    create_table,
    parse_table,
    select_any,
    select_events,
)
from audit.collect.event_road import Found, Question
from audit.collect.interface import CallError, Failure, Run, missing
from audit.collect.journal import Journal
from audit.model.event import EventRoad
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.event_gaps import ranges
from audit.snapshot.layout import EVENTS

__all__ = ["CALLS", "find"]

_QUERY = "query"
_TABLE = "table"


class _Started(msgspec.Struct, frozen=True):
    """The query that the table took."""

    execution_id: str
    scheme: int
    """Its number in SCHEMES."""
    without: tuple[str, ...]


class _Days(NamedTuple):
    """What the days without an event of Mechanical Turk turned out to be."""

    logged: list[date]
    unknown: dict[date, Failure]
    api_calls: int


def find(run: Run, question: Question) -> Found:
    """Ask the table for the events of the window, then whether there are logs of the days without any."""
    table = parse_table(run.options.events.athena_table)
    found = Found(road=EventRoad.ATHENA, origin=f"{table.database}.{table.name}")
    gathering = Gathering(question.sought)
    try:
        _make_table(run, table)
        started = _started(run, table, question)
    except CallError as error:
        return msgspec.structs.replace(found, gaps=(missing(EVENTS, run.account_id, error.failure),))
    listing = result_listing(run, started.execution_id, f"-results-{started.execution_id}")
    for page in listing.pages():
        run.progress.advance(EVENTS.source, len(page))
    gaps = listing.gaps(EVENTS, run.account_id)
    if not listing.api_calls:
        return msgspec.structs.replace(found, gaps=gaps)
    odd = _take(gathering, rows_in(listing))
    gaps += tuple(_odd(run.account_id, odd))
    if "tlsdetails" in started.without:
        gaps += (_no_hosts(run.account_id),)
    for found_event in gathering.events:
        gathering.see(found_event.event.at.date())
    days = _other_days(run, table, SCHEMES[started.scheme], gathering)
    for day in days.logged:
        gathering.see(day)
    gaps += tuple(_unknown_days(run.account_id, days.unknown))
    return msgspec.structs.replace(found, gathering=gathering, api_calls=listing.api_calls + days.api_calls, gaps=gaps)


def _make_table(run: Run, table: Table) -> None:
    """Create the table where that was asked for; one that is there stays as it is."""
    location = run.options.events.athena_create_table
    journal = run.journal()
    if location and _TABLE not in journal:
        execution_id = start_query(run, table, create_table(table, location))
        await_query(run, execution_id)
        journal.add(_TABLE, execution_id)


def _started(run: Run, table: Table, question: Question) -> _Started:
    """Return the query that has searched the table: the first one whose columns it has."""
    journal = run.journal()
    kept = _kept(run, journal)
    if kept is not None:
        return kept
    refused: NoColumnError | None = None
    for scheme, partitions in enumerate(SCHEMES):
        for without in ((), OPTIONAL):
            text = select_events(table, partitions, question.sought, without)
            try:
                execution_id = start_query(run, table, text)
                started = _Started(execution_id, scheme, without)
                await_query(run, execution_id)
            except NoColumnError as error:
                refused = error
                if not any(f"'{name}'" in str(error).lower() for name in OPTIONAL):
                    break
            else:
                journal.add(_QUERY, msgspec.to_builtins(started))
                return started
    raise refused or AssertionError  # each scheme was refused


def _kept(run: Run, journal: Journal) -> _Started | None:
    """The query of an earlier start, unless Athena does not know it any more."""
    if _QUERY not in journal:
        return None
    started = msgspec.json.decode(journal.entries[_QUERY], type=_Started)
    try:
        await_query(run, started.execution_id)
    except CallError as error:
        failure = error.failure
        if failure.transient or failure.unreachable or failure.reason is not GapReason.FAILED:
            raise
        return None
    return started


def _take(gathering: Gathering, rows: Iterator[Row]) -> list[str]:
    """Add the events, and return the ids of those whose record cannot be read."""
    odd = []
    for row in rows:
        raw = msgspec.json.encode(record_of(row))
        try:
            event = decode_event(raw)
        except msgspec.DecodeError:
            odd.append(row.get("eventid") or "without an id")
        else:
            gathering.add([FoundEvent(event, raw)] if event is not None else [])
    return odd


def _odd(account_id: str, ids: list[str]) -> Iterator[Gap]:
    for event_id in sorted(set(ids)):
        failure = Failure(reason=GapReason.FAILED, detail="its record is nothing that CloudTrail writes")
        yield missing(EVENTS, account_id, failure, f"event {event_id}")


def _no_hosts(account_id: str) -> Gap:
    detail = (
        "the table has no column tlsdetails, so the host that was called is not known and the sandbox not told apart"
    )
    return missing(EVENTS, account_id, Failure(reason=GapReason.NOT_ASKED, detail=detail), "the host of every call")


def _other_days(run: Run, table: Table, partitions: Partitions, gathering: Gathering) -> _Days:
    """Ask of each day without an event whether anything at all was logged; without that it would prove nothing."""
    days = gathering.missing_days
    if not partitions.day:
        detail = "the table is not divided by days, so whether there is a log of a day without an event is not known"
        return _Days([], dict.fromkeys(days, Failure(reason=GapReason.NOT_ASKED, detail=detail)), 0)
    journal = run.journal("-days")
    unknown: dict[date, Failure] = {}
    waiting = [day for day in days if day.isoformat() not in journal]
    with closing(run.each(waiting, lambda day: _ask_of_day(run, table, partitions, day, journal))) as failures:
        unknown |= {day: failure for day, failure in failures if failure is not None}
    kept = {day: msgspec.json.decode(journal.entries[day.isoformat()], type=bool) for day in days if day not in unknown}
    return _Days([day for day, logged in kept.items() if logged], unknown, len(kept))


def _ask_of_day(run: Run, table: Table, partitions: Partitions, day: date, journal: Journal) -> Failure | None:
    """Ask whether there is a log of the day, in a thread of its own; the answer is kept before anyone hears of it."""
    try:
        execution_id = start_query(run, table, select_any(table, partitions, run.account_id, day))
        await_query(run, execution_id)
        answer = run.trail_api.ask(GET_QUERY_RESULTS, results_complaint, QueryExecutionId=execution_id, MaxResults=2)
    except CallError as error:
        return error.failure
    journal.add(day.isoformat(), len(answer["ResultSet"]["Rows"]) > 1)
    return None


def _unknown_days(account_id: str, unknown: dict[date, Failure]) -> Iterator[Gap]:
    by_failure: dict[Failure, list[date]] = {}
    for day in sorted(unknown):
        by_failure.setdefault(unknown[day], []).append(day)
    for failure, days in by_failure.items():
        yield missing(EVENTS, account_id, failure, f"whether there are logs of {ranges(days)}")
