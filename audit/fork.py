"""Work beside this process: a forked copy of it sees all that is here, does the work, and sends bytes back."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NamedTuple, NoReturn


class _Process(NamedTuple):
    id: int
    given: BinaryIO
    """A file in memory for what it sends: it need not wait for a reader, and its memory is free again."""


class Beside:
    """Work that is given away; `result` waits for it."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._work = work
        self._process: _Process | None = None

    def begin(self) -> None:
        """Give it away, where that may be."""
        if not _may_fork():
            return
        # Control-C is for this process alone, and must not come between the other one's beginning and its name here.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with suppress(OSError):  # the system has no process, or no memory, to give
                self._process = _forked(self._work, before)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def result(self) -> bytes:
        """What the work gave; it may be asked for once.

        Where no process was to be had, or it failed, the work is done here and now: what went wrong is then raised by
        it here, as if there had been no other process.
        """
        process, self._process = self._process, None
        if process is None:
            return self._work()
        with process.given as given:
            if _status(process) != 0:
                return self._work()
            given.seek(0)
            return given.read()

    def close(self) -> None:
        """Stop the process, where nobody asked for its result."""
        process, self._process = self._process, None
        if process is not None:
            process.given.close()
            with suppress(ProcessLookupError):
                os.kill(process.id, signal.SIGKILL)
            _status(process)


def _status(process: _Process) -> int:
    """Wait for its end. A wait that is broken off leaves no process behind."""
    try:
        return os.waitpid(process.id, 0)[1]
    except ChildProcessError:
        return 1  # whoever started this program had it forget its processes: how this one ended is not known
    except BaseException:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(process.id, signal.SIGKILL)
            os.waitpid(process.id, 0)
        raise


@contextmanager
def beside(work: Callable[[], bytes]) -> Iterator[Beside]:
    """Begin `work` in a process of its own, where that is safe and there is a processor for it.

    The work must neither print nor write files. When the block is left, the process is gone.
    """
    given = Beside(work)
    try:
        given.begin()
        yield given
    finally:
        given.close()


def _may_fork() -> bool:
    """Not outside Linux, whose libraries stand it; nor beside a thread, whose locks a copy would keep for ever."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _forked(work: Callable[[], bytes], mask: set[int]) -> _Process:
    """The other process, which blocks the signals of `mask`. Raises OSError where the system has none to give."""
    given = os.fdopen(os.memfd_create("mturk-audit"), "w+b")
    try:
        child = os.fork()
    except OSError:
        given.close()
        raise
    if not child:
        _do(work, mask, given)
    return _Process(child, given)


def _do(work: Callable[[], bytes], mask: set[int], given: BinaryIO) -> NoReturn:
    """The copy's whole life. It ends without a word and without what this process does at its end."""
    status = 1
    try:
        # The process that the user sees answers Control-C.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        given.write(work())
        given.flush()
        status = 0
    except BaseException:  # noqa: S110 - the other process does the work again, and tells what is wrong
        pass
    finally:
        os._exit(status)
