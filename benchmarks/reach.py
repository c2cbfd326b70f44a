"""What who-becomes-whom takes, and how it grows: each size a process of its own, on an account that trusts widely."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.accounts.trusting import trusting_json
from benchmarks.growth import overall
from benchmarks.places import PYTHON, environment
from benchmarks.targets import Target

ACCOUNT = "100000000001"
SIZES = (1_000, 10_000, 100_000)
SECONDS, MEGABYTES, EXPONENT = 2.0, 500.0, 1.1
_LINE = re.compile(r"build ([\d.]+) s, ask ([\d.]+) s, peak (\d+) MB")


class Asked(NamedTuple):
    """One run."""

    roles: int
    seconds: float
    """CPU, of building the graph and asking all pairs, after evaluation."""
    megabytes: float
    line: str


def ask(folder: Path, seed: int, sizes: tuple[int, ...] = SIZES) -> list[Asked]:
    """Write the accounts that are not there, and ask about each; the best of three runs."""
    found = []
    for roles in sizes:
        file = trusting_account(folder, roles=roles, seed=seed)
        found.append(min((_once(file, roles) for _ in range(3)), key=lambda one: one.seconds))
    return found


def trusting_account(folder: Path, *, roles: int, seed: int) -> Path:
    """Write an account that trusts widely below `folder`, unless it is there."""
    file = folder / "accounts" / f"trusting-{roles}-seed-{seed}" / f"{ACCOUNT}.json"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            out.writelines(trusting_json(roles, account_id=ACCOUNT, seed=seed))
    return file


def _once(file: Path, roles: int) -> Asked:
    command = (PYTHON, "-m", "benchmarks.ask_reach", str(file))
    line = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True).stdout.strip()
    told = _LINE.search(line)
    if told is None:
        raise SystemExit(f"`{' '.join(command)}` said: {line}")
    build, asked, peak = map(float, told.groups())
    return Asked(roles, build + asked, peak, line)


def reach_report(asked: list[Asked]) -> Iterator[str]:
    """What each size took, line by line."""
    yield "who can become whom: graph and all pairs to the paying privileges, after evaluation"
    for one in asked:
        yield f"  {one.line}"
    yield ""


def reach_targets(asked: list[Asked]) -> Iterator[Target]:
    """What was to be reached."""
    for one in asked:
        if one.roles == SIZES[-1]:
            what = f"reach, {one.roles:,} roles"
            yield Target(f"{what}: CPU time", f"{SECONDS} s", f"{one.seconds:.2f} s", one.seconds <= SECONDS)
            ok = one.megabytes < MEGABYTES
            yield Target(f"{what}: peak memory", f"below {MEGABYTES:g} MB", f"{one.megabytes:.0f} MB", ok)
    if len(asked) > 1:
        exponent = overall([(one.roles, one.seconds) for one in asked])
        what = f"reach, {asked[0].roles:,} to {asked[-1].roles:,} roles: exponent of growth"
        yield Target(what, f"at most {EXPONENT}", f"{exponent:.3f}", exponent <= EXPONENT)
