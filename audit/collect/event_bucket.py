"""A trail's log files in its bucket: s3:ListBucket and s3:GetObject, below the trail's prefix, for the days asked for.

A day is worked off as a whole, its files many at once, so that no more than the files of one day are remembered: of a
day that is done only its events are.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import msgspec

from audit.cloudtrail.event import decode_event
from audit.cloudtrail.gathering import Gathering
from audit.cloudtrail.layout import ORGANIZATION_ID, ROOT, below_account, day_path, days_to_read, is_log_file
from audit.cloudtrail.log_file import FoundEvent, read_log_file
from audit.collect.bucket_place import Place, parse_place
from audit.collect.event_road import Found, Question
from audit.collect.interface import Answer, ApiCall, CallError, Complaint, Failure, Run, missing
from audit.collect.journal import Journal
from audit.collect.paging import LIST_OBJECTS, pages
from audit.model.event import EventRoad
from audit.model.snapshot import GapReason
from audit.snapshot.event_gaps import ranges
from audit.snapshot.layout import EVENTS

LIST_OBJECTS_V2 = ApiCall(
    service="s3",
    operation="ListObjectsV2",
    permission="s3:ListBucket",
    reason="which log files the trail has of the window's days",
    how_often="once for every day of the window, and once more for every 1,000 files",
)
GET_OBJECT = ApiCall(
    service="s3",
    operation="GetObject",
    permission="s3:GetObject",
    reason="the log files themselves",
    how_often="once for every log file of us-east-1 in the window",
)
CALLS = (LIST_OBJECTS_V2, GET_OBJECT)

_ROOTS = "roots"
_FAILED_DAYS = 3
"""In a row; then the others are not asked for."""


class _ReadFile(msgspec.Struct, frozen=True):
    """One log file."""

    whole: bool
    records: list[str]
    """Of Mechanical Turk's events, as they were written."""


class _ReadDay(msgspec.Struct, frozen=True):
    """One day whose files have all been read."""

    files: int
    damaged: list[str]
    records: list[str]
    api_calls: int


class _DayError(Exception):
    """A day cannot be read, and why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


def find(run: Run, question: Question) -> Found:
    """Read the days one by one. A day that cannot be read is a gap; after some of them the rest are too."""
    place = parse_place(run.options.events.trail)
    found = Found(road=EventRoad.LOG_FILES, origin=str(place), bucket=place.bucket, prefix=place.prefix)
    try:
        roots, api_calls = _roots(run, place)
    except CallError as error:
        return msgspec.structs.replace(found, gaps=(missing(EVENTS, run.account_id, error.failure),))
    if not roots:
        detail = f"{place} holds no log files of this account, so what was done in it is not known"
        failure = Failure(reason=GapReason.GONE, detail=detail)
        return msgspec.structs.replace(found, gaps=(missing(EVENTS, run.account_id, failure),))
    bucket = _Bucket(run, place, roots)
    gathering = Gathering(question.sought)
    failed: dict[date, Failure] = {}
    days = days_to_read(question.sought.since, question.sought.until)
    run.progress.start(EVENTS.source, len(days))
    for day in days:
        if not _is_hopeless(list(failed.values())):
            try:
                read = bucket.day(day)
            except _DayError as error:
                failed[day] = error.failure
            else:
                api_calls += read.api_calls
                _take(gathering, day, read)
        else:
            failed[day] = next(reversed(failed.values()))
        run.progress.advance(EVENTS.source)
    if len(failed) == len(days):
        return msgspec.structs.replace(
            found, gaps=(missing(EVENTS, run.account_id, next(iter(failed.values()))),), api_calls=api_calls
        )
    by_failure: dict[Failure, list[date]] = {}
    for day, failure in failed.items():
        by_failure.setdefault(failure, []).append(day)
    gaps = tuple(missing(EVENTS, run.account_id, failure, ranges(days)) for failure, days in by_failure.items())
    return msgspec.structs.replace(found, gathering=gathering, api_calls=api_calls, gaps=gaps)


def _is_hopeless(failures: list[Failure]) -> bool:
    """Whether another day is not worth a question: what is denied once stays so."""
    return any(failure.reason is GapReason.DENIED for failure in failures) or len(failures) >= _FAILED_DAYS


def _take(gathering: Gathering, day: date, read: _ReadDay) -> None:
    gathering.files += read.files
    gathering.damaged += read.damaged
    gathering.add(_events(read.records))
    if read.files or read.damaged:
        gathering.see(day)


def _events(records: list[str]) -> Iterator[FoundEvent]:
    for record in records:
        raw = record.encode()
        event = decode_event(raw)
        if event is not None:
            yield FoundEvent(event, raw)


def _roots(run: Run, place: Place) -> tuple[list[str], int]:
    """The prefixes below which folders of accounts lie, `AWSLogs/` and `AWSLogs/o-…/`; and how many calls told it."""
    journal = run.journal()
    if _ROOTS not in journal:
        top = place.key(f"{ROOT}/")
        roots, count = [], 0
        for page in pages(
            run.trail_api,
            LIST_OBJECTS_V2,
            LIST_OBJECTS,
            _complaint,
            rows_of=("CommonPrefixes",),
            Bucket=place.bucket,
            Prefix=top,
            Delimiter="/",
        ):
            count += 1
            names = [row["Prefix"].removeprefix(top).rstrip("/") for row in page.answer.get("CommonPrefixes", ())]
            roots += [top for name in names if name == run.account_id]
            roots += [f"{top}{name}/" for name in names if ORGANIZATION_ID.fullmatch(name)]
        journal.add(_ROOTS, [roots, count])
    kept: tuple[list[str], int] = msgspec.json.decode(journal.entries[_ROOTS], type=tuple[list[str], int])
    return kept


class _Bucket:
    """The log files of one account."""

    def __init__(self, run: Run, place: Place, roots: list[str]) -> None:
        self._run = run
        self._place = place
        self._roots = roots

    def day(self, day: date) -> _ReadDay:
        """Read every file of a day, unless an earlier start has. Raises _DayError."""
        done, begun = self._run.journal(), self._run.journal("-day")
        key = day.isoformat()
        if key not in done:
            done.add(key, msgspec.to_builtins(self._read(day, begun)))
            begun.restart()
        return msgspec.json.decode(done.entries[key], type=_ReadDay)

    def _read(self, day: date, begun: Journal) -> _ReadDay:
        try:
            sizes, api_calls = self._keys(day)
        except CallError as error:
            raise _DayError(error.failure) from error
        keys = sorted(sizes)
        # A part of another day stands there where a kill came between its end and its being forgotten.
        waiting = [key for key in keys if key not in begun]
        damaged: dict[str, Failure] = {}
        with closing(self._run.each(waiting, lambda key: self._file(key, sizes[key], begun))) as outcomes:
            for key, failure in outcomes:
                if failure is None:
                    continue
                if failure.reason is GapReason.DENIED or failure.unreachable:
                    raise _DayError(failure)
                damaged[key] = failure
        files = {key: msgspec.json.decode(begun.entries[key], type=_ReadFile) for key in keys if key in begun}
        return _ReadDay(
            files=sum(file.whole for file in files.values()),
            damaged=sorted(self._place.below(key) for key in keys if key in damaged or not files[key].whole),
            records=[record for key in sorted(files) for record in files[key].records],
            api_calls=api_calls + len(files),
        )

    def _keys(self, day: date) -> tuple[dict[str, int], int]:
        """The log files of a day with their sizes, and how many calls told them."""
        sizes: dict[str, int] = {}
        count = 0
        for root in self._roots:
            for page in pages(
                self._run.trail_api,
                LIST_OBJECTS_V2,
                LIST_OBJECTS,
                _complaint,
                rows_of=("Contents",),
                Bucket=self._place.bucket,
                Prefix=f"{root}{below_account(self._run.account_id)}/{day_path(day)}/",
            ):
                count += 1
                rows = page.answer.get("Contents", ())
                sizes |= {row["Key"]: row["Size"] for row in rows if is_log_file(row["Key"])}
        return sizes, count

    def _file(self, key: str, size: int, begun: Journal) -> Failure | None:
        """Read one file, in a thread of its own; it is kept before anyone hears of it."""
        try:
            answer = self._run.trail_api.ask(GET_OBJECT, _body_complaint(size), Bucket=self._place.bucket, Key=key)
        except CallError as error:
            return error.failure
        reading = read_log_file(answer["Body"])
        read = _ReadFile(reading.whole, [found.raw.decode() for found in reading.events])
        begun.add(key, msgspec.to_builtins(read))
        return None


def _complaint(answer: Answer) -> str | None:
    if not isinstance(answer.get("KeyCount"), int) or not isinstance(answer.get("IsTruncated"), bool):
        return "a list of files without KeyCount and IsTruncated, as a damaged body looks"
    rows: list[Any] = [*answer.get("Contents", ()), *answer.get("CommonPrefixes", ())]
    if any("Prefix" not in row and not {"Key", "Size"} <= row.keys() for row in rows):
        return "a file without its Key and Size"
    if len(rows) != answer["KeyCount"]:
        return f"a list of {len(rows)} files that says it has {answer['KeyCount']}"
    return None


def _body_complaint(size: int) -> Complaint:
    """Build the check of a file: what a proxy cut off, or put in its place, has another size than the list told."""

    def complaint(answer: Answer) -> str | None:
        body = answer.get("Body")
        if not isinstance(body, bytes):
            return "no file"
        return None if len(body) == size else f"{len(body)} bytes of a file that has {size}"

    return complaint
