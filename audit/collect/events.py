"""CloudTrail's records of Mechanical Turk, by one of three roads that end in the same lines, and how far they reach.

Log files, which are the whole record of a trail; LookupEvents, which reaches back 90 days and needs no trail; Athena,
which searches the files where they lie. Which calls CloudTrail logs of Mechanical Turk is not established.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-user-guide.html
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from audit.cloudtrail.folder import TrailFolder
from audit.cloudtrail.gathering import Gathering
from audit.cloudtrail.layout import days_between
from audit.cloudtrail.reading import read_folder
from audit.cloudtrail.trails import Trail, decode_trails, logged_by_all
from audit.collect import event_athena, event_bucket, event_lookup
from audit.collect.athena_sql import create_table, parse_table
from audit.collect.bucket_place import parse_place
from audit.collect.event_road import Found, Question, Road, question_of
from audit.collect.interface import ApiCall, Beside, Collected, EventOptions, Failure, Run, missing
from audit.collect.trail_reader import check_reader
from audit.model.event import EventCoverage, EventRoad
from audit.model.snapshot import GapReason
from audit.snapshot.event_gaps import event_gaps
from audit.snapshot.layout import EVENT_COVERAGE, EVENTS, TRAILS
from audit.snapshot.writer import canonical

FILE = EVENTS
CALLS = (*event_lookup.CALLS, *event_bucket.CALLS, *event_athena.CALLS)
"""Of all roads; `calls_of` says which a collection makes."""


def check(options: EventOptions) -> None:
    """Raise InputError where the road cannot be gone, before anything is asked."""
    check_reader(options)
    if options.athena_table:
        table = parse_table(options.athena_table)
        if options.athena_create_table:
            create_table(table, options.athena_create_table)
        if options.athena_output:
            parse_place(options.athena_output)
    elif options.trail.startswith("s3://"):
        parse_place(options.trail)
    elif options.trail:
        TrailFolder(Path(options.trail))


def calls_of(options: EventOptions) -> tuple[ApiCall, ...]:
    """The calls of the road that the options name; of a folder and of none there are none."""
    if options.off:
        return ()
    if options.athena_table:
        return event_athena.CALLS
    if options.trail:
        return event_bucket.CALLS if options.trail.startswith("s3://") else ()
    return event_lookup.CALLS


def collect(run: Run) -> Collected:
    """Read the events of the window, and say how far they reach."""
    if run.options.events.off:
        failure = Failure(reason=GapReason.NOT_ASKED, detail="CloudTrail was not asked, as it was wanted")
        return Collected(content=None, gaps=(missing(FILE, run.account_id, failure),))
    run.progress.start(FILE.source, None)
    try:
        found = _road(run.options.events)(run, question_of(run))
    finally:
        run.progress.finish(FILE.source)
    if found.gathering is None:
        return Collected(content=None, api_calls=found.api_calls, gaps=found.gaps)
    coverage = _with_selectors(run, found, found.gathering)
    events = found.gathering.events
    return Collected(
        content=(canonical(msgspec.json.decode(each.raw)) + b"\n" for each in events),
        rows=len(events),
        api_calls=found.api_calls,
        gaps=(*found.gaps, *event_gaps(run.account_id, coverage)),
        beside=(Beside(file=EVENT_COVERAGE, content=[canonical(msgspec.to_builtins(coverage)), b"\n"]),),
    )


def _road(options: EventOptions) -> Road:
    if options.athena_table:
        return event_athena.find
    if not options.trail:
        return event_lookup.find
    return event_bucket.find if options.trail.startswith("s3://") else _find_in_folder


def _find_in_folder(run: Run, question: Question) -> Found:
    """Read the log files of a folder; nothing is asked. Raises InputError where it cannot be read any more."""
    folder = TrailFolder(Path(run.options.events.trail))
    if not folder.holds(run.account_id):
        detail = f"{folder.name} holds no log files of this account, so what was done in it is not known"
        failure = Failure(reason=GapReason.GONE, detail=detail)
        return Found(road=EventRoad.LOG_FILES, origin=folder.name, gaps=(missing(FILE, run.account_id, failure),))
    return Found(road=EventRoad.LOG_FILES, origin=folder.name, gathering=read_folder(folder, question.sought))


def _with_selectors(run: Run, found: Found, gathering: Gathering) -> EventCoverage:
    """Add what the trails are set up to log. The event history needs none, and has management events of both kinds."""
    coverage = gathering.coverage(found.road, found.origin)
    if found.road is EventRoad.LOOKUP:
        return msgspec.structs.replace(coverage, logs_writes=True, logs_reads=True)
    raw = run.read(TRAILS)
    trails = tuple(trail for trail in decode_trails(raw) if found.is_of(trail)) if raw is not None else ()
    return msgspec.structs.replace(
        coverage,
        logs_writes=_known(coverage.logs_writes, trails, reads=False),
        logs_reads=_known(coverage.logs_reads, trails, reads=True),
        missing_days=tuple(sorted({*coverage.missing_days, *_silent_days(trails, coverage)})),
    )


def _known(seen: bool | None, trails: tuple[Trail, ...], *, reads: bool) -> bool | None:
    return logged_by_all(trails, reads=reads) if seen is None else seen


def _silent_days(trails: tuple[Trail, ...], coverage: EventCoverage) -> set[date]:
    """Days on which, for a time at least, none of the trails logged."""
    silent = [trail.silent(coverage.since, coverage.until) for trail in trails]
    periods = [each for each in silent if each is not None]
    if not trails or len(periods) < len(trails):
        return set()
    return set.intersection(*(set(days_between(*period)) for period in periods))
