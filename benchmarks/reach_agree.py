"""`python -m benchmarks.reach_agree [FILE…]`: hold PMapper's edges against ours, on the files or on invented accounts.

Each of its edges is one of ours, or what the evaluation says of that pair tells why it is none. An edge that neither
explains makes the exit code 1. Ours that it lacks are counted: it knows no conditions, no organizations and fewer
escalations. Without a file it is asked about the accounts of the example company, ordinary ones and one that trusts
widely.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers.install import PRINCIPALMAPPER, InstallError, install
from benchmarks.places import FOLDER, PROJECT, PYTHON, environment
from benchmarks.reach import trusting_account
from benchmarks.table import lines

LIMIT = 1800
"""Seconds after which PMapper is given up on an account."""
TRUSTING = 100
ORDINARY = (60, 120)
"""Roles: PMapper looks at every pair, once for each kind of edge."""
QUICK_BYTES = 250_000
"""Of the files of accounts that a quick run asks about."""
Pair = tuple[str, str]
HEADER = ("account", "principals", "PMapper", "pairs", "of them ours", "explained", "unexplained", "our pairs")


class PeerError(Exception):
    """PMapper gave no answer; the message says what it said."""


class Compared(NamedTuple):
    """One account."""

    name: str
    principals: int
    edges: int
    """PMapper's; several may join one pair."""
    pairs: int
    """That they join."""
    ours: int
    """Of the pairs: those that one of our steps joins."""
    our_pairs: int
    reasons: Mapping[tuple[str, str], int]
    """Of edges on pairs that are none of ours: kind and reason, empty where nothing explains it; how many pairs."""
    unexplained: tuple[str, ...]
    """Those edges, in words."""

    def row(self) -> tuple[str, ...]:
        """As a line of the table."""
        explained = self.pairs - self.ours - len(self.unexplained)
        counts = (self.edges, self.pairs, self.ours, explained, len(self.unexplained), self.our_pairs)
        return (self.name, str(self.principals), *map(str, counts))


def compare(name: str, file: Path, folder: Path) -> Compared:
    """Ask both about one file.

    Raises InstallError where PMapper cannot be had, PeerError where it does not answer.
    """
    theirs = _theirs(install(PRINCIPALMAPPER, folder / "peers"), file)
    # What evaluates is large, and is not held while PMapper runs.
    from benchmarks.reach_pairs import OurEdges
    from benchmarks.reach_why import Reasons

    ours = OurEdges(file)
    reasons = Reasons(ours.book)
    found: Counter[tuple[str, str]] = Counter()
    unexplained = []
    for pair, edges in sorted(theirs.items()):
        if pair in ours.pairs:
            continue
        told = {(kind, reasons.why_not(*pair, kind, words)) for kind, words in edges}
        if not all(why for _, why in told):
            unexplained.append(f"{pair[0]} to {pair[1]} ({', '.join(sorted(kind for kind, why in told if not why))})")
        found.update(told)
    return Compared(
        name=name,
        principals=ours.principals,
        edges=sum(map(len, theirs.values())),
        pairs=len(theirs),
        ours=sum(pair in ours.pairs for pair in theirs),
        our_pairs=len(ours.pairs),
        reasons=found,
        unexplained=tuple(unexplained),
    )


def report(folder: Path, seed: int, *, quick: bool = False) -> Iterator[str]:
    """The comparison on invented accounts that are small enough for PMapper; the smaller ones alone, if `quick`."""
    files = invented(folder, seed)
    if quick:
        files = {name: file for name, file in files.items() if file.stat().st_size <= QUICK_BYTES}
    yield from told(files, folder)[0]


def told(files: Mapping[str, Path], folder: Path) -> tuple[list[str], bool]:
    """The table and the reasons below it, and whether every difference is explained."""
    compared, failed = [], []
    for name, file in files.items():
        try:
            compared.append(compare(name, file, folder))
        except (InstallError, PeerError) as error:
            failed.append(f"{name}: PMapper's edges could not be had: {error}")
    reasons: Counter[tuple[str, str]] = Counter()
    for one in compared:
        reasons.update(one.reasons)
    rows = [
        "who can become whom: PMapper's edges held against ours",
        *lines(HEADER, (one.row() for one in compared), left=frozenset(HEADER[:1])),
        *failed,
        *(f"  {count} by {kind} are none: {why}" for (kind, why), count in sorted(reasons.items()) if why),
        *(f"  UNEXPLAINED in {one.name}: {words}" for one in compared for words in one.unexplained),
        "",
    ]
    return rows, not failed and not any(one.unexplained for one in compared)


def invented(folder: Path, seed: int) -> dict[str, Path]:
    """The accounts by name, written below `folder` unless they are there."""
    found = {f"trusting widely, {TRUSTING} roles": trusting_account(folder, roles=TRUSTING, seed=seed)}
    for roles in ORDINARY:
        out = folder / "accounts" / f"plain-{roles}-roles-seed-{seed}"
        if not out.is_dir():
            _run("benchmarks.accounts", "--roles", str(roles), "--seed", str(seed), "--plain", "--out", str(out))
        (found[f"ordinary, {roles} roles"],) = out.glob("*.json")
    out = folder / "accounts" / "example-company"
    _run("benchmarks.accounts.example", str(out))
    return found | {f"example company, {file.stem}": file for file in sorted(out.glob("*.json"))}


def _run(module: str, *arguments: str) -> None:
    """A generator as a process of its own, so that this one stays small."""
    subprocess.run((PYTHON, "-m", module, *arguments), env=environment(), check=True, stdout=subprocess.DEVNULL)


def _theirs(target: Path, file: Path) -> dict[Pair, list[tuple[str, str]]]:
    """Kind and reason of PMapper's edges, by pair."""
    actions = FOLDER / "no-actions.json"
    actions.parent.mkdir(parents=True, exist_ok=True)
    actions.write_text("[]", encoding="ascii")
    command = (str(target / "bin" / "python"), "-m", "benchmarks.peers.ask_principalmapper_edges", str(file))
    try:
        ran = subprocess.run(
            [*command, str(actions)],
            env=environment(),
            cwd=PROJECT,
            check=False,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        raise PeerError(f"it was still going after {LIMIT} s") from None
    if ran.returncode:
        raise PeerError((ran.stderr.strip().splitlines() or [f"it ended with {ran.returncode}"])[-1])
    found: dict[Pair, list[tuple[str, str]]] = {}
    for line in ran.stdout.splitlines():
        if line.count("\t") == 3:
            kind, source, end, words = line.split("\t")
            found.setdefault((source, end), []).append((kind, words))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reach_agree", description="Hold PMapper's edges against ours."
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="authorization-details files")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="that PMapper is installed in (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the invented accounts (%(default)s)")
    options = parser.parse_args()
    folder = options.folder.resolve()
    files = {file.name: file.resolve() for file in options.files} or invented(folder, options.seed)
    rows, explained = told(files, folder)
    print("\n".join(rows))
    sys.exit(0 if explained else 1)


if __name__ == "__main__":
    main()
