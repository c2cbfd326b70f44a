"""Principals beside themselves: what somebody is after it gave itself permissions, as an actor of its own.

It has the ARN of its principal and other policies, within its boundary and the SCPs like any.
"""

from __future__ import annotations

import msgspec

from audit.evaluate.compile import CompiledDocument
from audit.evaluate.holders import Holder
from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population, ReachAccount
from audit.snapshot.authorization import GroupDetail

ALL_PERMISSIONS = b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
WRITTEN = "any permission, written by itself"
UNBOUNDED = "its policies without its permissions boundary"
GROUPED = "the policies of groups that it puts itself into"
ATTACHED = "the policies that it may attach to itself"
NEW = "a new principal with any permission"
NEW_IN_GROUP = "a new user with the policies of groups"


class Gains:
    """Makes such actors, each once."""

    def __init__(self, population: Population, assume: AssumeEdges, graph: Graph) -> None:
        self._population = population
        self._assume = assume
        self._graph = graph
        self._made: dict[tuple[object, ...], Actor] = {}
        self.fresh: list[Actor] = []
        """Those whose own escalations are still to be looked at."""

    def written(self, actor: Actor) -> Actor:
        """A principal with any permission, written by itself or by another."""
        key = ("written", actor.id)
        found = self._made.get(key)
        if found is not None:
            return found
        everything = actor.account.policies.documents.intern(ALL_PERMISSIONS)
        # What it was allowed before adds nothing; what denies it something stays. So most writers come out alike.
        compiled = actor.account.evaluator.compiled
        denying = [number for number in actor.holder.identity if _denies(compiled(number))]
        holder = msgspec.structs.replace(actor.holder, identity=(*denying, everything))
        return self.gain(key, actor, holder, WRITTEN)

    def gain(
        self, key: tuple[object, ...], actor: Actor, holder: Holder, gained: str, *, of_account: bool = False
    ) -> Actor:
        """The actor of a key, joined to all that it can assume; `of_account`: it is nobody who exists."""
        found = self._made.get(key)
        if found is None:
            node = self._graph.station()
            self._graph.acting.add(node)
            principal = -1 if of_account else actor.principal if actor.principal >= 0 else actor.id
            found = self._made[key] = self._population.add(node, actor.account, holder, gained, principal)
            self._assume.join(found)
            self.fresh.append(found)
        return found


def _denies(document: CompiledDocument) -> bool:
    """Whether a document may take something away; one that cannot be read in full may."""
    return bool(document.deny or document.doubt_deny or any(one.deny for one in document.statements))


def of_groups(account: ReachAccount, groups: list[GroupDetail]) -> list[int]:
    """The documents of groups, by number."""
    names = {group.group_name for group in groups}
    return [
        number
        for holder in account.policies.holders
        if isinstance(holder.record, GroupDetail) and holder.record.group_name in names
        for number in holder.identity
    ]
