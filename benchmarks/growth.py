"""How the time grows with the size: the exponent e of `time = a · roles ** e`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log


def exponents(points: Sequence[tuple[int, float]]) -> list[float]:
    """The exponent between each point and the next; points are roles, ascending, and seconds above zero."""
    return [log(seconds / before) / log(roles / fewer) for (fewer, before), (roles, seconds) in pairwise(points)]


def overall(points: Sequence[tuple[int, float]]) -> float:
    """The exponent that fits all points best (least squares of the logarithms); there are two or more."""
    xs = [log(roles) for roles, _ in points]
    ys = [log(seconds) for _, seconds in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return slope / sum((x - middle_x) ** 2 for x in xs)
