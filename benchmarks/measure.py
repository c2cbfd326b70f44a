"""One command, run to its end as a process of its own: its times, its peak of memory, and what it printed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time, of the process and of those that it started and waited for."""
    peak: int
    """Bytes of resident memory: of the process, or of one that it started, whichever is larger."""
    status: int
    """Its exit code; below zero, the signal that ended it."""
    output: bytes
    complaint: str
    """What its standard error says, in one line: the last that names an error, or the last."""


def measure(command: Sequence[str], *, environment: Mapping[str, str], folder: Path, limit: float) -> Cost:
    """Run `command`, its output in files of `folder`; after `limit` seconds it is killed.

    The kernel counts the parent's memory at the start of a process as that process's own, so that whoever calls this
    must be smaller than what it measures: nothing large is imported or held here.
    """
    out, err = folder / "stdout", folder / "stderr"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    started = perf_counter()
    child = os.posix_spawnp(
        command[0],
        list(command),
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600),
        ],
        setpgroup=0,
    )
    clock = threading.Timer(limit, os.killpg, (child, signal.SIGKILL))
    clock.daemon = True
    clock.start()
    _, status, usage = os.wait4(child, 0)
    wall = perf_counter() - started
    clock.cancel()
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * 1024,
        status=os.waitstatus_to_exitcode(status),
        output=out.read_bytes(),
        complaint=_complaint(err.read_text(encoding="utf-8", errors="replace")),
    )


def _complaint(text: str) -> str:
    said = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in said if "error" in line.lower()] or said
    return errors[-1] if errors else ""
