"""Policy statements as `report.json` has them: each once, referred to by its place."""

from __future__ import annotations

from collections import defaultdict
from itertools import count

from audit.model.entitlement import StatementRef


class StatementPlaces:
    """Gives every statement its place in the list, in the order in which they are first met."""

    def __init__(self) -> None:
        self._places = defaultdict[StatementRef, int](count().__next__)
        self._lists: dict[tuple[StatementRef, ...], tuple[int, ...]] = {}

    def of(self, statements: tuple[StatementRef, ...]) -> tuple[int, ...]:
        """The places of statements, in their order."""
        # Most entitlements stem from the statements of others.
        found = self._lists.get(statements)
        if found is None:
            found = self._lists[statements] = tuple(map(self._places.__getitem__, statements))
        return found

    def listed(self) -> tuple[StatementRef, ...]:
        """All statements so far, by place."""
        return tuple(self._places)
