"""The edges of known escalations: who can give itself, or take from somebody, permissions that it was not given.

Each holds on effective permissions, boundary and SCPs included, and on the targets that the policies name. One who
writes permissions for itself stands in the graph beside its principal, with everything that its boundary and the SCPs
leave; so what follows from that is worked out like anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from audit.catalog.escalations import Escalation, Gain, load_escalations
from audit.evaluate.holders import NO_DOCUMENT, Holder
from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_caller import CallerClass, Callers, Grade
from audit.evaluate.reach_changeable import Changeable
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_gained import (
    ALL_PERMISSIONS,
    ATTACHED,
    GROUPED,
    NEW,
    NEW_IN_GROUP,
    UNBOUNDED,
    WRITTEN,
    Gains,
    of_groups,
)
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population, ReachAccount
from audit.evaluate.reach_services import FIXED_PATHS, Trusting
from audit.evaluate.reach_targets import TargetSpace
from audit.model.principal import PrincipalType
from audit.policy.known import Known
from audit.snapshot.authorization import GroupDetail, RoleDetail, UserDetail

_NO_BOUNDARY = Known(absent=frozenset({"iam:permissionsboundary"}))
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
"""Stands for any managed policy at all."""
_POLICY_ARN = "iam:policyarn"
_PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action's name
_OF_ROLES = frozenset({Gain.SELF_ROLE, Gain.SELF_BOUNDARY_ROLE})


class Technique(NamedTuple):
    """What an edge of the graph stands for, where it is an escalation."""

    row: Escalation
    open: bool


class EscalationEdges:
    """Builds the edges. `techniques` tells of each edge which one it is."""

    def __init__(self, population: Population, decisions: Decisions, assume: AssumeEdges, graph: Graph) -> None:
        self._population = population
        self._decisions = decisions
        self._graph = graph
        self._rows = load_escalations()
        self._callers: dict[tuple[str, str, str], Callers] = {}
        self._open_rows: dict[tuple[str, int, int], tuple[Technique, ...]] = {}
        self._stations: dict[tuple[object, ...], int] = {}
        self._trusting = Trusting(population, decisions)
        self._gains = Gains(population, assume, graph)
        self._reached: dict[int, frozenset[int]] = {}
        self.techniques: dict[tuple[int, int], Technique] = {}
        """By the edge's ends: the one that is named."""
        self.alternatives: dict[tuple[int, int], list[Technique]] = {}
        """By the edge's ends: all that lead along it."""
        groups: list[tuple[int, str]] = []
        policies: list[tuple[int, str]] = []
        self._groups: dict[str, int] = {}
        self._policies: dict[str, int] = {}
        for account in population.accounts.values():
            for group in account.policies.details.group_detail_list:
                self._groups[group.arn] = len(groups)
                groups.append((len(groups), group.arn))
            for policy in account.policies.details.policies:
                self._policies[policy.arn] = len(policies)
                policies.append((len(policies), policy.arn))
        self._spaces = {
            "roles": population.roles,
            "users": population.users,
            "groups": TargetSpace("group", groups, population.accounts),
            "policies": TargetSpace("policy", policies, population.accounts),
        }
        self._changeable = Changeable(population, self._spaces, graph)

    def build(self) -> None:
        """Add the edges of all principals, and of what they make of themselves."""
        queue = self._gains.fresh
        queue.extend(self._population.actors)
        while queue:
            actor = queue.pop()
            for technique in self._techniques(actor):
                self._apply(actor, technique)

    def _techniques(self, actor: Actor) -> tuple[Technique, ...]:
        """The rows whose permissions the actor has, whatever their targets; the first of its kind."""
        permissions = actor.account.evaluator.of(actor.holder)
        if permissions.allowed | permissions.conditional in (0, actor.account.assuming):
            return ()
        # Where a Deny or a permission cannot be evaluated, the answer stays conditional.
        key = (actor.account.account_id, permissions.allowed, permissions.conditional)
        found = self._open_rows.get(key)
        if found is None:
            found = self._open_rows[key] = tuple(
                self._held(actor.account, permissions.allowed, permissions.allowed | permissions.conditional)
            )
        return found

    def _held(self, account: ReachAccount, allowed: int, possible: int) -> Iterator[Technique]:
        for row in self._rows:
            needed = 0
            for action in row.needs:
                needed |= account.index.bit(action)
            if needed & possible == needed:
                yield Technique(row, row.open or needed & allowed != needed)

    def _apply(self, actor: Actor, technique: Technique) -> None:
        row = technique.row
        match row.target:
            case Gain.PASS_ROLE:
                self._pass_role(actor, technique)
            case Gain.RUNNING:
                self._running(actor, technique)
            case Gain.SAML:
                self._fan_edge(actor, technique, self._trusting.of(actor.account, ""), (row.id,))
            case Gain.USER:
                self._take(actor, technique, self._class_of(row, "users", actor))
            case Gain.ROLE_TRUST:
                if self._decisions.callers.of(actor).default(actor.account.account_id).permitted:
                    self._take(actor, technique, self._class_of(row, "roles", actor))
            case Gain.SELF_USER | Gain.SELF_ROLE:
                if (actor.role is not None) is (row.target in _OF_ROLES):
                    self._write_itself(actor, technique)
            case Gain.SELF_BOUNDARY_USER | Gain.SELF_BOUNDARY_ROLE:
                if (actor.role is not None) is (row.target in _OF_ROLES):
                    self._unbind(actor, technique, self._on_itself(actor, row))
            case Gain.OWN_POLICY:
                self._write_own(actor, technique, self._on_any(row, "policies", actor, self._own_policies(actor)))
            case Gain.OWN_GROUP:
                self._write_own(actor, technique, self._on_any(row, "groups", actor, self._own_groups(actor)))
            case Gain.GROUP:
                self._join_groups(actor, technique)
            case Gain.ASSUMABLE_ROLE | Gain.ASSUMABLE_ROLE_POLICY:
                self._write_assumable(actor, technique)
            case Gain.NEW_PRINCIPAL | Gain.ANY_GROUP:
                self._new_principal(actor, technique)

    # What a permission is about.

    def _class_of(self, row: Escalation, space: str, actor: Actor, told: Known | None = None) -> CallerClass:
        return self._caller(row.needs[0], space, told).of(actor)

    def _caller(self, action: str, space: str, told: Known | None = None, mark: str = "") -> Callers:
        key = (action, space, mark)
        found = self._callers.get(key)
        if found is None:
            targets = self._spaces[space]
            found = self._callers[key] = Callers(action, targets, told) if told else Callers(action, targets)
        return found

    def _on_itself(self, actor: Actor, row: Escalation, policy_arn: str = "") -> Grade:
        """Whether it may do so to itself; with the managed policy of that ARN, where one is attached."""
        own = actor.principal if actor.principal >= 0 else actor.id
        if own >= len(self._population.actors):
            return Grade.NO
        space = "roles" if isinstance(actor.holder.record, RoleDetail) else "users"
        if actor.role is not None and any(path in actor.arn for path in FIXED_PATHS):
            return Grade.NO
        told = Known(values=((_POLICY_ARN, policy_arn),)) if policy_arn else None
        return self._caller(row.needs[0], space, told, policy_arn).of(actor).on(own).granted

    def _on_any(self, row: Escalation, space: str, actor: Actor, targets: list[int]) -> Grade:
        of_class = self._caller(row.needs[0], space).of(actor)
        return max((of_class.on(target).granted for target in targets), default=Grade.NO)

    def _own_policies(self, actor: Actor) -> list[int]:
        record = actor.holder.record
        attached = [policy.policy_arn for policy in record.attached_managed_policies]
        if isinstance(record, UserDetail):
            for name in record.group_list:
                group = actor.account.policies.groups.get(name)
                attached += [policy.policy_arn for policy in group.attached_managed_policies] if group else []
        return [self._policies[arn] for arn in attached if arn in self._policies and ":aws:policy/" not in arn]

    def _own_groups(self, actor: Actor) -> list[int]:
        record = actor.holder.record
        names = record.group_list if isinstance(record, UserDetail) else ()
        groups = (actor.account.policies.groups.get(name) for name in names)
        return [self._groups[group.arn] for group in groups if group is not None]

    # Edges.

    def _link(self, source: int, target: int, technique: Technique, *, open_: bool = False) -> None:
        self.alternatives.setdefault((source, target), []).append(technique)
        if (source, target) not in self.techniques:
            self.techniques[source, target] = technique
            self._graph.link(source, target, open_=open_ or technique.open)

    def _take(self, actor: Actor, technique: Technique, of_class: CallerClass) -> None:
        """Become any of the users or roles that the first permission is about."""
        row = technique.row
        users = row.target is Gain.USER
        station = self._stations.get((row.id, id(of_class)))
        if station is None:
            station = self._stations[row.id, id(of_class)] = self._graph.station()
            account_id, kind = actor.account.account_id, "users" if users else "roles"
            default = of_class.default(account_id).granted
            if not of_class.explicit:
                if default and self._changeable.of(account_id, kind):
                    self._graph.link(station, self._changeable.station(account_id, kind), open_=default is Grade.OPEN)
            else:
                for target in self._changeable.of(account_id, kind):
                    grade = of_class.explicit[target].granted if target in of_class.explicit else default
                    if grade:
                        self._graph.link(station, target, open_=grade is Grade.OPEN)
        if self._graph.edges(station):
            self._link(actor.id, station, technique)

    def _pass_role(self, actor: Actor, technique: Technique) -> None:
        row, account = technique.row, actor.account
        grades = self._trusting.of(account, row.service)
        if not grades:
            return
        told = Known(values=(("iam:passedtoservice", row.service),))
        of_class = self._caller(_PASS_ROLE, "roles", told, row.service).of(actor)
        station = self._stations.get((row.service, id(of_class)))
        if station is None:
            station = self._stations[row.service, id(of_class)] = self._graph.station()
            default = of_class.default(account.account_id).granted
            for role, trusted in grades.items():
                grade = min(trusted, of_class.explicit[role].granted if role in of_class.explicit else default)
                if grade:
                    self._graph.link(station, role, open_=grade is Grade.OPEN)
        if self._graph.edges(station):
            self._by_best(actor, station, technique)

    def _running(self, actor: Actor, technique: Technique) -> None:
        self._fan_edge(
            actor, technique, self._trusting.of(actor.account, technique.row.service), (technique.row.service,)
        )

    def _fan_edge(self, actor: Actor, technique: Technique, grades: Mapping[int, Grade], name: tuple[str, ...]) -> None:
        if not grades:
            return
        key = ("running", actor.account.account_id, *name)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            self._graph.link_all(station, grades, open_=True)
        self._by_best(actor, station, technique)

    def _by_best(self, actor: Actor, station: int, technique: Technique) -> None:
        """One edge to the station: for certain where any way is, by the first such way."""
        self.alternatives.setdefault((actor.id, station), []).append(technique)
        before = self.techniques.get((actor.id, station))
        if before is None or (before.open and not technique.open):
            self.techniques[actor.id, station] = technique
            self._graph.link(actor.id, station, open_=technique.open)

    # Actors that gave themselves something.

    def _write_itself(self, actor: Actor, technique: Technique) -> None:
        """Write into itself, or attach to itself: any policy, or those that conditions leave."""
        row = technique.row
        if not row.needs[0].startswith("iam:Attach"):
            self._write_own(actor, technique, self._on_itself(actor, row))
            return
        anything = self._on_itself(actor, row, ADMINISTRATOR)
        if anything or actor.gained:
            self._write_own(actor, technique, anything)
            return
        space = "roles" if isinstance(actor.holder.record, RoleDetail) else "users"
        if _POLICY_ARN not in self._caller(row.needs[0], space).of(actor).keys:
            # Whichever policy it is makes no difference.
            return
        policies = actor.account.policies
        grades = {one.arn: self._on_itself(actor, row, one.arn) for one in policies.details.policies}
        documents = tuple(policies.managed(arn) for arn, grade in grades.items() if grade)
        if documents:
            holder = msgspec.structs.replace(actor.holder, identity=(*actor.holder.identity, *documents))
            attached = self._gains.gain(("attached", actor.id), actor, holder, ATTACHED)
            self._link(actor.id, attached.id, technique, open_=max(grades.values()) is Grade.OPEN)

    def _write_own(self, actor: Actor, technique: Technique, grade: Grade) -> None:
        if not grade or actor.gained in (WRITTEN, NEW):
            return
        written = self._gains.written(actor)
        self._link(actor.id, written.id, technique, open_=grade is Grade.OPEN)

    def _unbind(self, actor: Actor, technique: Technique, grade: Grade) -> None:
        if not grade or actor.holder.boundary == NO_DOCUMENT:
            return
        holder = msgspec.structs.replace(actor.holder, boundary=NO_DOCUMENT)
        unbounded = self._gains.gain(("unbounded", actor.id), actor, holder, actor.gained or UNBOUNDED)
        self._link(actor.id, unbounded.id, technique, open_=grade is Grade.OPEN)

    def _join_groups(self, actor: Actor, technique: Technique) -> None:
        record, account = actor.holder.record, actor.account
        if not isinstance(record, UserDetail) or actor.gained:
            return
        of_class = self._caller(technique.row.needs[0], "groups").of(actor)
        joined: list[GroupDetail] = []
        grade = Grade.NO
        for group in account.policies.details.group_detail_list:
            if group.group_name not in record.group_list:
                mine = of_class.on(self._groups[group.arn]).granted
                grade = max(grade, mine)
                joined += [group] if mine else []
        if grade:
            holder = msgspec.structs.replace(
                actor.holder, identity=(*actor.holder.identity, *of_groups(account, joined))
            )
            grouped = self._gains.gain(("grouped", actor.id), actor, holder, GROUPED)
            self._link(actor.id, grouped.id, technique, open_=grade is Grade.OPEN)

    def _write_assumable(self, actor: Actor, technique: Technique) -> None:
        """Write permissions into the roles that the actor can assume in one step."""
        row = technique.row
        by_policy = row.target is Gain.ASSUMABLE_ROLE_POLICY
        of_class = self._caller(row.needs[0], "policies" if by_policy else "roles").of(actor)
        assumable = self._assumable(actor)
        # Who can assume the same roles, and write the same way, shares the station before what they become.
        key = ("assumable", row.id, id(of_class), actor.account.account_id, assumable)
        station = self._stations.get(key)
        if station is None:
            station = self._stations[key] = self._graph.station()
            for target in assumable:
                role = self._population.actors[target]
                if role.account is not actor.account or any(path in role.arn for path in FIXED_PATHS):
                    continue
                own = self._own_policies(role) if by_policy else [target]
                grade = max((of_class.on(one).granted for one in own), default=Grade.NO)
                if grade:
                    self._graph.link(station, self._gains.written(role).id, open_=grade is Grade.OPEN)
        if self._graph.edges(station):
            self._link(actor.id, station, technique)

    def _assumable(self, actor: Actor) -> tuple[int, ...]:
        found: set[int] = set()
        for edge in self._graph.edges(actor.id):
            node = edge >> 1
            if (actor.id, node) in self.techniques:
                continue
            if node < self._graph.actors:
                found.add(node)
            elif node not in self._population.gained:
                found |= self._behind(node)
        return tuple(sorted(found))

    def _behind(self, station: int) -> frozenset[int]:
        """The roles behind a station, remembered."""
        found = self._reached.get(station)
        if found is None:
            roles: set[int] = set()
            seen = {station}
            stack = [station]
            while stack:
                for edge in self._graph.edges(stack.pop()):
                    node = edge >> 1
                    if node < self._graph.actors:
                        roles.add(node)
                    elif node not in seen and node not in self._population.gained:
                        seen.add(node)
                        stack.append(node)
            found = self._reached[station] = frozenset(roles)
        return found

    def _new_principal(self, actor: Actor, technique: Technique) -> None:
        row, account = technique.row, actor.account
        if actor.gained in (NEW, NEW_IN_GROUP):
            return
        # What is made without a boundary has none; a policy that asks for one refuses that.
        space = "roles" if row.needs[0].endswith("Role") else "users"
        makes = [need for need in row.needs if need in ("iam:CreateRole", "iam:CreateUser")]
        grades = [
            self._caller(need, space, _NO_BOUNDARY, "new").of(actor).default(account.account_id).granted
            for need in makes
        ]
        if Grade.NO in grades:
            return
        in_groups = row.target is Gain.ANY_GROUP
        groups = list(account.policies.details.group_detail_list)
        if in_groups and not groups:
            return
        documents = (
            tuple(of_groups(account, groups)) if in_groups else (account.policies.documents.intern(ALL_PERMISSIONS),)
        )
        label = NEW_IN_GROUP if in_groups else NEW
        record = RoleDetail(role_name=label, arn=f"arn:aws:iam::{account.account_id}:role/({label})")
        holder = Holder(PrincipalType.ROLE, record, documents)
        made = self._gains.gain((label, account.account_id), actor, holder, label, of_account=True)
        self._link(actor.id, made.id, technique, open_=Grade.OPEN in grades)
