"""What breaks a reach: the smallest sets of statements whose removal ends it.

A step stands on statements that it needs together, each of which another may stand in for. So ways are found one after
the other: the smallest set that meets every way found so far is taken away, until no way is left. Statements that give
the privilege itself are left alone: whoever is meant to pay goes on to.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from audit.evaluate.reach_supports import StatementKey, Support, Supports
from audit.evaluate.reach_ways import Ways
from audit.model.entitlement import StatementRef
from audit.model.reach import NodeType, ReachCut, StepType

if TYPE_CHECKING:  # the book makes its records with this module
    from audit.evaluate.reach import ReachBook

MOST_STARTS = 200
"""So many starts from outside and so many inside, in the order of their names, are cut off; how many others there are
is told."""
MOST_HOPS = 40_000
"""So many hops are looked at for all cuts together: a large account in which many can become anybody has millions."""
EXACT_SIZE = 3
"""Up to so many statements the set is a smallest one for certain; beyond, one of which none can be spared."""
AWS_MANAGED = ":iam::aws:policy/"


class Cuts(NamedTuple):
    """What breaks the reach of all starts."""

    found: tuple[ReachCut, ...]
    not_sought: tuple[str, ...]
    """Node ids of the starts beyond the bounds."""
    not_found: tuple[str, ...]
    """Node ids of the starts that nothing cuts off."""


class Start(NamedTuple):
    """Somebody who reaches a holder."""

    id: str
    """Its node id in the result."""
    first: Mapping[int, tuple[StatementRef, ...]]
    """The actors that it is, or becomes at once, and the statements that let it, any one of which is enough; none:
    it needs no permission for that."""


def cuts_of(book: ReachBook, ways: Ways, reached: Sequence[int]) -> Cuts:
    """One cut for each set of statements, with all starts that it cuts off.

    `reached`: for each node, the bitset of the sorted goals that it reaches.
    """
    cutter = Cutter(book, ways, reached)
    grouped: dict[tuple[StatementRef, ...], list[tuple[str, frozenset[str]]]] = defaultdict(list)
    not_sought: list[str] = []
    not_found: list[str] = []
    for starts in (_outside(book, ways), _inside(book, ways)):
        for place, start in enumerate(starts):
            if place >= MOST_STARTS or cutter.hops_seen > MOST_HOPS:
                not_sought += [one.id for one in starts[place:]]
                break
            cut, holders = cutter.cut(start)
            if cut:
                grouped[cut].append((start.id, holders))
            else:
                not_found.append(start.id)
    found = [
        ReachCut(
            starts=tuple(arn for arn, _ in rows),
            holders=tuple(sorted(frozenset().union(*(holders for _, holders in rows)))),
            statements=cut,
        )
        for cut, rows in grouped.items()
    ]
    return Cuts(tuple(sorted(found, key=lambda one: one.starts)), tuple(sorted(not_sought)), tuple(sorted(not_found)))


def _inside(book: ReachBook, ways: Ways) -> list[Start]:
    starts = (actor for actor in book.starts() if actor.id not in ways.goals and ways.reaches(actor.id))
    return [Start(actor.arn, {actor.id: ()}) for actor in sorted(starts, key=lambda one: one.arn)]


def _outside(book: ReachBook, ways: Ways) -> list[Start]:
    """Those from outside, without services, which act for others, and Identity Center, which is the accounts' own."""
    letting: dict[str, dict[int, list[StatementRef]]] = defaultdict(lambda: defaultdict(list))
    for way in book.ways_in(every=True):
        stranger = way.node.type is not NodeType.SERVICE and way.step.type is not StepType.IDENTITY_CENTER
        if stranger and ways.reaches(way.role.id):
            letting[way.node.id][way.role.id] += way.step.statements
    return [
        Start(node, {role: tuple(dict.fromkeys(refs)) for role, refs in roles.items()})
        for node, roles in sorted(letting.items())
    ]


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

    def cut(self, start: Start) -> tuple[tuple[StatementRef, ...], frozenset[str]]:
        """The statements, and the ARNs of the holders that the start no longer reaches; empty where nothing helps."""
        first = {node: self._supports.keys(refs) for node, refs in start.first.items()}
        witnesses: list[Support] = []
        removed: frozenset[StatementKey] = frozenset()
        while True:
            witness = self._way(first, removed)
            if witness is None:
                break
            if not witness:
                return (), frozenset()
            witnesses.append(witness)
            removed = smallest(witnesses)
        refs = tuple(self._supports.ref(key) for key in sorted(removed))
        return refs, frozenset(self._holders(start.first))

    def _way(self, first: Mapping[int, tuple[StatementKey, ...]], removed: frozenset[StatementKey]) -> Support | None:
        """The statements of some way that is left; None where there is none."""
        before: dict[int, tuple[int, Support]] = {}
        queue: deque[int] = deque()
        for node, keys in first.items():
            used = next((key for key in keys if key not in removed), None)
            if used is not None or not keys:
                before[node] = (-1, frozenset(() if used is None else (used,)))
                queue.append(node)
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
        return None

    def _hops_of(self, node: int) -> tuple[tuple[int, ...], ...]:
        found = self._hops.get(node)
        if found is None:
            found = self._hops[node] = tuple(self._book.hops(node, self._ways))
        return found

    def _holders(self, starts: Iterable[int]) -> Iterator[str]:
        bits = 0
        for start in starts:
            bits |= self._reached[start]
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
    """A smallest set that has a statement of each way; of several, one without statements that only AWS can change."""
    every = sorted(frozenset().union(*witnesses), key=lambda key: (AWS_MANAGED in key[0], key))
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
