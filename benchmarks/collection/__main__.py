"""`python -m benchmarks.collection`: a collection against the time that its calls alone take."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.places import PYTHON, environment

TIMES = 1.2
"""Of hits × latency / calls in flight, at most."""


class Measured(NamedTuple):
    """One collection."""

    seconds: float
    cpu: float
    calls: int
    twice: int
    """Calls that had been answered before."""
    most: int
    """In flight at once."""


def main() -> int:
    options = _options()
    reached = True
    print(f"{options.hits} HITs, {options.latency:g} ms an answer; a collection as a process, its start included\n")
    print("| calls in flight | at best | measured | times | CPU a call | calls | asked twice | to reach |")
    print("| --: | --: | --: | --: | --: | --: | --: | --: |")
    for flying in options.flying:
        best = options.hits * options.latency / 1000 / flying
        one = min(
            (measure(options.hits, options.latency, flying) for _ in range(options.rounds)), key=lambda each: each[0]
        )
        times = one.seconds / best
        reached &= times <= TIMES and not one.twice and one.most <= flying
        print(
            f"| {flying} | {best:.1f} s | {one.seconds:.1f} s | {times:.2f} | {one.cpu / one.calls * 1000:.2f} ms "
            f"| {one.calls} | {one.twice} | {TIMES} |"
        )
    return 0 if reached else 1


def measure(hits: int, latency: float, flying: int) -> Measured:
    """Collect once into a folder that is thrown away."""
    command = (PYTHON, "-m", "benchmarks.collection.endpoint", str(hits), str(latency))
    endpoint = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert endpoint.stdout is not None
    port = endpoint.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        seconds_of_children = _cpu_of_children()
        subprocess.run(
            (
                *(PYTHON, "-m", "audit.cli", "collect", "--window", "2026-Q3", "--rate", "0"),
                *("--endpoint-url", f"http://127.0.0.1:{port}", "--max-concurrency", str(flying)),
                *("--out", str(Path(folder) / "snapshot")),
            ),
            env=environment() | {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        seconds, cpu = time.perf_counter() - started, _cpu_of_children() - seconds_of_children
    endpoint.terminate()
    told = json.loads(endpoint.stdout.readline())
    endpoint.wait()
    return Measured(seconds, cpu, told["calls"], told["twice"], told["most"])


def _cpu_of_children() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collection", description=__doc__)
    parser.add_argument("--hits", type=int, default=4_000, help="(%(default)s)")
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds (%(default)s)")
    parser.add_argument("--flying", default="8,16", help="calls in flight (%(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="of which the quickest counts (%(default)s)")
    options = parser.parse_args()
    options.flying = [int(each) for each in options.flying.split(",")]
    return options


if __name__ == "__main__":
    sys.exit(main())
