"""Reading the log files of a folder on all cores.

Memory does not grow with the number of files: they are listed day by day, given out a batch at a time, and of each only
the events of Mechanical Turk come back.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from audit.cloudtrail.folder import TrailFolder
from audit.cloudtrail.gathering import Gathering, Sought
from audit.cloudtrail.layout import days_to_read
from audit.cloudtrail.log_file import FoundEvent, read_log_file

_BATCH = 64
"""Files that a process gets at once."""
_AHEAD = 3
"""Batches for each process that are given out before the first one is done."""


class _BatchReading(NamedTuple):
    events: list[FoundEvent]
    whole: int
    damaged: list[str]


def read_folder(folder: TrailFolder, sought: Sought, jobs: int | None = None) -> Gathering:
    """Read what the folder tells of what is `sought`, in `jobs` processes; None: as many as there are cores."""
    gathering = Gathering(sought)
    files = _listed(folder, gathering)
    batches = iter(lambda: tuple(islice(files, _BATCH)), ())
    for reading in _read_all(folder.path, batches, sought, jobs or len(os.sched_getaffinity(0))):
        gathering.files += reading.whole
        gathering.damaged += reading.damaged
        gathering.add(reading.events)
    return gathering


def _listed(folder: TrailFolder, gathering: Gathering) -> Iterator[str]:
    account_id, since, until = gathering.sought
    for day in days_to_read(since, until):
        for file in folder.files(account_id, day):
            gathering.see(day)
            yield file


def _read_all(root: Path, batches: Iterator[tuple[str, ...]], sought: Sought, jobs: int) -> Iterator[_BatchReading]:
    first = tuple(islice(batches, 2))
    batches = chain(first, batches)
    if jobs == 1 or len(first) == 1:
        # A process costs more than so few files.
        yield from (_read_batch(root, batch, sought) for batch in batches)
        return
    # Not forked from this process, which may have threads.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting: deque[Future[_BatchReading]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_read_batch, root, batch, sought))
            if len(waiting) > jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_batch(root: Path, batch: tuple[str, ...], sought: Sought) -> _BatchReading:
    """Read files one by one; those that cannot be read are damaged."""
    events: list[FoundEvent] = []
    damaged = []
    for file in batch:
        reading = read_log_file(_bytes(root / file))
        events += sought.wanted(reading.events)
        if not reading.whole:
            damaged.append(file)
    return _BatchReading(events, len(batch) - len(damaged), damaged)


def _bytes(path: Path) -> bytes:
    """The file's; none where it cannot be read, or is something that would never end."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""
