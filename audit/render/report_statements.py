"""Policy statements as `report.json` has them: each once, referred to by its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import count

from audit.model.entitlement import StatementRef


class StatementPlaces:
    """Gives every statement its place in the list, in the order in which they are first met."""

    def __init__(self) -> None:
        self._places = defaultdict[StatementRef, int](count().__next__)

    def of(self, statements: Iterable[StatementRef]) -> tuple[int, ...]:
        """The places of statements, in their order."""
        return tuple(map(self._places.__getitem__, statements))

    def listed(self) -> tuple[StatementRef, ...]:
        """All statements so far, by place."""
        return tuple(self._places)
