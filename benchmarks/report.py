"""The measurements as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.contest import Contestant, Outcome, Outcomes
from benchmarks.engine import DECODE, OURS, OURS_ALL, START
from benchmarks.growth import exponents, overall
from benchmarks.peers.install import PEERS
from benchmarks.table import lines
from benchmarks.targets import MEGABYTE, SHORTEST, Measured, Target, decoding

_VERSIONS = {peer.name: peer.version for peer in PEERS}
_TIMES = ("runs", "wall s", "CPU s", "peak MB")


def measured(outcomes: Outcomes) -> Measured:
    """What succeeded."""
    return {(one.name, one.roles): outcome for one, outcome in outcomes.items() if not outcome.failure}


def sizes_report(outcomes: Outcomes) -> Iterator[str]:
    """A table for each size, of the engine and its floor."""
    found = measured(outcomes)
    for roles in sorted({one.roles for one in outcomes}):
        floor = decoding(found, roles)
        yield f"{roles:,} role{'s' if roles > 1 else ''}"
        rows = [
            (
                one.name,
                *_times(outcome),
                f"{outcome.cpu / floor:.1f}" if floor and outcome.runs else "",
                _answer(outcome),
            )
            for one, outcome in outcomes.items()
            if one.roles == roles
        ]
        yield from lines(("", *_TIMES, "× floor", "answer"), rows, left=frozenset({"", "answer"}))
        if floor:
            yield f"the floor is decoding alone, without the start of Python: {floor:.3f} s of CPU"
        yield ""


def peers_report(outcomes: Outcomes, ours: Outcome, roles: int) -> Iterator[str]:
    """The peers beside the engine, at one size."""
    yield f"peers, {roles:,} roles × 39 actions"
    rows = [(OURS, *_times(ours), "1", _answer(ours))]
    for one, outcome in outcomes.items():
        ratio = f"{outcome.cpu / ours.cpu:,.0f}" if outcome.runs and ours.runs else ""
        rows.append((f"{one.name} {_VERSIONS[one.name]}", *_times(outcome), ratio, _answer(outcome)))
    yield from lines(("", *_TIMES, "× ours", "answer"), rows, left=frozenset({"", "answer"}))
    yield ""


def growth_report(outcomes: Outcomes) -> Iterator[str]:
    """The exponents of growth, of what is left of each time without its start-up."""
    found = measured(outcomes)
    rows = []
    for name, start in ((DECODE, START), (OURS, OURS), (OURS_ALL, OURS_ALL)):
        points = _points(found, name, start)
        if len(points) > 1:
            steps = ", ".join(f"{step:.2f}" for step in exponents(points))
            rows.append((name, " → ".join(f"{roles:,}" for roles, _ in points), steps, f"{overall(points):.3f}"))
    if rows:
        yield "exponent of growth, of CPU time less start-up"
        yield from lines(("", "roles", "by step", "overall"), rows, left=frozenset({"", "roles"}))
        yield ""


def _points(found: Measured, name: str, start: str) -> list[tuple[int, float]]:
    """Roles and seconds; the start-up is that of `start` at the same size, or at one role where that is itself."""
    points = []
    for (other, roles), outcome in sorted(found.items(), key=lambda item: item[0][1]):
        base = found.get((start, roles if start == START else 1))
        if other == name and roles > 1 and base and outcome.cpu - base.cpu >= SHORTEST:
            points.append((roles, outcome.cpu - base.cpu))
    return points


def targets_report(targets: Iterable[Target]) -> Iterator[str]:
    """What was to be reached, and whether it was."""
    rows = [(one.what, one.to_reach, one.measured, "yes" if one.reached else "NO") for one in targets]
    if rows:
        header = ("target", "to reach", "measured", "reached")
        yield from lines(header, rows, left=frozenset({"target", "to reach", "measured"}))


def _times(outcome: Outcome) -> Sequence[str]:
    if not outcome.runs:
        return ("", "", "", "")
    return (str(outcome.runs), f"{outcome.wall:.2f}", f"{outcome.cpu:.2f}", f"{outcome.peak / MEGABYTE:.0f}")


def _answer(outcome: Outcome) -> str:
    return f"NOT MEASURED: {outcome.failure}" if outcome.failure else outcome.answer


def files_report(outcomes: Outcomes, contestants: Sequence[Contestant]) -> Iterator[str]:
    """The sizes that lie in many files."""
    yield "in files of 1,000 roles, each an account of its own"
    yield ""
    yield from sizes_report({one: outcomes[one] for one in contestants})
