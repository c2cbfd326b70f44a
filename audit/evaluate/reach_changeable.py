"""The users and roles of an account that anybody can change, and the station that stands for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_services import is_fixed
from audit.evaluate.reach_targets import TargetSpace


class Changeable:
    """Whoever may change all users, or all roles, of an account shares one station: thousands can in large ones."""

    def __init__(self, spaces: Mapping[str, TargetSpace], graph: Graph) -> None:
        self._spaces = spaces
        self._graph = graph
        self._found: dict[tuple[str, str], tuple[int, ...]] = {}
        self._stations: dict[tuple[str, str], int] = {}

    def of(self, account_id: str, space: str) -> tuple[int, ...]:
        """The `users` or `roles` of an account, less those that AWS keeps from being changed."""
        found = self._found.get((account_id, space))
        if found is None:
            targets = self._spaces[space]
            found = self._found[account_id, space] = tuple(
                [target for target in targets.of_account(account_id) if not is_fixed(targets.arn(target))]
            )
        return found

    def among(self, account_id: str, space: str, targets: Iterable[int]) -> list[int]:
        """Those of the targets that `of` has too, in their own order."""
        all_ = self._spaces[space]
        return [one for one in targets if all_.account_of[one] == account_id and not is_fixed(all_.arn(one))]

    def station(self, account_id: str, space: str) -> int:
        """The station before all of them."""
        found = self._stations.get((account_id, space))
        if found is None:
            found = self._stations[account_id, space] = self._graph.station()
            self._graph.link_all(found, self.of(account_id, space))
        return found
