"""What is to be reached, set beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks.contest import Outcome
from benchmarks.engine import DECODE, OURS, OURS_ALL, REPORT, REPORT_PDF, START
from benchmarks.growth import overall

Measured = Mapping[tuple[str, int], Outcome]
"""By contestant's name and number of roles; failed ones are left out."""

MEGABYTE = 1_000_000
MILLION = 1_000_000


class Limit(NamedTuple):
    """Of time and memory, at one size."""

    roles: int
    name: str
    floors: float
    """Times the decoding floor, both as CPU seconds."""
    seconds: float
    """Of start-up, on top."""
    megabytes: float


LIMITS = (
    Limit(10_000, OURS, 5, 0.2, 150),
    Limit(100_000, OURS, 5, 0.0, 600),
    Limit(100_000, OURS_ALL, 9, 0.0, 1000),
)
REPORT_ROLES = 10_000
REPORT_SECONDS = {REPORT: 3.0, REPORT_PDF: 20.0}
REPORT_MEGABYTES = 600
TIMES_FASTER = {"iam-simulate": 80, "iam-ape": 200, "principalmapper": 500}
PEER_ROLES = 1_000
EXPONENT = 1.05
WORKER_MEGABYTES = 100
SHORTEST = 0.02
"""Seconds. The start of an interpreter varies by about half of that."""


class Target(NamedTuple):
    """One line of the table."""

    what: str
    to_reach: str
    measured: str
    reached: bool


def decoding(measured: Measured, roles: int) -> float | None:
    """CPU seconds of decoding alone: the process that decodes, less the one that only starts.

    None where that was not measured, or is too short to be told from the start.
    """
    decode, start = measured.get((DECODE, roles)), measured.get((START, roles))
    seconds = decode.cpu - start.cpu if decode and start else 0.0
    return seconds if seconds >= SHORTEST else None


def targets(measured: Measured) -> Iterator[Target]:
    """Yield those for which there are measurements."""
    for limit in LIMITS:
        ours, floor = measured.get((limit.name, limit.roles)), decoding(measured, limit.roles)
        if ours and floor:
            yield _time(limit, ours, floor)
            yield _memory(f"{limit.name}, {limit.roles:,} roles: peak memory", limit.megabytes, ours)
    for name, seconds in REPORT_SECONDS.items():
        ours = measured.get((name, REPORT_ROLES))
        if ours:
            what = f"{name}, {REPORT_ROLES:,} roles"
            # By the clock: it is what a reader waits for, and two processes work on it.
            yield Target(f"{what}: by the clock", f"{seconds:g} s", f"{ours.wall:.2f} s", ours.wall <= seconds)
            yield _memory(f"{what}: peak memory", REPORT_MEGABYTES, ours)
    for name, times in TIMES_FASTER.items():
        ours, peer = measured.get((OURS, PEER_ROLES)), measured.get((name, PEER_ROLES))
        if ours and peer:
            ratio = peer.cpu / ours.cpu
            what = f"{OURS}, {PEER_ROLES:,} roles: times faster than {name}"
            yield Target(what, f"{times} ×", f"{ratio:.0f} ×", ratio >= times)


def million_targets(measured: Measured, start: float) -> Iterator[Target]:
    """Yield those of a million roles in a thousand files; `start` is the CPU time of a run on next to nothing."""
    whole = measured.get((OURS, MILLION))
    if whole is None:
        return
    yield _memory(f"{OURS}, {MILLION:,} roles in files: peak memory of a process", WORKER_MEGABYTES, whole)
    points = [(roles, outcome.cpu - start) for (name, roles), outcome in sorted(measured.items()) if name == OURS]
    if len(points) > 1 and all(seconds > 0 for _, seconds in points):
        exponent = overall(points)
        what = f"{OURS}, {points[0][0]:,} to {points[-1][0]:,} roles: exponent of growth"
        yield Target(what, f"at most {EXPONENT}", f"{exponent:.3f}", exponent <= EXPONENT)


def _time(limit: Limit, ours: Outcome, floor: float) -> Target:
    allowed = limit.floors * floor + limit.seconds
    plus = f" + {limit.seconds} s" if limit.seconds else ""
    return Target(
        what=f"{limit.name}, {limit.roles:,} roles: CPU time",
        to_reach=f"{limit.floors:g} × {floor:.2f} s{plus} = {allowed:.2f} s",
        measured=f"{ours.cpu:.2f} s",
        reached=ours.cpu <= allowed,
    )


def _memory(what: str, megabytes: float, ours: Outcome) -> Target:
    measured = ours.peak / MEGABYTE
    return Target(what, f"below {megabytes:g} MB", f"{measured:.0f} MB", measured < megabytes)
