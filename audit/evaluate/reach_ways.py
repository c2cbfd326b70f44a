"""The shortest ways from a node to those that hold the privileges in question.

A way that is sure goes before one that hangs on conditions, however long; of equally long ones the first by name, and
of stations the first that was linked: escalations in the order of their table.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping

from audit.evaluate.reach_graph import UNREACHED, Graph
from audit.evaluate.reach_population import Population

Behind = tuple[bool, str, tuple[int, ...]]
"""Whether it hangs on conditions, the actor's ARN, and the stations up to the actor."""


class Ways:
    """Ways to one set of goals."""

    def __init__(self, population: Population, graph: Graph, sure: Iterable[int], all_: Iterable[int]) -> None:
        """`sure`: goals that hold a privilege for certain; `all_`: these, and those that may hold it."""
        self._population = population
        self._graph = graph
        self.goals = frozenset(all_)
        self._sure = graph.distances(sure, sure=True)
        self._all = graph.distances(self.goals, sure=False)
        self._next: Mapping[bool, dict[int, int]] = {True: {}, False: {}}
        self._behind: dict[int, tuple[Behind, ...]] = {}
        self._runs: dict[int, list[Behind]] = {}

    def length(self, node: int) -> int:
        """Steps of the way that is taken; UNREACHED where there is none."""
        return self._sure[node] if self._sure[node] < UNREACHED else self._all[node]

    def reaches(self, node: int) -> bool:
        """Whether the node reaches a goal."""
        return self._all[node] < UNREACHED

    def hops(self, node: int) -> Iterator[tuple[int, ...]]:
        """The way from a node, step by step: each an actor, the stations behind it, and the next actor."""
        sure = self._sure[node] < UNREACHED
        lengths = self._sure if sure else self._all
        while lengths[node]:
            hop = [node]
            while True:
                hop.append(self._following(hop[-1], lengths, sure))
                if self._acts(hop[-1]):
                    break
            yield tuple(hop)
            node = hop[-1]

    def _acts(self, node: int) -> bool:
        return node < self._graph.actors or node in self._graph.acting

    def _following(self, node: int, lengths: array[int], sure: bool) -> int:
        found = self._next[sure].get(node)
        if found is None:
            wanted = lengths[node] - self._acts(node)
            ahead = (
                edge >> 1
                for edge in self._graph.edges(node)
                if lengths[edge >> 1] == wanted and not (sure and edge & 1)
            )
            found = self._next[sure][node] = min(ahead, key=self._name)
        return found

    def _name(self, node: int) -> tuple[bool, str, int]:
        actor = self._population.actor(node)
        return (True, "", 0) if actor is None else (False, actor.arn, node)

    def behind(self, node: int) -> tuple[Behind, ...]:
        """The actors behind a station that reach a goal, or the actor itself: of each the first way, sure ones first.

        Worked out once: actors share their stations.
        """
        found = self._behind.get(node)
        if found is None:
            found = self._behind[node] = tuple(self._found_behind(node))
        return found

    def _found_behind(self, node: int) -> Iterable[Behind]:
        actor = self._population.actor(node)
        if actor is not None:
            return ((False, actor.arn, (node,)),)
        best: dict[int, Behind] = {}
        for edge in self._graph.edges(node):
            following = edge >> 1
            if self.reaches(following):
                for open_, name, hop in self.behind(following):
                    row = (open_ or bool(edge & 1), name, (node, *hop))
                    before = best.get(hop[-1])
                    if before is None or row < before:
                        best[hop[-1]] = row
        return best.values()

    def runs(self, node: int) -> Iterator[list[Behind]]:
        """The actors behind each edge that leaves a node towards a goal, in the order of the edges.

        Those of an edge come sure ones first, then by name; of two edges to one station, the surer way to each.
        """
        edges = dict.fromkeys(self._graph.edges(node))
        passed: set[int] = set()
        for edge in edges:
            twin = edge ^ 1
            if edge >> 1 == node or not self.reaches(edge >> 1) or (edge & 1 and twin in passed):
                continue
            passed.add(edge)
            if twin not in edges:
                yield self._run(edge)
            elif edge & 1:
                yield [row for row in self._run(twin) if row[0]]
            else:
                yield [row for row in self._run(edge) if not row[0] or twin not in passed]

    def _run(self, edge: int) -> list[Behind]:
        """Sorted once: actors share their stations."""
        found = self._runs.get(edge)
        if found is None:
            behind = self.behind(edge >> 1)
            found = sorted((True, name, hop) for _, name, hop in behind) if edge & 1 else sorted(behind)
            self._runs[edge] = found
        return found

    def all_shortest(self, start: int, end: int, most: int) -> list[list[tuple[int, ...]]]:
        """All shortest ways from one actor to one other, at most so many."""
        lengths = self._graph.distances([end], sure=False)
        found: list[list[tuple[int, ...]]] = []
        if lengths[start] >= UNREACHED:
            return found
        stack: list[tuple[list[tuple[int, ...]], tuple[int, ...]]] = [([], (start,))]
        seen: set[tuple[int, ...]] = set()
        while stack and len(found) < most:
            hops, hop = stack.pop()
            node = hop[-1]
            if len(hop) > 1 and self._acts(node):
                hops, hop = [*hops, hop], (node,)
                if node == end:
                    stations = tuple(each[-1] for each in hops)
                    if stations not in seen:
                        seen.add(stations)
                        found.append(hops)
                    continue
            wanted = lengths[node] - self._acts(node)
            ahead = [edge >> 1 for edge in self._graph.edges(node) if lengths[edge >> 1] == wanted]
            stack.extend((hops, (*hop, each)) for each in sorted(ahead, key=self._name)[::-1])
        return found
