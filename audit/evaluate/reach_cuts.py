"""What breaks a reach: the smallest sets of statements whose removal ends it.

A step stands on statements that it needs together, each of which another may stand in for. So ways are found one after
the other: the smallest set that meets every way found so far is taken away, until no way is left. Statements that give
the privilege itself are left alone: whoever is meant to pay goes on to.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, compress
from typing import TYPE_CHECKING, NamedTuple

from audit.evaluate.reach_supports import Sides, StatementKey, Support, Supports
from audit.evaluate.reach_ways import Behind, Ways
from audit.model.entitlement import StatementRef
from audit.model.reach import NodeType, ReachCut, StepType

if TYPE_CHECKING:  # the book makes its records with this module
    from audit.evaluate.reach import ReachBook

MOST_STARTS = 200
"""So many starts of each kind, in the order of their names, are cut off; how many others there are is told. Those from
outside that are let into several roles come in the order of how many, so that all after one given up have more."""
MOST_HOPS = 5_000
"""So many hops are looked at for all cuts together, and whose search is at work then is given up: a large account in
which many can become anybody has millions. Those whose edge fell whole are not looked at."""
MOST_WAYS = 100
"""So many ways of one start are found before it is given up: nobody takes away as many statements as it would need."""
EXACT_SIZE = 3
"""Up to so many statements the set is a smallest one for certain; beyond, one of which none can be spared."""
AWS_MANAGED = ":iam::aws:policy/"


_Hop = tuple[tuple[int, int, int], Sides]
"""Its source, the first node behind it and its end; and what of its edge stands at the source."""


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
    grouped: dict[tuple[StatementRef, ...], list[tuple[str, int]]] = defaultdict(list)
    not_sought: list[str] = []
    not_found: list[str] = []
    outside = _outside(book, ways)
    # Whoever is let into one role is kept out at its door, which takes no search; who is let into many takes the most.
    at_one_door = [start for start in outside if len(start.first) == 1]
    at_many = sorted((start for start in outside if len(start.first) > 1), key=lambda start: len(start.first))
    for starts in (at_one_door, _inside(book, ways), at_many):
        for place, start in enumerate(starts):
            if place >= MOST_STARTS or cutter.hops_seen > MOST_HOPS:
                not_sought += [one.id for one in starts[place:]]
                break
            try:
                cut, goals = cutter.cut(start)
            except TooManyWaysError:
                not_sought += [one.id for one in starts[place:]]
                break
            if cut:
                grouped[cut].append((start.id, goals))
            else:
                not_found.append(start.id)
    names = [book.name(goal) for goal in sorted(ways.goals)]
    found = [
        ReachCut(
            starts=tuple(start for start, _ in rows),
            holders=_holders(names, (bits for _, bits in rows)),
            statements=cut,
        )
        for cut, rows in grouped.items()
    ]
    return Cuts(tuple(sorted(found, key=lambda one: one.starts)), tuple(sorted(not_sought)), tuple(sorted(not_found)))


def _inside(book: ReachBook, ways: Ways) -> list[Start]:
    starts = (actor for actor in book.starts if actor.id not in ways.goals and ways.reaches(actor.id))
    return [Start(actor.arn, {actor.id: ()}) for actor in sorted(starts, key=lambda one: one.arn)]


def _outside(book: ReachBook, ways: Ways) -> list[Start]:
    """Those from outside, without services, which act for others, and Identity Center, which is the accounts' own."""
    letting: dict[str, dict[int, list[StatementRef]]] = defaultdict(lambda: defaultdict(list))
    for way in book.ways_in(every=True):
        stranger = way.node.type is not NodeType.SERVICE and way.letting.type is not StepType.IDENTITY_CENTER
        if stranger and ways.reaches(way.role.id):
            letting[way.node.id][way.role.id] += book.outside.step(way).statements
    return [
        Start(node, {role: tuple(dict.fromkeys(refs)) for role, refs in roles.items()})
        for node, roles in sorted(letting.items())
    ]


def _holders(names: Sequence[str], reached: Iterable[int]) -> tuple[str, ...]:
    """The names that some bitsets are of, sorted."""
    bits = map("1".__eq__, bin(_union(reached))[:1:-1])
    return tuple(sorted({*compress(names, bits)}))


class TooManyWaysError(Exception):
    """One start alone has more ways, or leads over more hops, than are looked at."""


class Cutter:
    """Finds the cut of one start after the other."""

    def __init__(self, book: ReachBook, ways: Ways, reached: Sequence[int]) -> None:
        self._ways = ways
        self._reached = reached
        self._supports = Supports(book)
        self.hops_seen = 0
        """How many hops were looked at so far."""

    def cut(self, start: Start) -> tuple[tuple[StatementRef, ...], int]:
        """The statements, and the bitset of the goals that the start no longer reaches; empty where nothing helps."""
        first = {node: self._supports.keys(refs) for node, refs in start.first.items()}
        entering = frozenset(key for keys in first.values() for key in keys)
        witnesses: list[Support] = []
        removed: frozenset[StatementKey] = frozenset()
        while True:
            witness = self._way(first, removed) if witnesses else self._shortest(first)
            if witness is None:
                break
            if not witness:
                return (), 0
            witnesses.append(witness)
            if len(witnesses) > MOST_WAYS:
                raise TooManyWaysError
            # Whoever is let in from outside is kept out at the door, where that is not more than elsewhere.
            removed = smallest(witnesses, entering)
        refs = tuple(self._supports.ref(key) for key in sorted(removed))
        return refs, _union(self._reached[node] for node in start.first)

    def _shortest(self, first: Mapping[int, tuple[StatementKey, ...]]) -> Support | None:
        """The statements of the way that is told, which is known without a search."""
        self._supports.take_away(frozenset())
        for node, keys in sorted(first.items()):
            hops = [(hop[0], hop[1], hop[-1]) for hop in self._ways.hops(node)]
            supports = [self._supports.of(self._supports.at_source(*hop[:2]), hop) for hop in hops]
            if None not in supports:
                return frozenset(keys[:1]).union(*(support for support in supports if support is not None))
        return self._way(first, frozenset())

    def _way(self, first: Mapping[int, tuple[StatementKey, ...]], removed: frozenset[StatementKey]) -> Support | None:
        """The statements of some way that is left; None where there is none."""
        entered: dict[int, Support] = {}
        for node, keys in first.items():
            used = next((key for key in keys if key not in removed), None)
            if used is not None or not keys:
                entered[node] = frozenset(() if used is None else (used,))
        self._supports.take_away(removed)
        while (hops := self._search(entered)) is not None:
            supports = [self._supports.of(sides, hop) for hop, sides in hops]
            # A hop that fell after all is known by now, and the next search goes round it.
            if None not in supports:
                entrance = hops[0][0][0] if hops else next(node for node in entered if node in self._ways.goals)
                return entered[entrance].union(*(support for support in supports if support is not None))
        return None

    def _search(self, entered: Iterable[int]) -> list[_Hop] | None:
        """The hops of a shortest way that seems to be left, from one of some actors; None where there is none."""
        queue = deque(entered)
        goals = self._ways.goals
        if not goals.isdisjoint(queue):
            return []
        before: dict[int, _Hop | None] = dict.fromkeys(queue)
        while queue:
            node = queue.popleft()
            if self.hops_seen > MOST_HOPS:
                raise TooManyWaysError
            for stations, sides in self._standing(node):
                end = stations[-1]
                if end in before:
                    continue
                self.hops_seen += 1
                hop = (node, stations[0], end)
                if self._supports.stands(sides, hop):
                    before[end] = hop, sides
                    if end in goals:
                        return _followed(end, before)
                    queue.append(end)
        return None

    def _standing(self, node: int) -> Iterator[tuple[tuple[int, ...], Sides]]:
        """The hops that leave an actor, without itself, along edges that stand at their source; in the order of hops.

        Mostly all techniques of an edge fall together, and those that stand lead to a goal soon: so what is behind the
        edges is neither looked at nor put in order before it is asked for.
        """
        standing = []
        for place, run in enumerate(self._ways.runs(node)):
            sides = self._supports.at_source(node, run[0][2][0]) if run else ()
            if sides != ():
                standing.append(_placed(run, place, sides))
        return ((hop, sides) for _, _, _, hop, sides in (merge(*standing) if len(standing) > 1 else chain(*standing)))


def _placed(run: Iterable[Behind], place: int, sides: Sides) -> Iterator[tuple[bool, str, int, tuple[int, ...], Sides]]:
    """What is behind one of an actor's edges, to be put in order with what is behind the others."""
    return ((open_, name, place, hop, sides) for open_, name, hop in run)


def _followed(node: int, before: Mapping[int, _Hop | None]) -> list[_Hop]:
    """The hops that led to a node, in their order."""
    hops = []
    while (hop := before[node]) is not None:
        hops.append(hop)
        node = hop[0][0]
    return hops[::-1]


def smallest(witnesses: list[Support], preferred: Support = frozenset()) -> frozenset[StatementKey]:
    """A smallest set that has a statement of each way; of several, one of those preferred, and of none of AWS's own."""
    ways: dict[StatementKey, int] = defaultdict(int)
    for place, witness in enumerate(witnesses):
        for key in witness:
            ways[key] |= 1 << place
    every = sorted(ways, key=lambda key: (key not in preferred, AWS_MANAGED in key[0], key))
    all_ = (1 << len(witnesses)) - 1
    place_of = {key: place for place, key in enumerate(every)}
    ordered = [sorted(witness, key=place_of.__getitem__) for witness in witnesses]
    for size in range(max(1, _apart(witnesses)), EXACT_SIZE + 1):
        chosen = _meeting(ordered, ways, all_, size)
        if chosen is not None:
            return frozenset(chosen)
    # The most useful first, then without those that turn out to be spared.
    picked: list[StatementKey] = []
    left = all_
    while left:
        picked.append(max(every, key=lambda key: (ways[key] & left).bit_count()))
        left &= ~ways[picked[-1]]
    for key in sorted(picked):
        others = [one for one in picked if one != key]
        if _union(ways[one] for one in others) == all_:
            picked = others
    return frozenset(picked)


def _apart(witnesses: Iterable[Support]) -> int:
    """So many ways have no statement with each other, as found one by one: no smaller set meets them all."""
    found = 0
    taken: set[StatementKey] = set()
    for witness in witnesses:
        if taken.isdisjoint(witness):
            found += 1
            taken |= witness
    return found


def _meeting(
    witnesses: Sequence[Sequence[StatementKey]], ways: Mapping[StatementKey, int], left: int, size: int
) -> tuple[StatementKey, ...] | None:
    """At most `size` statements that meet the ways of `left`: one of the first that is left must be among them."""
    if not left:
        return ()
    if not size:
        return None
    for key in witnesses[(left & -left).bit_length() - 1]:
        further = _meeting(witnesses, ways, left & ~ways[key], size - 1)
        if further is not None:
            return (key, *further)
    return None


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
