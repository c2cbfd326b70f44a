"""`python -m benchmarks.agree FILE…`: hold this engine's entitlements against iam-simulate's, pair by pair.

Each principal and action is `allow`, `conditional` or nothing to either. What one allows without a condition and the
other does not at all is a difference, and makes the exit code 1. Where only conditions are in question the two may
well differ: iam-simulate says "conditional" of every condition it has not settled, this engine only where some
request would be allowed and another not. Those are counted, and printed with `--conditions`.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import measure
from benchmarks.peers.install import IAM_SIMULATE, InstallError, install
from benchmarks.places import FOLDER, PYTHON, environment
from benchmarks.plan import write_actions

LIMIT = 3600.0
"""Seconds."""
NOTHING = "nothing"
ERROR = "error"
NOT_EVALUATED = 3
"""The exit code of an answer that is incomplete."""

Pair = tuple[str, str]
"""A principal's ARN and an action."""
Verdicts = Mapping[Pair, str]


def compare(ours: Verdicts, theirs: Verdicts) -> Counter[tuple[str, str]]:
    """Count the pairs by what either says, ours first; pairs that neither allows are not seen."""
    return Counter((ours.get(pair, NOTHING), theirs.get(pair, NOTHING)) for pair in {*ours, *theirs})


def is_difference(ours: str, theirs: str) -> bool:
    """Whether one allows without a condition what the other does not allow at all."""
    return {ours, theirs} == {"allow", NOTHING}


def main() -> None:
    options = _options()
    try:
        modules = install(IAM_SIMULATE, options.folder / "peers")
    except InstallError as error:
        raise SystemExit(f"iam-simulate could not be installed: {error}") from None
    different = 0
    for file in options.files:
        path = file.resolve()
        ours = _ours(path)
        theirs = _lines(_output(IAM_SIMULATE.command(modules, path, write_actions(options.folder))))
        different += _print(file.name, ours, theirs, conditions=options.conditions)
    sys.exit(1 if different else 0)


def _ours(file: Path) -> Verdicts:
    command = (PYTHON, "-m", "audit.cli", "entitlements", str(file), "--format", "csv")
    rows = csv.DictReader(io.StringIO(_output(command, NOT_EVALUATED), newline=""))
    return {(row["principal_arn"], row["action"]): row["verdict"] for row in rows}


def _lines(text: str) -> Verdicts:
    rows = (line.split("\t") for line in text.splitlines())
    return {(arn, action): verdict for verdict, arn, action in rows}


def _output(command: tuple[str, ...], *accepted: int) -> str:
    with TemporaryDirectory(prefix="agree-") as folder:
        cost = measure(command, environment=environment(), folder=Path(folder), limit=LIMIT)
    if cost.status not in (0, *accepted):
        raise SystemExit(f"`{' '.join(command[:4])} …` ended with {cost.status}: {cost.complaint}")
    return cost.output.decode()


def _print(name: str, ours: Verdicts, theirs: Verdicts, *, conditions: bool) -> int:
    """Print how the two compare; return the number of differences."""
    counts = compare(ours, theirs)
    agreed = sum(count for (one, other), count in counts.items() if one == other)
    different = sum(count for verdicts, count in counts.items() if is_difference(*verdicts))
    unanswered = sum(count for (_, other), count in counts.items() if other == ERROR)
    rest = sum(counts.values()) - agreed - different - unanswered
    print(
        f"{name}: {agreed} of {sum(counts.values())} pairs agree, {different} differ, "
        f"{rest} differ in conditions, {unanswered} iam-simulate did not answer"
    )
    for (one, other), count in sorted(counts.items()):
        print(f"  ours {one}, theirs {other}: {count}")
    for pair in sorted({*ours, *theirs}):
        one, other = ours.get(pair, NOTHING), theirs.get(pair, NOTHING)
        if is_difference(one, other) or (conditions and one != other):
            print(f"  {pair[0]} {pair[1]}: ours {one}, theirs {other}")
    return different


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.agree", description="Hold the entitlements of a file against iam-simulate's."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an authorization-details file")
    parser.add_argument("--conditions", action="store_true", help="print also what differs in conditions only")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="that iam-simulate is installed in (%(default)s)")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    return options


if __name__ == "__main__":
    main()
