"""`python -m benchmarks.reach_agree FILE…`: hold PMapper's edges of an account against ours.

Each of its edges is one of ours, or the decision on that pair says why it is none. An edge that neither explains makes
the exit code 1. Ours that it lacks are counted: it knows no conditions, no organizations and fewer escalations.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.install import PRINCIPALMAPPER, InstallError, install
from benchmarks.places import FOLDER, PROJECT, environment
from benchmarks.reach import trusting_account

LIMIT = 1800
PAIRS_OF = 100
"""Roles: PMapper looks at every pair."""
Pair = tuple[str, str]


def compare(file: Path, folder: Path) -> tuple[list[str], bool]:
    """Lines that say how the two compare, and whether every difference is explained.

    Raises InstallError where PMapper cannot be had.
    """
    target = install(PRINCIPALMAPPER, folder / "peers")
    theirs = _theirs(target, file)
    from benchmarks.reach_pairs import OurEdges

    ours = OurEdges(file)
    missing = {pair: how for pair, how in sorted(theirs.items()) if pair not in ours.pairs}
    reasons = {pair: ours.why_not(*pair) for pair in missing}
    lines = [
        f"{file.name}: PMapper has {len(theirs)} edges, we have {len(ours.pairs)}; "
        f"{len(theirs) - len(missing)} of its edges are ours",
        *(f"  {count} are none: {reason}" for reason, count in sorted(Counter(reasons.values()).items())),
        *(f"  UNEXPLAINED: {pair[0]} to {pair[1]} ({missing[pair]})" for pair, why in reasons.items() if not why),
    ]
    return lines, all(reasons.values())


def report(folder: Path, seed: int) -> Iterator[str]:
    """The comparison on one small account that trusts widely."""
    file = trusting_account(folder, roles=PAIRS_OF, seed=seed)
    try:
        lines, _ = compare(file, folder)
    except InstallError as error:
        lines = [f"PMapper's edges could not be had: {error}"]
    yield from lines
    yield ""


def _theirs(target: Path, file: Path) -> dict[Pair, str]:
    actions = FOLDER / "no-actions.json"
    actions.parent.mkdir(parents=True, exist_ok=True)
    actions.write_text("[]", encoding="ascii")
    command = (str(target / "bin" / "python"), "-m", "benchmarks.peers.ask_principalmapper_edges", str(file))
    ran = subprocess.run(
        [*command, str(actions)],
        env=environment(),
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    return {(source, end): how for how, source, end in _rows(ran.stdout)}


def _rows(text: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in text.splitlines() if line.count("\t") == 2)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reach_agree", description="Hold PMapper's edges against ours."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an authorization-details file")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="that PMapper is installed in (%(default)s)")
    options = parser.parse_args()
    agreed = True
    for file in options.files:
        try:
            lines, explained = compare(file.resolve(), options.folder.resolve())
        except InstallError as error:
            raise SystemExit(f"PMapper could not be installed: {error}") from None
        print("\n".join(lines))
        agreed = agreed and explained
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
