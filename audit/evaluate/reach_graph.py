"""A directed graph over numbers, and what is asked of it: how far it is to a goal, and how many goals there are.

Plain lists and integers: at 100,000 roles a general graph library takes several times the memory and time. An edge is
two times its end, and one more where it can be taken under conditions only. The first `actors` nodes stand for who
can act; the others are stations in between, which cost no step.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator

UNREACHED = 1 << 30


class Graph:
    """Nodes 0 … `actors` - 1 are actors; `station` adds others."""

    def __init__(self, actors: int) -> None:
        self.actors = actors
        self._successors: list[list[int] | None] = [None] * actors
        self._size = (0, 0)
        self._predecessors: list[list[int] | None] | None = None
        self._order: tuple[array[int], array[int]] | None = None
        self.acting: set[int] = set()
        """Stations that stand for actors too."""

    def __len__(self) -> int:
        return len(self._successors)

    def station(self) -> int:
        """Add a node in between; its number."""
        self._successors.append(None)
        return len(self._successors) - 1

    def link(self, source: int, target: int, *, open_: bool = False) -> None:
        """Add an edge; `open_`: it can be taken under conditions only."""
        edges = self._successors[source]
        if edges is None:
            self._successors[source] = [2 * target + open_]
        else:
            edges.append(2 * target + open_)

    def link_all(self, source: int, targets: Iterable[int], *, open_: bool = False) -> None:
        """Add an edge to each of the targets."""
        self.link_encoded(source, [2 * target + open_ for target in targets])

    def link_encoded(self, source: int, encoded: Iterable[int]) -> None:
        """Add edges that are encoded already."""
        edges = self._successors[source]
        if edges is None:
            self._successors[source] = [*encoded]
        else:
            edges.extend(encoded)

    def edges(self, node: int) -> list[int]:
        """The edges that leave a node, encoded."""
        return self._successors[node] or []

    def edge_count(self) -> int:
        return sum(len(edges) for edges in self._successors if edges)

    def distances(self, goals: Iterable[int], *, sure: bool) -> array[int]:
        """Steps from each node to the nearest goal, UNREACHED where there is none; with `sure` over sure edges only.

        A step begins at an actor; stations in between cost none.
        """
        before, actors, acting = self._reversed(), self.actors, self.acting
        found = array("l", [UNREACHED]) * len(self._successors)
        queue: deque[int] = deque()
        for goal in goals:
            found[goal] = 0
            queue.append(goal)
        while queue:
            node = queue.popleft()
            here = found[node]
            for edge in before[node] or ():
                if sure and edge & 1:
                    continue
                source = edge >> 1
                acts = source < actors or source in acting
                length = here + acts
                if length < found[source]:
                    found[source] = length
                    if acts:
                        queue.append(source)
                    else:
                        queue.appendleft(source)
        return found

    def _changed(self) -> bool:
        """Whether the graph has grown since; then what was worked out of it no longer holds."""
        size = (len(self._successors), self.edge_count())
        if size == self._size:
            return False
        self._size = size
        self._predecessors = self._order = None
        return True

    def _reversed(self) -> list[list[int] | None]:
        """By node, the edges that lead to it: encoded like edges, with their source for their end."""
        if not self._changed() and self._predecessors is not None:
            return self._predecessors
        before: list[list[int] | None] = [None] * len(self._successors)
        for source, edges in enumerate(self._successors):
            for edge in edges or ():
                sources = before[edge >> 1]
                if sources is None:
                    before[edge >> 1] = [2 * source + (edge & 1)]
                else:
                    sources.append(2 * source + (edge & 1))
        self._predecessors = before
        return before

    def collected(self, own: dict[int, int]) -> list[int]:
        """For each node, the union of the bitsets `own` of every node that it reaches, itself included.

        One pass over the strongly connected components, the last first; equal bitsets are one object.
        """
        gathered = [0] * len(self._successors)
        shared: dict[int, int] = {}
        members, sizes = self._ordered()
        at = 0
        for size in sizes:
            component = members[at : at + size]
            at += size
            bits = 0
            for node in component:
                bits |= own.get(node, 0)
                for edge in self._successors[node] or ():
                    bits |= gathered[edge >> 1]
            if bits:
                bits = shared.setdefault(bits, bits)
                for node in component:
                    gathered[node] = bits
        return gathered

    def _ordered(self) -> tuple[array[int], array[int]]:
        """The nodes, component by component, and the size of each component."""
        if self._changed() or self._order is None:
            members, sizes = array("l"), array("l")
            for component in self._components():
                members.extend(component)
                sizes.append(len(component))
            self._order = members, sizes
        return self._order

    def _components(self) -> Iterator[list[int]]:
        """Strongly connected components, each after all that it leads to (Tarjan, without recursion)."""
        size = len(self._successors)
        index = array("l", [0]) * size
        low = array("l", [0]) * size
        stacked = bytearray(size)
        stack: list[int] = []
        counter = 0
        for root in range(size):
            if index[root]:
                continue
            if not self._successors[root]:
                counter += 1
                index[root] = counter
                yield [root]
                continue
            work: list[tuple[int, Iterator[int]]] = []
            counter += 1
            index[root] = low[root] = counter
            stack.append(root)
            stacked[root] = 1
            work.append((root, iter(self._successors[root] or ())))
            while work:
                node, edges = work[-1]
                for edge in edges:
                    target = edge >> 1
                    if not index[target]:
                        counter += 1
                        index[target] = low[target] = counter
                        if not self._successors[target]:
                            yield [target]
                            continue
                        stack.append(target)
                        stacked[target] = 1
                        work.append((target, iter(self._successors[target] or ())))
                        break
                    if stacked[target] and index[target] < low[node]:
                        low[node] = index[target]
                else:
                    work.pop()
                    if work and low[node] < low[work[-1][0]]:
                        low[work[-1][0]] = low[node]
                    if low[node] == index[node]:
                        component = []
                        while True:
                            member = stack.pop()
                            stacked[member] = 0
                            component.append(member)
                            if member == node:
                                break
                        yield component
