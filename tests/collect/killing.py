"""Killing a collection with SIGKILL, in a process of its own, at a call of the local AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from audit.demo.faults import Fault
from audit.demo.wire import Call

ROOT = Path(__file__).parents[2]
CONCURRENCY = 3
"""Calls at once in the process."""
_AT_EVERY_START = {"sts:GetCallerIdentity", "sts:AssumeRole"}


class Killing:
    """Faults that kill the collecting process at its call number `number`, and let nothing through once it is dead."""

    def __init__(self, module: str) -> None:
        """`module` is what the process runs."""
        self._module = module
        self._number = 0
        self._seen = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Fault | None:
        with self._lock:
            self._seen += 1
            if self._process is None or self._seen < self._number:
                return None
            if self._process.poll() is None:
                os.kill(self._process.pid, signal.SIGKILL)
                self._process.wait()
            return Fault.DROPPED

    def run(self, number: int, *arguments: str | Path) -> bool:
        """Collect with the module's `arguments`, killed at call `number`; whether it came to that."""
        with self._lock:
            self._seen, self._number = 0, number
            self._process = subprocess.Popen([sys.executable, "-m", self._module, *arguments], cwd=ROOT)
            process = self._process
        code = process.wait(timeout=120)
        with self._lock:
            self._process = None
        assert code in (0, -signal.SIGKILL)
        return code != 0


def asked_again(calls: Iterable[Call]) -> int:
    """How many of the calls repeat another, besides those that each start begins with."""
    counted = Counter((each.account_id, each.name, str(each.parameters)) for each in calls)
    return sum(count - 1 for (_, name, _), count in counted.items() if name not in _AT_EVERY_START)
