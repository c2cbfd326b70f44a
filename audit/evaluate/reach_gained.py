"""Principals beside themselves: what somebody is after it gave itself permissions, as an actor of its own.

It has the ARN of its principal and other policies, within its boundary and the SCPs like any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from audit.evaluate.compile import CompiledDocument
from audit.evaluate.holders import Holder
from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population, ReachAccount
from audit.model.principal import PrincipalType
from audit.snapshot.authorization import GroupDetail, RoleDetail

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
        self._of_groups: dict[str, Mapping[str, tuple[int, ...]]] = {}
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

    def new(self, account: ReachAccount) -> Actor:
        """A principal that somebody makes, with any permission."""
        return self._new(account, NEW, lambda: (account.policies.documents.intern(ALL_PERMISSIONS),))

    def new_in_groups(self, account: ReachAccount) -> Actor:
        """A user that somebody makes and puts into all groups."""
        groups = account.policies.details.group_detail_list
        return self._new(account, NEW_IN_GROUP, lambda: self.documents_of(account, groups))

    def _new(self, account: ReachAccount, label: str, documents: Callable[[], tuple[int, ...]]) -> Actor:
        found = self._made.get((label, account.account_id))
        if found is None:
            record = RoleDetail(role_name=label, arn=f"arn:aws:iam::{account.account_id}:role/({label})")
            holder = Holder(PrincipalType.ROLE, record, documents())
            found = self._add((label, account.account_id), account, holder, label, -1)
        return found

    def gain(self, key: tuple[object, ...], actor: Actor, holder: Holder, gained: str) -> Actor:
        """The actor of a key, joined to all that it can assume: somebody who exists, with other policies."""
        found = self._made.get(key)
        if found is None:
            principal = actor.principal if actor.principal >= 0 else actor.id
            found = self._add(key, actor.account, holder, gained, principal)
        return found

    def _add(
        self, key: tuple[object, ...], account: ReachAccount, holder: Holder, gained: str, principal: int
    ) -> Actor:
        node = self._graph.station()
        self._graph.acting.add(node)
        added = self._made[key] = self._population.add(node, account, holder, gained, principal)
        self._assume.join(added)
        self.fresh.append(added)
        return added

    def documents_of(self, account: ReachAccount, groups: Iterable[GroupDetail]) -> tuple[int, ...]:
        """The documents of groups, by number."""
        found = self._of_groups.get(account.account_id)
        if found is None:
            holders = (one for one in account.policies.holders if isinstance(one.record, GroupDetail))
            found = self._of_groups[account.account_id] = {one.arn: one.identity for one in holders}
        return tuple(number for group in groups for number in found[group.arn])


def _denies(document: CompiledDocument) -> bool:
    """Whether a document may take something away; one that cannot be read in full may."""
    return bool(document.deny or document.doubt_deny or any(one.deny for one in document.statements))
