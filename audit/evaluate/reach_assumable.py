"""Whoever can assume roles, and write permissions into them, has those permissions in one more step."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.escalations import Escalation, Gain
from audit.evaluate.reach_asking import Asking
from audit.evaluate.reach_caller import CallerClass, Grade
from audit.evaluate.reach_gained import Gains
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population
from audit.evaluate.reach_services import FIXED_PATHS


class Assumable:
    """Makes the stations before what becomes of such roles."""

    def __init__(self, population: Population, graph: Graph, asking: Asking, gains: Gains) -> None:
        self._population = population
        self._graph = graph
        self._asking = asking
        self._gains = gains
        self._stations: dict[tuple[object, ...], int] = {}
        self._behind: dict[int, frozenset[int]] = {}
        self._ends: dict[int, int] = {}

    def station(self, actor: Actor, row: Escalation, nodes: tuple[int, ...]) -> int:
        """The station of an actor whose edges of sts:AssumeRole lead to `nodes`.

        Who can assume the same roles, and write the same way, shares it.
        """
        kind = "policies" if row.target is Gain.ASSUMABLE_ROLE_POLICY else "roles"
        of_class = self._asking.of(self._asking.profile(actor), row.needs[0], kind)
        account = actor.account
        behind = frozenset(self._end(node) for node in nodes)
        key = (row.id, id(of_class), account.account_id, behind)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            if of_class.explicit or of_class.default(account.account_id).granted:
                for role, grade in self._writable(actor, of_class, behind, by_policy=kind == "policies"):
                    self._graph.link(station, self._gains.written(role).id, open_=grade is Grade.OPEN)
        return station

    def _writable(
        self, actor: Actor, of_class: CallerClass, behind: frozenset[int], *, by_policy: bool
    ) -> Iterator[tuple[Actor, Grade]]:
        assumable = frozenset[int]().union(*(self._roles_at(node) for node in behind))
        if not by_policy and not of_class.default(actor.account.account_id).granted:
            assumable &= of_class.explicit.keys()
        for target in sorted(assumable):
            role = self._population.actors[target]
            own = self._asking.own_policies(role) if by_policy else [target]
            if not own or role.account is not actor.account or any(path in role.arn for path in FIXED_PATHS):
                continue
            grade = max(of_class.on(one).granted for one in own)
            if grade:
                yield role, grade

    def _end(self, node: int) -> int:
        """The node, or where it leads to when that is one station: many of a class come to the same."""
        found = self._ends.get(node)
        if found is None:
            found = node
            while self._between(found) and len(edges := self._graph.edges(found)) == 1 and self._between(edges[0] >> 1):
                found = edges[0] >> 1
            self._ends[node] = found
        return found

    def _between(self, node: int) -> bool:
        return node >= self._graph.actors and node not in self._population.gained

    def _roles_at(self, node: int) -> frozenset[int]:
        """An actor itself, or the roles behind a station, remembered."""
        if node < self._graph.actors:
            return frozenset((node,))
        found = self._behind.get(node)
        if found is None:
            roles: set[int] = set()
            seen = {node}
            stack = [node] if self._between(node) else []
            while stack:
                for edge in self._graph.edges(stack.pop()):
                    following = edge >> 1
                    if following < self._graph.actors:
                        roles.add(following)
                    elif following not in seen and self._between(following):
                        seen.add(following)
                        stack.append(following)
            found = self._behind[node] = frozenset(roles)
        return found
