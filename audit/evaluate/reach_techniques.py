"""Which escalations the edges of the graph stand for: told once for all whose edges are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from audit.catalog.escalations import Escalation


class Technique(NamedTuple):
    """What an edge of the graph stands for, where it is an escalation."""

    row: Escalation
    open: bool


class Named(NamedTuple):
    """What leads along an edge."""

    technique: Technique
    """The one that is named."""
    all: tuple[Technique, ...]
    """It, and the others, in the order of the table."""


class Techniques:
    """What leads along each edge that is an escalation."""

    def __init__(self) -> None:
        self._own: dict[tuple[int, int], tuple[Technique, ...]] = {}
        self._shared: dict[int, Mapping[int, Named]] = {}

    def add(self, source: int, target: int, technique: Technique) -> bool:
        """Note one that leads from an actor to a node; whether it is the first, which is the one that is named."""
        before = self._own.get((source, target), ())
        self._own[source, target] = (*before, technique)
        return not before

    def share(self, source: int, named: Mapping[int, Named]) -> None:
        """Note what leads from an actor, and others like it, to some stations: to these leads none of its own edges."""
        self._shared[source] = named

    def of(self, source: int, target: int) -> Named | None:
        """What leads from an actor to a node; None: the edge is no escalation."""
        own = self._own.get((source, target))
        if own is not None:
            return Named(own[0], own)
        shared = self._shared.get(source)
        return None if shared is None else shared.get(target)
