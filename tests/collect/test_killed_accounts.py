"""Killed anywhere in a collection of many accounts, it goes on to the same bytes and asks nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from audit.demo.faults import Fault
from audit.demo.wire import Call
from tests.collect.many_accounts import collect_accounts, company, serving_company
from tests.collect.running import evidence

ROOT = Path(__file__).parents[2]
CONCURRENCY = 3
AT_EVERY_START = {"sts:GetCallerIdentity", "sts:AssumeRole"}


class Killing:
    """Kills the collecting process at its call number `number`, and lets nothing through once it is dead."""

    def __init__(self) -> None:
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

    def run(self, out: Path, number: int) -> bool:
        """Collect into `out`, killed at call `number`; whether it came to that."""
        with self._lock:
            self._seen, self._number = 0, number
            self._process = subprocess.Popen([sys.executable, "-m", "tests.collect.accounts_process", out], cwd=ROOT)
            process = self._process
        code = process.wait(timeout=120)
        with self._lock:
            self._process = None
        assert code in (0, -signal.SIGKILL)
        return code != 0


def check_killed(tmp_path: Path, times: int, seed: int) -> None:
    """Kill collections at random calls, each several times, until `times` kills were survived."""
    chance = random.Random(seed)
    killing = Killing()
    with serving_company(company(hits=4), faults=killing) as aws:
        collect_accounts(tmp_path / "whole")
        expected, calls = evidence(tmp_path / "whole"), len(aws.calls)
        kills, round_ = 0, 0
        while kills < times:
            out, first = tmp_path / f"snapshot-{round_}", len(aws.calls)
            here = 0
            while here < 3 and killing.run(out, chance.randrange(1, calls // 2)):
                here += 1
            kills, round_ = kills + here, round_ + 1
            asked = aws.calls[first:]
            if here == 3:
                collect_accounts(out, max_concurrency=CONCURRENCY)
                asked = aws.calls[first:]
            assert evidence(out) == expected, f"seed {seed}, round {round_}"
            counted = Counter((each.account_id, each.name, str(each.parameters)) for each in asked)
            again = sum(count - 1 for key, count in counted.items() if key[1] not in AT_EVERY_START)
            # In flight: a call of each place, and the pages of the item that it belongs to.
            assert again <= here * 2 * CONCURRENCY, "only what was in flight is asked again"


def test_killed_at_random_calls_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed(tmp_path, times=5, seed=7)


@pytest.mark.long
def test_killed_a_hundred_times_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed(tmp_path, times=100, seed=20261125)
