"""Where the nodes of a drawing of ways stand: in columns, and level with what leads to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from audit.model.reach import ReachPath


class Place(msgspec.Struct, frozen=True):
    """Where a node stands: its column and its row there."""

    column: int
    row: int


def places_of(ways: Sequence[ReachPath], holders: Collection[str]) -> dict[str, Place]:
    """Columns by the longest way before a node, holders all in the last one; a node stands level with those before."""
    columns: dict[str, int] = {}
    for way in ways:
        for at, end in enumerate((way.start, *(step.target for step in way.steps))):
            columns[end] = max(columns.get(end, 0), at)
    last = max(columns.values())
    by_column: dict[int, list[str]] = {}
    for node in sorted(columns):
        by_column.setdefault(last if node in holders else min(columns[node], max(last - 1, 0)), []).append(node)
    rows = max(map(len, by_column.values()))
    before: dict[str, set[str]] = {}
    for way in ways:
        for step in way.steps:
            before.setdefault(step.target, set()).add(step.source)
    places: dict[str, Place] = {}
    for column, nodes in sorted(by_column.items()):
        levels = {node: _level([places[one].row for one in before.get(node, ()) if one in places]) for node in nodes}
        ordered = sorted(nodes, key=lambda node: (levels[node], node))
        for node, row in zip(ordered, apart([levels[node] for node in ordered], rows), strict=True):
            places[node] = Place(column, row)
    return places


def _level(rows: Sequence[int]) -> float:
    """The middle of those that lead to a node; the top, where none does."""
    return sum(rows) / len(rows) if rows else 0.0


def apart(levels: Sequence[float], rows: int) -> list[int]:
    """A row for each of the ascending levels, as near as there is one left: none twice, and in the same order.

    There must be at least as many rows.
    """
    found: list[int] = []
    for level in levels:
        found.append(max(round(level), found[-1] + 1 if found else 0))
    last = rows
    for place in reversed(range(len(found))):
        last = found[place] = min(found[place], last - 1)
    return found
