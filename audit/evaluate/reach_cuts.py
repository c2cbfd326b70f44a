"""What breaks a reach: the smallest sets of statements whose removal ends it.

A step stands on statements that it needs together, each of which another may stand in for. So ways are found one after
the other: the smallest set that meets every way found so far is taken away, until no way is left. Statements that give
the privilege itself are left alone: whoever is meant to pay goes on to.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from audit.evaluate.reach_supports import StatementKey, Support, Supports
from audit.evaluate.reach_ways import Ways
from audit.model.entitlement import StatementRef
from audit.model.reach import ReachCut

if TYPE_CHECKING:  # the book makes its records with this module
    from audit.evaluate.reach import ReachBook

MOST_STARTS = 200
"""So many starts, in the order of their names, are cut off; the others are told by their paths alone."""
MOST_HOPS = 40_000
"""So many hops are looked at for all cuts together: a large account in which many can become anybody has millions."""
EXACT_SIZE = 3
"""Up to so many statements the set is a smallest one for certain; beyond, one of which none can be spared."""


def cuts_of(book: ReachBook, ways: Ways, reached: Sequence[int]) -> tuple[ReachCut, ...]:
    """One cut for each set of statements, with all starts that it cuts off.

    `reached`: for each node, the bitset of the sorted goals that it reaches.
    """
    starts = [actor for actor in book.starts() if actor.id not in ways.goals and ways.reaches(actor.id)]
    cutter = Cutter(book, ways, reached)
    grouped: dict[tuple[StatementRef, ...], list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for actor in sorted(starts, key=lambda one: one.arn)[:MOST_STARTS]:
        if cutter.hops_seen > MOST_HOPS:
            break
        cut, holders = cutter.cut(actor.id)
        if cut:
            grouped[cut].append((actor.arn, holders))
    found = [
        ReachCut(
            starts=tuple(arn for arn, _ in rows),
            holders=tuple(sorted(frozenset().union(*(holders for _, holders in rows)))),
            statements=cut,
        )
        for cut, rows in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: one.starts))


class Cutter:
    """Finds the cut of one start after the other."""

    def __init__(self, book: ReachBook, ways: Ways, reached: Sequence[int]) -> None:
        self._book = book
        self._ways = ways
        self._reached = reached
        self._goals = sorted(ways.goals)
        self._supports = Supports(book)
        self._hops: dict[int, tuple[tuple[int, ...], ...]] = {}

    @property
    def hops_seen(self) -> int:
        """How many hops were looked at so far."""
        return len(self._supports)

    def cut(self, start: int) -> tuple[tuple[StatementRef, ...], frozenset[str]]:
        """The statements, and the ARNs of the holders that the start no longer reaches; empty where nothing helps."""
        witnesses: list[Support] = []
        removed: frozenset[StatementKey] = frozenset()
        while True:
            witness = self._way(start, removed)
            if witness is None:
                break
            if not witness:
                return (), frozenset()
            witnesses.append(witness)
            removed = smallest(witnesses)
        refs = tuple(self._supports.ref(key) for key in sorted(removed))
        return refs, frozenset(self._holders(start))

    def _way(self, start: int, removed: frozenset[StatementKey]) -> Support | None:
        """The statements of some way that is left; None where there is none."""
        before: dict[int, tuple[int, Support]] = {start: (-1, frozenset())}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            if node in self._ways.goals:
                return _used(node, before)
            for hop in self._hops_of(node):
                if hop[-1] not in before:
                    support = self._supports.standing(hop, removed)
                    if support is not None:
                        before[hop[-1]] = (node, support)
                        queue.append(hop[-1])
                        continue
        return None

    def _hops_of(self, node: int) -> tuple[tuple[int, ...], ...]:
        found = self._hops.get(node)
        if found is None:
            found = self._hops[node] = tuple(self._book.hops(node, self._ways))
        return found

    def _holders(self, start: int) -> Iterator[str]:
        bits = self._reached[start]
        for place, goal in enumerate(self._goals):
            actor = self._book.population.actor(goal) if bits >> place & 1 else None
            if actor is not None:
                yield actor.arn


def _used(node: int, before: dict[int, tuple[int, Support]]) -> Support:
    """The statements of the way that led to a node."""
    used: Support = frozenset()
    while node >= 0:
        node, support = before[node]
        used |= support
    return used


def smallest(witnesses: list[Support]) -> frozenset[StatementKey]:
    """A smallest set that has a statement of each way."""
    every = sorted(frozenset().union(*witnesses))
    for size in range(1, EXACT_SIZE + 1):
        for chosen in combinations(every, size):
            picked = frozenset(chosen)
            if all(picked & witness for witness in witnesses):
                return picked
    # The most useful first, then without those that turn out to be spared.
    picked = frozenset()
    while rest := [witness for witness in witnesses if not picked & witness]:
        best = max(every, key=lambda key: sum(key in witness for witness in rest))
        picked |= {best}
    for key in sorted(picked):
        if all((picked - {key}) & witness for witness in witnesses):
            picked -= {key}
    return picked
