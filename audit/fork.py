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
    stream: BinaryIO
    """What it sends."""


class Beside:
    """Work that was given away; `result` waits for it."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._work = work
        self._process = _forked(work) if _may_fork() else None

    def result(self) -> bytes:
        """What the work gave; it may be asked for once.

        Where no process was to be had, or it failed, the work is done here and now: what went wrong is then raised by
        it here, as if there had been no other process.
        """
        if self._process is None:
            return self._work()
        sent = self._process.stream.read()
        return sent if self._ended() == 0 else self._work()

    def close(self) -> None:
        """Stop the process, where nobody asked for its result."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.id, signal.SIGKILL)
            self._ended()

    def _ended(self) -> int:
        """Its exit status, once."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.stream.close()
        return os.waitpid(process.id, 0)[1]


@contextmanager
def beside(work: Callable[[], bytes]) -> Iterator[Beside]:
    """Begin `work` in a process of its own, where that is safe and there is a processor for it.

    The work must neither print nor write files. When the block is left, the process is gone.
    """
    given = Beside(work)
    try:
        yield given
    finally:
        given.close()


def _may_fork() -> bool:
    """Not outside Linux, whose libraries stand it; nor beside a thread, whose locks a copy would keep for ever."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _forked(work: Callable[[], bytes]) -> _Process | None:
    """None where the system has no process to give."""
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if not child:
        os.close(reading)
        _do(work, writing)
    os.close(writing)
    return _Process(child, os.fdopen(reading, "rb"))


def _do(work: Callable[[], bytes], writing: int) -> NoReturn:
    """The copy's whole life. It ends without a word and without what this process does at its end."""
    status = 1
    try:
        # Control-C reaches both; the one that the user sees answers it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with os.fdopen(writing, "wb") as stream:
            stream.write(work())
        status = 0
    except BaseException:  # noqa: S110 - the other process does the work again, and tells what is wrong
        pass
    finally:
        os._exit(status)
