"""A collection in a process of its own, which a test may kill: `python collecting_process.py URL OUT`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from audit.collect.clock import SystemClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from tests.collect.running import NOW, options


class StandingClock(SystemClock):
    """Waits for real, at the moment that the tests' other clocks show."""

    def now(self) -> datetime:
        return NOW


if __name__ == "__main__":
    url, out = sys.argv[1:]
    chosen = options(Path(out), endpoint_url=url, max_concurrency=3)
    collect_snapshot(chosen, progress=SilentProgress(), clock=StandingClock())
