"""What right-sizing proposes for one principal, and the proof that it does what it says."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from audit.model.entitlement import PolicyRef, Verdict


class HeldPrivilege(msgspec.Struct, frozen=True, kw_only=True):
    """One privilege as the principal holds it today."""

    action: str
    verdict: Verdict
    """`allow`, `conditional`, or `not_evaluated`: what cannot be read may grant it."""
    conditions: tuple[str, ...] = ()
    """In words, what is left open."""


class Placement(StrEnum):
    """Where the ready policy goes."""

    REPLACES = "replaces"
    """It becomes the content of a policy that the principal has, and that held nothing else."""
    INLINE = "inline"
    """A new inline policy."""
    MANAGED = "managed"
    """A new customer managed policy, because the inline policies would become too long."""


class ReadyPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The one policy that states what is kept, and denies what a policy that cannot be changed still grants."""

    placement: Placement
    name: str
    arn: str = ""
    """Of the managed policy that it replaces."""
    document: msgspec.Raw
    """The policy document, JSON."""


class ChangeKind(StrEnum):
    """What becomes of a present policy."""

    EDIT = "edit"
    """Its statements lose the service, and all else stays."""
    REPLACE = "replace"
    """The ready policy takes its place."""
    REMOVE = "remove"
    """It held nothing but the service: delete it; a managed policy is detached first."""
    DETACH = "detach"
    """It grants nothing but the service, and others have it or AWS keeps it."""
    LEAVE = "leave"
    """It cannot be changed for this principal alone: the ready policy denies what must go."""


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one policy that grants something of the service today."""

    policy: PolicyRef
    kind: ChangeKind
    reason: str
    """One clause, without a full stop."""
    difference: str = ""
    """The unified difference of the indented documents; empty where its text does not change."""
    document: msgspec.Raw | None = None
    """The whole document as proposed; null where its text does not change."""
    shared_with: tuple[str, ...] = ()
    """ARNs of the others who have the policy, sorted: none of them is touched."""


class AffectedPrincipal(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a group that is right-sized, and what it loses with the group."""

    arn: str
    loses: tuple[str, ...]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, before against after, by the evaluator of all principals and by the single decision."""

    kept: int
    """Privileges with the verdict that they had, request by request."""
    removed: int
    """Privileges that no request is allowed any more."""
    requests: int
    """Classes of requests in which each kept privilege was decided before and after."""
    by_statement: int
    """Of `kept`: their conditions tell too many requests apart, and their statements were compared instead."""
    other_actions: int
    """Watched actions of other services, none of which changed."""
    other_principals: int
    """Users, groups and roles of the account besides it: none of them gained anything, and none lost but `affected`."""


class Rightsizing(msgspec.Struct, frozen=True, kw_only=True):
    """The proposal for one principal."""

    principal_arn: str
    service: str
    as_of: datetime
    basis: str
    """Where the list of what is wanted comes from."""
    privileges: int
    """How many the service has."""
    kept: tuple[HeldPrivilege, ...]
    removed: tuple[HeldPrivilege, ...]
    not_held: tuple[str, ...] = ()
    """Wanted, and not held today: never added."""
    policy: ReadyPolicy | None = None
    """None where nothing is kept that would have to be stated."""
    changes: tuple[PolicyChange, ...] = ()
    affected: tuple[AffectedPrincipal, ...] = ()
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    """None where nothing is proposed."""
    control: str
    """A sentence on the service control policies that bound the account, or on why they are not known."""
