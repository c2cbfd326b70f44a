"""`python -m benchmarks.trail`: our reading of a trail's log files beside unpacking them alone, on the same cores."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contest import Contestant, Outcomes, compete
from benchmarks.places import FOLDER, PYTHON, environment
from benchmarks.report import targets_report
from benchmarks.table import lines
from benchmarks.targets import MEGABYTE, Target

GIGABYTE = 1_000_000_000
TIMES = 1.5
"""Of unpacking alone, that reading may take."""
GROWTH = 1.1
"""Of the peak of memory, for eight times as many files."""
FEW_DAYS, ALL_DAYS = 11, 92
LIMIT = 1800.0
OURS, OURS_FEW, ISAL = "mturk-audit", "mturk-audit, 11 days", "isal alone"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trail", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.1, help="unpacked size of the files (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (%(default)s)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for the files (%(default)s)")
    options = parser.parse_args()
    tell = partial(print, file=sys.stderr, flush=True)
    trail = _files(options.folder.resolve(), int(options.gigabytes * GIGABYTE), tell)
    outcomes: dict[int, Outcomes] = {}
    with TemporaryDirectory(prefix="bench-") as folder:
        for jobs in sorted({1, len(os.sched_getaffinity(0))}):
            outcomes[jobs] = compete(
                _contestants(trail, jobs),
                rounds=options.rounds,
                patience=LIMIT,
                limit=LIMIT,
                environment=environment(),
                folder=Path(folder),
                tell=tell,
            )
    for jobs, found in outcomes.items():
        rows = [
            (
                one.name,
                str(out.runs),
                f"{out.wall:.2f}",
                f"{out.cpu:.2f}",
                f"{out.peak / MEGABYTE:.0f}",
                out.failure or out.answer,
            )
            for one, out in found.items()
        ]
        print(f"in {jobs} process{'es' if jobs > 1 else ''} at a time")
        for line in lines(("", "runs", "wall s", "CPU s", "peak MB", "answer"), rows, left=frozenset({"", "answer"})):
            print(line)
        print()
    for line in targets_report(_targets(outcomes)):
        print(line)


def _files(folder: Path, size: int, tell: partial[None]) -> Path:
    """Write the files, unless they are there."""
    trail = folder / f"trail-{size}"
    if not trail.is_dir():
        tell(f"inventing log files of {size / GIGABYTE:.1f} GB")
        unfinished = trail.with_name(f"{trail.name}-unfinished")
        command = (PYTHON, "-m", "benchmarks.trail.generate", str(unfinished), str(size))
        tell(subprocess.run(command, env=environment(), check=True, capture_output=True, text=True).stdout.strip())
        unfinished.rename(trail)
    return trail


def _contestants(trail: Path, jobs: int) -> list[Contestant]:
    def read(name: str, days: int) -> Contestant:
        return Contestant(name, days, (PYTHON, "-m", "benchmarks.trail.read", str(trail), str(jobs), str(days)))

    tools = [name for name in ("pigz", "gzip") if shutil.which(name)]
    unpacking = [
        Contestant(
            f"{tool} -dc",
            ALL_DAYS,
            (
                "sh",
                "-c",
                f'find "$0" -name "*.json.gz" -print0 | xargs -0 -n 64 -P {jobs} {tool} -dc >/dev/null',
                str(trail),
            ),
        )
        for tool in tools
    ]
    isal = Contestant(ISAL, ALL_DAYS, (PYTHON, "-m", "benchmarks.trail.unpack", str(trail), str(jobs)))
    return [*unpacking, isal, read(OURS, ALL_DAYS), read(OURS_FEW, FEW_DAYS)]


def _targets(outcomes: dict[int, Outcomes]) -> list[Target]:
    targets = []
    for jobs, found in outcomes.items():
        named = {one.name: out for one, out in found.items() if not out.failure}
        ours = named.get(OURS)
        for name in ("pigz -dc", "gzip -dc", ISAL):
            other = named.get(name)
            if ours and other:
                ratio = ours.wall / other.wall
                what = f"reading in {jobs}: times the wall time of {name}"
                targets.append(Target(what, f"at most {TIMES} ×", f"{ratio:.2f} ×", ratio <= TIMES))
        few = named.get(OURS_FEW)
        if jobs == 1 and ours and few:
            growth = ours.peak / few.peak
            what = "reading in 1: peak memory, for 8 times as many files"
            targets.append(Target(what, f"at most {GROWTH} ×", f"{growth:.2f} ×", growth <= GROWTH))
    return targets


if __name__ == "__main__":
    main()
