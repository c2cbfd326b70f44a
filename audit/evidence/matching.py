"""Moments of two clocks paired one to one: as many pairs as the tolerance allows, and of those the closest together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

_UNIT = timedelta(microseconds=1)


class _Cell(NamedTuple):
    """The best that some of the moments allow, and how it was come by."""

    worth: int
    taken: bool
    """Whether its own two moments are a pair; else `earlier` tells which of them is left over."""
    earlier: bool = False


def paired(ones: Sequence[datetime], others: Sequence[datetime], tolerance: timedelta) -> tuple[tuple[int, int], ...]:
    """Pairs of places in two sorted sequences, in their order.

    On one line of time, pairs that cross can be uncrossed without loss. So the best pairing of the first i and the
    first j moments follows from three smaller ones; of each of `ones` only the `others` within the tolerance are
    looked at. Of pairings that are as good, always the same one is taken.
    """
    # Any pair more is worth more than all the time that could be saved.
    pair = (tolerance // _UNIT + 1) * (min(len(ones), len(others)) + 1)
    bands = [(bisect_left(others, one - tolerance), bisect_right(others, one + tolerance)) for one in ones]
    rows: list[list[_Cell]] = []
    for place, (first, last) in enumerate(bands):
        before = _Row(rows[-1], bands[place - 1]) if rows else None
        row = [_Cell(before.worth(first) if before else 0, taken=False)]
        for other in range(first, last):
            match = (before.worth(other) if before else 0) + pair - abs(ones[place] - others[other]) // _UNIT
            without = before.worth(other + 1) if before else 0
            best = max(match, without, row[-1].worth)
            row.append(_Cell(best, taken=best == match, earlier=best != without))
        rows.append(row)
    return tuple(reversed(_read_back(rows, bands)))


class _Row(NamedTuple):
    """One row of cells: from as many of the others as are too early for it, to as many as are not too late."""

    cells: list[_Cell]
    band: tuple[int, int]

    def worth(self, count: int) -> int:
        """Of the first `count` others; those that are too late for this row add nothing to it."""
        return self.cells[min(count, self.band[1]) - self.band[0]].worth


def _read_back(rows: list[list[_Cell]], bands: list[tuple[int, int]]) -> list[tuple[int, int]]:
    pairs = []
    place, count = len(rows) - 1, bands[-1][1] if bands else 0
    while place >= 0:
        first, last = bands[place]
        count = min(count, last)
        if count <= first:
            place -= 1
            continue
        cell = rows[place][count - first]
        if cell.taken:
            pairs.append((place, count - 1))
            place, count = place - 1, count - 1
        elif cell.earlier:
            count -= 1
        else:
            place -= 1
    return pairs
