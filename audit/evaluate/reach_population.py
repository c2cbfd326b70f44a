"""Everybody who can act in the accounts of a snapshot, and the policies that bear on who becomes whom.

An actor is a user or role, or one of them with permissions that it can give itself: such a one has the same ARN and
other policies, and stands beside its principal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.explain import policy_set
from audit.evaluate.holders import NO_DOCUMENT, AccountPolicies, Holder
from audit.evaluate.known import KnownContexts
from audit.evaluate.reach_targets import TargetSpace
from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef, PolicyType
from audit.model.principal import PrincipalType
from audit.policy.decision import Policy, PolicySet
from audit.policy.known import Known
from audit.snapshot.authorization import RoleDetail, UserDetail


class Actor(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One who can act."""

    id: int
    """Its node in the graph."""
    account: ReachAccount
    holder: Holder
    gained: str = ""
    """What it gave itself; empty: it is the principal as it stands."""
    principal: int = -1
    """Of one that gave itself something: the id of its principal."""

    @property
    def arn(self) -> str:
        return self.holder.arn

    @property
    def role(self) -> RoleDetail | None:
        """Its record, where it is a role."""
        return self.holder.record if isinstance(self.holder.record, RoleDetail) else None


class ReachAccount:
    """One account of the snapshot, as reach looks at it."""

    def __init__(self, account_id: str, policies: AccountPolicies, index: ActionIndex, as_of: datetime | None) -> None:
        self.account_id = account_id
        self.as_of = as_of
        """No request is made before it."""
        self.policies = policies
        self.index = index
        self.known = KnownContexts(policies, as_of, index)
        self.evaluator = EffectivePermissions(policies, index, self.known)
        # Nobody's own policies: what the organization bounds the account with.
        bounds = policy_set(policies, Holder(PrincipalType.ROLE, RoleDetail(role_name="", arn=""), ()))
        self.scps = bounds.scps
        self.rcps = bounds.rcps

    def known_of(self, actor: Actor) -> Known:
        """What is known of the requests of an actor."""
        return self.known.of(actor.holder)

    def held(self, actor: Actor) -> PolicySet:
        """An actor's policies, but those of whom it asks."""
        return policy_set(self.policies, actor.holder) if not actor.gained else self._gained(actor.holder)

    def _gained(self, holder: Holder) -> PolicySet:
        """The policies of one whose documents are no longer those of its record."""
        boundary = self.policies.boundary(holder) if holder.boundary != NO_DOCUMENT else None
        return PolicySet(
            identity=tuple(
                Policy(
                    ref=PolicyRef(type=PolicyType.INLINE, name="(written by itself)", owner_arn=holder.arn),
                    document=self.policies.documents.parsed(number),
                )
                for number in holder.identity
            ),
            boundaries=None
            if boundary is None
            else (
                Policy(
                    ref=PolicyRef(type=PolicyType.BOUNDARY, name=boundary.name, arn=boundary.arn),
                    document=self.policies.documents.parsed(boundary.document),
                ),
            ),
            scps=self.scps,
        )


class Population:
    """All accounts, and all actors by number: principals first, in the order of account and ARN."""

    def __init__(self, accounts: Iterable[ReachAccount]) -> None:
        self.accounts: Mapping[str, ReachAccount] = {account.account_id: account for account in accounts}
        self.actors: list[Actor] = []
        """The principals; their nodes are their places."""
        self.gained: dict[int, Actor] = {}
        """By node: those that gave themselves something."""
        self.by_arn: dict[str, int] = {}
        for account in self.accounts.values():
            acting = [holder for holder in account.policies.holders if holder.type is not PrincipalType.GROUP]
            for holder in sorted(acting, key=lambda one: one.record.arn):
                self.by_arn.setdefault(holder.record.arn, len(self.actors))
                self.actors.append(Actor(len(self.actors), account, holder))

    def add(self, node: int, account: ReachAccount, holder: Holder, gained: str, principal: int = -1) -> Actor:
        """Add what a principal can make of itself, as a further node."""
        added = self.gained[node] = Actor(node, account, holder, gained, principal)
        return added

    def actor(self, node: int) -> Actor | None:
        """The actor of a node; None for a station."""
        return self.actors[node] if node < len(self.actors) else self.gained.get(node)

    @cached_property
    def roles(self) -> TargetSpace:
        """Every role."""
        return self._space("role", RoleDetail)

    @cached_property
    def users(self) -> TargetSpace:
        """Every user."""
        return self._space("user", UserDetail)

    def _space(self, kind: str, record: type) -> TargetSpace:
        found = ((actor.id, actor.arn) for actor in self.actors if isinstance(actor.holder.record, record))
        return TargetSpace(kind, found, self.accounts)

    def of_account(self, account_id: str) -> Sequence[Actor]:
        """The principals of one account."""
        return self._by_account.get(account_id, ())

    @cached_property
    def _by_account(self) -> Mapping[str, Sequence[Actor]]:
        found: dict[str, list[Actor]] = {}
        for actor in self.actors:
            found.setdefault(actor.account.account_id, []).append(actor)
        return found


def account_of(arn: str) -> str:
    """The account id in an ARN; empty where it is none."""
    parsed = parse_arn(arn)
    return parsed.account_id if parsed else ""
