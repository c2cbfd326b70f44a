"""The edges of known escalations: who can give itself, or take from somebody, permissions that it was not given.

Each holds on effective permissions, boundary and SCPs included, and on the targets that the policies name. One who
writes permissions for itself stands in the graph beside its principal, with everything that its boundary and the SCPs
leave; so what follows from that is worked out like anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from audit.catalog.escalations import Escalation, Gain, load_escalations
from audit.evaluate.holders import NO_DOCUMENT
from audit.evaluate.reach_asking import POLICY_ARN, Asking, space_of
from audit.evaluate.reach_assumable import Assumable
from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_caller import Grade
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_gained import ATTACHED, GROUPED, NEW, NEW_IN_GROUP, UNBOUNDED, WRITTEN, Gains
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population, ReachAccount
from audit.evaluate.reach_shared import Planned, SharedWays
from audit.evaluate.reach_techniques import Technique, Techniques
from audit.snapshot.authorization import GroupDetail, UserDetail

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
"""Stands for any managed policy at all."""
_COMPLETE = (WRITTEN, NEW)
"""Who has any permission already, and writes itself no more."""
_OF_ROLES = frozenset({Gain.SELF_ROLE, Gain.SELF_BOUNDARY_ROLE})


class EscalationEdges:
    """Builds the edges. `techniques` tells of each edge which one it is."""

    def __init__(self, population: Population, decisions: Decisions, assume: AssumeEdges, graph: Graph) -> None:
        self._population = population
        self._decisions = decisions
        self._graph = graph
        self._rows = load_escalations()
        self._needed: dict[str, tuple[tuple[Escalation, int], ...]] = {}
        self._hopeful: dict[tuple[str, int], bool] = {}
        self._open_rows: dict[tuple[str, int, int], tuple[Technique, ...]] = {}
        self._asking = Asking(population, self._rows)
        self._gains = Gains(population, assume, graph)
        self._shared = SharedWays(population, decisions, graph, self._asking, self._gains)
        self._assumable = Assumable(population, graph, self._asking, self._gains)
        self.techniques = Techniques()

    def build(self) -> None:
        """Add the edges of all principals, and of what they make of themselves."""
        queue = self._gains.fresh
        queue.extend(self._population.actors)
        while queue:
            actor = queue.pop()
            techniques = self._techniques(actor)
            if techniques:
                # What it can assume, before it has further edges.
                assumable = tuple([edge >> 1 for edge in self._graph.edges(actor.id)])
                plan = self._shared.of(self._asking.profile(actor), techniques)
                self.techniques.share(actor.id, plan.named)
                for part in plan.parts:
                    if isinstance(part, Planned):
                        self._apply(actor, part, assumable)
                    else:
                        self._graph.link_encoded(actor.id, part)

    def _techniques(self, actor: Actor) -> tuple[Technique, ...]:
        """The rows whose permissions the actor has, whatever their targets; the first of its kind."""
        if not self._hopes(actor):
            return ()
        permissions = actor.account.evaluator.of(actor.holder, denials=False)
        # Where a Deny or a permission cannot be evaluated, the answer stays conditional.
        key = (actor.account.account_id, permissions.allowed, permissions.conditional)
        found = self._open_rows.get(key)
        if found is None:
            found = self._open_rows[key] = tuple(
                self._held(actor.account, permissions.allowed, permissions.allowed | permissions.conditional)
            )
        return found

    def _hopes(self, actor: Actor) -> bool:
        """Whether it would have any of the rows if nothing bounded it: most have not, and need no further look."""
        account, possible = actor.account, 0
        compiled, kept = account.evaluator.compiled, account.evaluator.documents.kept
        for number in actor.holder.identity:
            possible |= (kept(number) or compiled(number)).possible
        key = (account.account_id, possible)
        found = self._hopeful.get(key)
        if found is None:
            found = self._hopeful[key] = any(True for _ in self._held(account, possible, possible))
        return found

    def _held(self, account: ReachAccount, allowed: int, possible: int) -> Iterator[Technique]:
        for row, needed in self._needed_of(account):
            if needed & possible == needed:
                yield Technique(row, row.open or needed & allowed != needed)

    def _needed_of(self, account: ReachAccount) -> tuple[tuple[Escalation, int], ...]:
        """The rows, each with the bits of the actions that it needs."""
        found = self._needed.get(account.account_id)
        if found is None:
            found = tuple((row, account.index.mask(row.needs)) for row in self._rows)
            self._needed[account.account_id] = found
        return found

    def _apply(self, actor: Actor, planned: Planned, assumable: tuple[int, ...]) -> None:
        technique = planned.technique
        row = technique.row
        match row.target:
            case Gain.ROLE_TRUST if planned.node is not None:
                if self._decisions.callers.of(actor).default(actor.account.account_id).permitted:
                    self._link(actor.id, planned.node, technique)
            case Gain.NEW_PRINCIPAL | Gain.ANY_GROUP if planned.node is not None:
                if actor.gained not in (NEW, NEW_IN_GROUP):
                    self._link(actor.id, planned.node, technique, open_=planned.open)
            case Gain.SELF_USER | Gain.SELF_ROLE:
                if (actor.role is not None) is (row.target in _OF_ROLES):
                    self._write_itself(actor, technique)
            case Gain.SELF_BOUNDARY_USER | Gain.SELF_BOUNDARY_ROLE:
                if (actor.role is not None) is (row.target in _OF_ROLES):
                    self._unbind(actor, technique)
            case Gain.OWN_POLICY:
                self._write_any(actor, technique, "policies", self._asking.own_policies)
            case Gain.OWN_GROUP:
                self._write_any(actor, technique, "groups", self._asking.own_groups)
            case Gain.GROUP:
                self._join_groups(actor, technique)
            case Gain.ASSUMABLE_ROLE | Gain.ASSUMABLE_ROLE_POLICY:
                station = self._assumable.station(actor, row, assumable)
                if self._graph.edges(station):
                    self._link(actor.id, station, technique)

    # Edges.

    def _link(self, source: int, target: int, technique: Technique, *, open_: bool = False) -> None:
        if self.techniques.add(source, target, technique):
            self._graph.link(source, target, open_=open_ or technique.open)

    # Actors that gave themselves something.

    def _write_itself(self, actor: Actor, technique: Technique) -> None:
        """Write into itself, or attach to itself: any policy, or those that conditions leave."""
        if actor.gained in _COMPLETE:
            return
        action = technique.row.needs[0]
        if not action.startswith("iam:Attach"):
            self._write_own(actor, technique, self._asking.on_itself(actor, action))
            return
        anything = self._asking.on_itself(actor, action, ADMINISTRATOR)
        if anything or actor.gained:
            self._write_own(actor, technique, anything)
            return
        if POLICY_ARN not in self._asking.of(self._asking.profile(actor), action, space_of(actor)).keys:
            # Whichever policy it is makes no difference.
            return
        policies = actor.account.policies
        grades = {one.arn: self._asking.on_itself(actor, action, one.arn) for one in policies.details.policies}
        documents = tuple(policies.managed(arn) for arn, grade in grades.items() if grade)
        if documents:
            holder = msgspec.structs.replace(actor.holder, identity=(*actor.holder.identity, *documents))
            attached = self._gains.gain(("attached", actor.id), actor, holder, ATTACHED)
            self._link(actor.id, attached.id, technique, open_=max(grades.values()) is Grade.OPEN)

    def _write_any(self, actor: Actor, technique: Technique, space: str, own: Callable[[Actor], Iterable[int]]) -> None:
        """Write into any of the policies or groups that it has."""
        if actor.gained not in _COMPLETE:
            grade = self._asking.on_any(actor, technique.row.needs[0], space, own(actor))
            self._write_own(actor, technique, grade)

    def _write_own(self, actor: Actor, technique: Technique, grade: Grade) -> None:
        if not grade:
            return
        written = self._gains.written(actor)
        self._link(actor.id, written.id, technique, open_=grade is Grade.OPEN)

    def _unbind(self, actor: Actor, technique: Technique) -> None:
        if actor.holder.boundary == NO_DOCUMENT:
            return
        grade = self._asking.on_itself(actor, technique.row.needs[0])
        if grade:
            holder = msgspec.structs.replace(actor.holder, boundary=NO_DOCUMENT)
            unbounded = self._gains.gain(("unbounded", actor.id), actor, holder, actor.gained or UNBOUNDED)
            self._link(actor.id, unbounded.id, technique, open_=grade is Grade.OPEN)

    def _join_groups(self, actor: Actor, technique: Technique) -> None:
        record, account = actor.holder.record, actor.account
        if not isinstance(record, UserDetail) or actor.gained:
            return
        of_class = self._asking.of(self._asking.profile(actor), technique.row.needs[0], "groups")
        joined: list[GroupDetail] = []
        grade = Grade.NO
        for group in account.policies.details.group_detail_list:
            if group.group_name not in record.group_list:
                mine = of_class.on(self._asking.groups[group.arn]).granted
                grade = max(grade, mine)
                joined += [group] if mine else []
        if grade:
            documents = self._gains.documents_of(account, joined)
            holder = msgspec.structs.replace(actor.holder, identity=(*actor.holder.identity, *documents))
            grouped = self._gains.gain(("grouped", actor.id), actor, holder, GROUPED)
            self._link(actor.id, grouped.id, technique, open_=grade is Grade.OPEN)
