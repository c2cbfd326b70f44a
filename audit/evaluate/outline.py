"""The rows of entitlements of one principal without its name: what all who are like it have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.bearing import Bearing, Limit, Place
from audit.evaluate.layers import Permissions
from audit.model.entitlement import Verdict
from audit.policy.words import condition_words


class Kind(msgspec.Struct, frozen=True):
    """What is the same of all rows whose privileges the same statements bear on."""

    verdict: Verdict
    grants: tuple[Place, ...]
    conditions: tuple[str, ...]
    limited_by: tuple[Place, ...]


class Outline(msgspec.Struct, frozen=True):
    """The rows, by action."""

    actions: tuple[str, ...]
    numbers: tuple[int, ...]
    """Of each action: which of the kinds its row is of."""
    kinds: tuple[Kind, ...]
    """In the order in which the actions are first of one."""


def outline_of(index: ActionIndex, permissions: Permissions, identity: list[Bearing], limits: list[Limit]) -> Outline:
    """Work out the rows of what is not denied."""
    asked = permissions.reachable
    actions = tuple(index.names(asked))
    kinds: list[Kind] = []
    numbers: dict[str, int] = {}
    cells = {action: cell for cell in _cells(asked, permissions, identity, limits) for action in index.names(cell)}
    known: dict[int, int] = {}
    for action in actions:
        cell = cells[action]
        number = known.get(cell)
        if number is None:
            number = known[cell] = len(kinds)
            kinds.append(_kind(cell, permissions, identity, limits))
        numbers[action] = number
    return Outline(actions, tuple(numbers.values()), tuple(kinds))


def _cells(asked: int, permissions: Permissions, identity: list[Bearing], limits: list[Limit]) -> list[int]:
    """Part the actions so that a verdict, and a statement, is of all of a part or of none of it."""
    masks = {permissions.allowed, permissions.conditional, permissions.not_evaluated, permissions.undecided}
    masks.update([bearing.statement.mask & asked for bearing in _all(identity, limits)])
    cells = [asked]
    for mask in masks:
        cells = [part for cell in cells for part in (cell & mask, cell & ~mask) if part]
    return cells


def _all(identity: Sequence[Bearing], limits: Sequence[Limit]) -> Iterator[Bearing]:
    yield from identity
    for limit in limits:
        yield from limit.bearings


def _kind(cell: int, permissions: Permissions, identity: list[Bearing], limits: list[Limit]) -> Kind:
    """The rows of the actions of `cell`."""
    identity = _of_cell(identity, cell)
    limits = [Limit(limit.words, _of_cell(limit.bearings, cell)) for limit in limits]
    verdict = permissions.verdict(cell)
    conditions = [] if verdict is Verdict.ALLOW else _conditions(identity, limits)
    if permissions.undecided & cell:
        conditions.append("not decided: the conditions tell too many requests apart")
    # A statement that cannot be evaluated is no grant and no limit: the conditions name its policy.
    readable = [bearing for bearing in identity if not bearing.statement.doubtful]
    limiting = [bearing for bearing in readable if bearing.statement.deny]
    limiting += [
        bearing
        for limit in limits
        for bearing in limit.bearings
        if not bearing.statement.doubtful and (bearing.open or bearing.statement.deny)
    ]
    # What grants with no condition decides.
    grants = sorted((bearing for bearing in readable if not bearing.statement.deny), key=lambda one: one.open)
    return Kind(
        verdict=verdict,
        grants=tuple(bearing.place for bearing in grants),
        conditions=tuple(dict.fromkeys(conditions)),
        limited_by=tuple(bearing.place for bearing in limiting),
    )


def _of_cell(bearings: list[Bearing], cell: int) -> list[Bearing]:
    return [bearing for bearing in bearings if bearing.statement.mask & cell]


_MAY_GRANT = "or if {}, which cannot be evaluated, allows it"


def _conditions(identity: list[Bearing], limits: list[Limit]) -> list[str]:
    """What must hold, in words: alternatives of the grant, of each limit, and every exception."""
    conditions = _alternatives(identity, "")
    for limit in limits:
        conditions += _alternatives(limit.bearings, f" ({limit.words})")
    for bearing in _all(identity, limits):
        if bearing.statement.doubtful:
            name = f"group {bearing.attachment.group}" if bearing.attachment.group else bearing.attachment.name
            verb = "unless {}, which cannot be evaluated, denies it" if bearing.statement.deny else _MAY_GRANT
            conditions.append(verb.format(name))
        elif bearing.statement.deny and bearing.open:
            conditions.append(f"unless {_words(bearing)}")
    return conditions


def _alternatives(bearings: list[Bearing], where: str) -> list[str]:
    allows = [bearing for bearing in bearings if not bearing.statement.deny and not bearing.statement.doubtful]
    if not allows or not all(bearing.open for bearing in allows):
        return []
    alternatives = dict.fromkeys(_words(bearing) for bearing in allows)
    return [f"only if {', or if '.join(alternatives)}{where}"]


def _words(bearing: Bearing) -> str:
    return condition_words(tuple(term.clause for term in bearing.statement.condition))
