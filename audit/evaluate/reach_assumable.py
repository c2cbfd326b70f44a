"""Whoever can assume roles, and write permissions into them, has those permissions in one more step."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.escalations import Escalation, Gain
from audit.evaluate.reach_asking import Asking
from audit.evaluate.reach_caller import CallerClass, Grade
from audit.evaluate.reach_gained import Gains
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population, ReachAccount
from audit.evaluate.reach_services import is_fixed


class Assumable:
    """Makes the stations before what becomes of such roles."""

    def __init__(self, population: Population, graph: Graph, asking: Asking, gains: Gains) -> None:
        self._population = population
        self._graph = graph
        self._asking = asking
        self._gains = gains
        self._stations: dict[tuple[object, ...], int] = {}
        self._behind: dict[int, frozenset[int]] = {}
        self._reached: dict[tuple[int, ...], frozenset[int]] = {}
        self._roles: dict[tuple[str, int], tuple[Actor, ...]] = {}
        self._own: dict[int, tuple[int, ...]] = {}

    def station(self, actor: Actor, row: Escalation, nodes: tuple[int, ...]) -> int:
        """The station of an actor whose edges of sts:AssumeRole lead to `nodes`.

        Who can assume the same roles, and write the same way, shares it; and each part of it with others.
        """
        kind = "policies" if row.target is Gain.ASSUMABLE_ROLE_POLICY else "roles"
        of_class = self._asking.of(self._asking.profile(actor), row.needs[0], kind)
        behind = self._reached.get(nodes)
        if behind is None:
            behind = self._reached[nodes] = frozenset([each for node in nodes for each in self._parts(node)])
        key = (row.id, id(of_class), behind)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            if of_class.explicit or of_class.default(actor.account.account_id).granted:
                for node in sorted(behind):
                    part = self._part(actor.account, of_class, node, by_policy=kind == "policies")
                    if self._graph.edges(part):
                        self._graph.link(station, part)
        return station

    def _part(self, account: ReachAccount, of_class: CallerClass, node: int, *, by_policy: bool) -> int:
        """The station before what becomes of the roles at one node, whichever row of the table it is by."""
        key = (id(of_class), node)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            for role, grade in self._writable(account, of_class, node, by_policy=by_policy):
                self._graph.link(station, self._gains.written(role).id, open_=grade is Grade.OPEN)
        return station

    def _writable(
        self, account: ReachAccount, of_class: CallerClass, node: int, *, by_policy: bool
    ) -> Iterator[tuple[Actor, Grade]]:
        on = of_class.on
        for role in self._changeable(account, node):
            if by_policy:
                grade = max([on(one).granted for one in self._policies(role)], default=Grade.NO)
            else:
                grade = on(role.id).granted
            if grade:
                yield role, grade

    def _policies(self, role: Actor) -> tuple[int, ...]:
        found = self._own.get(role.id)
        if found is None:
            found = self._own[role.id] = tuple(self._asking.own_policies(role))
        return found

    def _changeable(self, account: ReachAccount, node: int) -> tuple[Actor, ...]:
        """The roles of an account at one node that anybody may change, remembered."""
        key = (account.account_id, node)
        found = self._roles.get(key)
        if found is None:
            roles = [self._population.actors[target] for target in sorted(self._roles_at(node))]
            found = self._roles[key] = tuple(
                [role for role in roles if role.account is account and not is_fixed(role.arn)]
            )
        return found

    def _parts(self, node: int) -> tuple[int, ...]:
        """The node, or what its station leads to: the stations of most classes lead to the same few."""
        return tuple(edge >> 1 for edge in self._graph.edges(node)) if self._between(node) else (node,)

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
