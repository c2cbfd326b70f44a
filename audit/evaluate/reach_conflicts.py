"""Separation of duties over what one can become: conflicts that nobody has alone, and has together with its roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from audit.catalog.separation_of_duties import Conflict, Duty, load_conflicts
from audit.evaluate.reach_ways import Ways
from audit.model.reach import ReachedConflict, ReachPath, StepType

if TYPE_CHECKING:  # the book makes its records with this module
    from audit.evaluate.reach import ReachBook


def conflicts_of(book: ReachBook, administrators: Ways) -> Iterator[ReachedConflict]:
    """By start and conflict; a graver conflict goes before the milder ones that it says too.

    Only what roles give counts: who gives itself permissions, or becomes an administrator, has every duty there is.
    `administrators`: the ways to these.
    """
    conflicts = sorted(load_conflicts(), key=lambda one: (-len(one.duties), one.id))
    bits = {action: 1 << place for place, action in enumerate(sorted(_actions(conflicts)))}
    own = {
        actor.id: mask
        for actor in book.actors()
        if (mask := sum(bits[action] for action in book.held(actor) if action in bits))
    }
    reached = book.graph.collected(own)
    ways: dict[str, Ways] = {}
    starts = (
        actor
        for actor in book.starts
        if own.get(actor.id, 0) != reached[actor.id] and not administrators.reaches(actor.id)
    )
    for actor in sorted(starts, key=lambda one: one.arn):
        mine, all_ = own.get(actor.id, 0), reached[actor.id]
        said: set[str] = set()
        for conflict in conflicts:
            if not _has(conflict, all_, bits):
                continue
            told = said.intersection(conflict.unless)
            said.add(conflict.id)
            if told or _has(conflict, mine, bits):
                continue
            paths = tuple(_paths(book, ways, actor.id, mine, conflict, bits))
            if paths and all(step.type is not StepType.ESCALATION for path in paths for step in path.steps):
                held = tuple(sorted(action for action in _actions([conflict]) if bits[action] & mine))
                yield ReachedConflict(conflict_id=conflict.id, start=actor.arn, own=held, paths=paths)


def _actions(conflicts: list[Conflict]) -> set[str]:
    return {action for conflict in conflicts for duty in conflict.duties for action in duty.actions}


def _has(conflict: Conflict, mask: int, bits: dict[str, int]) -> bool:
    return all(_mask(duty, bits) & mask for duty in conflict.duties)


def _mask(duty: Duty, bits: dict[str, int]) -> int:
    return sum(bits[action] for action in duty.actions)


def _paths(
    book: ReachBook, ways: dict[str, Ways], node: int, mine: int, conflict: Conflict, bits: dict[str, int]
) -> Iterator[ReachPath]:
    for duty in conflict.duties:
        if _mask(duty, bits) & mine:
            continue
        if duty.id not in ways:
            ways[duty.id] = book.ways_to(duty.actions)
        path = book.path(ways[duty.id], node, duty.actions)
        if path is not None:
            yield path
