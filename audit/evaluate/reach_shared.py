"""What escalations lead to for all callers of a profile alike, each worked out once: stations that they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from audit.catalog.escalations import Escalation, Gain
from audit.evaluate.reach_asking import CREATING, PASS_ROLE, Asking
from audit.evaluate.reach_caller import Grade
from audit.evaluate.reach_changeable import Changeable
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_gained import Gains
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Population, ReachAccount
from audit.evaluate.reach_profiles import Profile
from audit.evaluate.reach_services import Trusting
from audit.evaluate.reach_techniques import Named, Technique
from audit.policy.known import Known

_NO_BOUNDARY = Known(absent=frozenset({"iam:permissionsboundary"}))


class Planned(NamedTuple):
    """One technique of a profile."""

    technique: Technique
    node: int | None
    """What it leads to; None: that hangs on the caller itself."""
    open: bool = False
    """Whether it hangs on conditions besides."""


Edges = tuple[int, ...]
"""Encoded as the graph's are."""


class Plan(NamedTuple):
    """The techniques of a profile that lead anywhere."""

    parts: tuple[Planned | Edges, ...]
    """In the order of the table; those that follow one another and are alike for all callers as their edges."""
    named: Mapping[int, Named]
    """What leads along these edges, by the station that they lead to."""


class SharedWays:
    """Plans the techniques of profiles."""

    def __init__(
        self, population: Population, decisions: Decisions, graph: Graph, asking: Asking, gains: Gains
    ) -> None:
        self._graph = graph
        self._asking = asking
        self._gains = gains
        self._trusting = Trusting(decisions)
        self._changeable = Changeable(asking.spaces, graph)
        self._stations: dict[tuple[object, ...], int] = {}
        self._passed: dict[tuple[int, str], int | None] = {}
        self._plans: dict[tuple[int, int], Plan] = {}

    def of(self, profile: Profile, techniques: tuple[Technique, ...]) -> Plan:
        """The techniques in their order, without those that lead nowhere. `techniques` is told apart by its place."""
        key = (profile.number, id(techniques))
        found = self._plans.get(key)
        if found is None:
            planned = [self._planned(profile, technique) for technique in techniques]
            found = self._plans[key] = _plan(one for one in planned if one is not None)
        return found

    def _planned(self, profile: Profile, technique: Technique) -> Planned | None:
        row, account = technique.row, profile.account
        match row.target:
            case Gain.PASS_ROLE:
                passed = (profile.number, row.service)
                if passed not in self._passed:
                    # Most services have several rows.
                    self._passed[passed] = self._passing(profile, row.service)
                return self._to(technique, self._passed[passed])
            case Gain.RUNNING:
                return self._to(technique, self._running(account, (row.service,), row.service))
            case Gain.SAML:
                return self._to(technique, self._running(account, (row.id,), ""))
            case Gain.USER:
                return self._to(technique, self._changing(profile, row, "users"))
            case Gain.ROLE_TRUST:
                return self._to(technique, self._changing(profile, row, "roles"))
            case Gain.NEW_PRINCIPAL | Gain.ANY_GROUP:
                return self._new(profile, technique)
        return Planned(technique, None)

    def _to(self, technique: Technique, station: int | None) -> Planned | None:
        return Planned(technique, station) if station is not None and self._graph.edges(station) else None

    def _changing(self, profile: Profile, row: Escalation, kind: str) -> int:
        """The station before any of the users or roles that the first permission is about."""
        of_class = self._asking.of(profile, row.needs[0], kind)
        key = (row.id, id(of_class))
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            account_id = profile.account.account_id
            default = of_class.default(account_id).granted
            if not of_class.explicit:
                if default and self._changeable.of(account_id, kind):
                    self._graph.link(station, self._changeable.station(account_id, kind), open_=default is Grade.OPEN)
            else:
                # Whoever may change no others may change those that the policies name, at most.
                changeable = self._changeable
                for target in (
                    changeable.of(account_id, kind)
                    if default
                    else changeable.among(account_id, kind, of_class.explicit)
                ):
                    grade = of_class.explicit[target].granted if target in of_class.explicit else default
                    if grade:
                        self._graph.link(station, target, open_=grade is Grade.OPEN)
        return station

    def _passing(self, profile: Profile, service: str) -> int | None:
        """The station before the roles that a service may take and the profile may pass to it."""
        account = profile.account
        grades = self._trusting.of(account, service)
        if not grades:
            return None
        told = Known(values=(("iam:passedtoservice", service),))
        of_class = self._asking.of(profile, PASS_ROLE, "roles", told, service)
        default, explicit = of_class.default(account.account_id).granted, of_class.explicit
        if default is Grade.SURE and not explicit:
            return self._taking(account, service, grades)
        key = (service, id(of_class))
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            if not explicit:
                if default:
                    self._graph.link(station, self._taking(account, service, grades), open_=True)
                return station
            # Most policies name a few roles: then only those are looked at, in the same order, by number.
            for role in grades if default else explicit:
                trusted = grades.get(role, Grade.NO)
                grade = min(trusted, explicit[role].granted if role in explicit else default)
                if grade:
                    self._graph.link(station, role, open_=grade is Grade.OPEN)
        return station

    def _taking(self, account: ReachAccount, service: str, grades: Mapping[int, Grade]) -> int:
        """The station before all roles that a service may take."""
        key = ("taking", account.account_id, service)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            for role, grade in grades.items():
                self._graph.link(station, role, open_=grade is Grade.OPEN)
        return station

    def _running(self, account: ReachAccount, name: tuple[str, ...], service: str) -> int | None:
        """The station before the roles that may be in use at a service, or trust a SAML provider."""
        grades = self._trusting.of(account, service)
        if not grades:
            return None
        key = ("running", account.account_id, *name)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            self._graph.link_all(station, grades, open_=True)
        return station

    def _new(self, profile: Profile, technique: Technique) -> Planned | None:
        """A principal that did not exist."""
        row, account = technique.row, profile.account
        # What is made without a boundary has none; a policy that asks for one refuses that.
        space = "roles" if row.needs[0].endswith("Role") else "users"
        grades = [
            self._asking.of(profile, need, space, _NO_BOUNDARY, "new").default(account.account_id).granted
            for need in row.needs
            if need in CREATING
        ]
        if Grade.NO in grades:
            return None
        if row.target is Gain.NEW_PRINCIPAL:
            made = self._gains.new(account)
        elif account.policies.details.group_detail_list:
            made = self._gains.new_in_groups(account)
        else:
            return None
        return Planned(technique, made.id, Grade.OPEN in grades)


_ALIKE = frozenset({Gain.PASS_ROLE, Gain.RUNNING, Gain.SAML, Gain.USER})
"""What leads to its station whoever of the profile the caller is."""


def _plan(planned: Iterable[Planned]) -> Plan:
    """The plan: one edge to each station of its own, for certain where any way is, by the first such way."""
    parts: list[Planned | Edges] = []
    named: dict[int, Technique] = {}
    all_: dict[int, list[Technique]] = {}
    for alike, run in groupby(planned, lambda one: one.technique.row.target in _ALIKE):
        if not alike:
            parts += run
            continue
        edges: list[int] = []
        for technique, node, _ in run:
            assert node is not None  # noqa: S101 - what leads nowhere is in no plan
            all_.setdefault(node, []).append(technique)
            before = named.get(node)
            if before is None or (before.open and not technique.open):
                named[node] = technique
                edges.append(2 * node + technique.open)
        parts.append(tuple(edges))
    return Plan(tuple(parts), {node: Named(named[node], tuple(each)) for node, each in all_.items()})
