"""Several commands measured side by side: in turns, so that whatever else the machine does meets all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measure import Cost, measure


class Contestant(NamedTuple):
    """One command that answers for so many roles."""

    name: str
    roles: int
    command: tuple[str, ...]


class Outcome(NamedTuple):
    """What a contestant took: medians of its runs, and the highest of its peaks."""

    runs: int
    wall: float
    cpu: float
    peak: int
    answer: str
    failure: str = ""
    """Why there is nothing to compare; the rest is then zero."""


Outcomes = dict[Contestant, Outcome]


def compete(
    contestants: Sequence[Contestant],
    *,
    rounds: int,
    patience: float,
    limit: float,
    environment: Mapping[str, str],
    folder: Path,
    tell: Callable[[str], None],
) -> Outcomes:
    """Run all, then all again, `rounds` times; who has taken `patience` seconds is not asked again.

    A run that is still going after `limit` seconds is ended and counts as failed, as does an exit code other than 0.
    """
    costs: dict[Contestant, list[Cost]] = {contestant: [] for contestant in contestants}
    for number in range(rounds):
        for contestant, so_far in costs.items():
            if not _once_more(so_far, patience):
                continue
            cost = measure(contestant.command, environment=environment, folder=folder, limit=limit)
            so_far.append(cost)
            tell(f"round {number + 1}: {contestant.name}, {contestant.roles} roles: {cost.cpu:.2f} s of CPU")
    return {contestant: _outcome(runs, limit) for contestant, runs in costs.items()}


def _once_more(costs: Sequence[Cost], patience: float) -> bool:
    return all(cost.status == 0 for cost in costs) and sum(cost.wall for cost in costs) < patience


def _outcome(costs: Sequence[Cost], limit: float) -> Outcome:
    for cost in costs:
        if cost.status:
            return failed(_reason(cost, limit))
    return Outcome(
        runs=len(costs),
        wall=median(cost.wall for cost in costs),
        cpu=median(cost.cpu for cost in costs),
        peak=max(cost.peak for cost in costs),
        answer=answer_of(costs[-1].output),
    )


def failed(reason: str) -> Outcome:
    """The outcome of one that cannot be measured."""
    return Outcome(runs=0, wall=0.0, cpu=0.0, peak=0, answer="", failure=reason)


def _reason(cost: Cost, limit: float) -> str:
    if cost.status == -9 and cost.wall >= limit:
        return f"ended after {limit:.0f} s without an answer"
    return f"exit code {cost.status}: {cost.complaint or 'it said nothing'}"


def answer_of(output: bytes) -> str:
    """What a contestant answered, in short: its own few lines, or how many of its rows have which verdict."""
    lines = output.decode(errors="replace").splitlines()
    rows = [line.split("\t") for line in lines if line.count("\t") == 2]
    if rows:
        return ", ".join(f"{verdict} {count}" for verdict, count in _counted(row[0] for row in rows))
    return ", ".join(lines) if len(lines) <= 4 else f"{len(lines)} lines"


def _counted(verdicts: Iterable[str]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for verdict in verdicts:
        found[verdict] = found.get(verdict, 0) + 1
    return sorted(found.items())
