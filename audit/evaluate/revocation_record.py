"""The changes that carry revocations out in one account, and the proof that they take away that and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

Revoked = Mapping[str, frozenset[str]]
"""By ARN of the principal, the actions that it is to lose."""


class StepKind(StrEnum):
    """One change, as AWS and Terraform know it."""

    VERSION = "new default version"
    """A customer managed policy gets new content, once for all who have it."""
    PUT = "put inline policy"
    """An inline policy gets new content, or is added."""
    CREATE = "create and attach"
    """A customer managed policy is made and attached: as an inline one it would be too long."""
    DELETE = "delete inline policy"
    DETACH = "detach managed policy"


class RevocationStep(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one policy."""

    kind: StepKind
    owner_arn: str = ""
    """Whose inline policy or attachment it is; empty for the content of a managed policy."""
    policy_name: str
    policy_arn: str = ""
    """Of a managed policy that exists."""
    document: msgspec.Raw | None = None
    """The whole document as proposed, JSON; null where something is taken away."""
    difference: str = ""
    """The unified difference from today's document; empty where there is none to compare with."""
    reason: str
    """One clause, without a full stop."""
    principals: tuple[str, ...]
    """ARNs of those who lose something by it, sorted."""
    oldest_version: str = ""
    """The version to delete first, because a managed policy has five at most; empty where there is room."""


class Unresolved(msgspec.Struct, frozen=True, kw_only=True):
    """A revocation that no change is proposed for."""

    principal_arn: str
    actions: tuple[str, ...]
    reason: str
    """One sentence."""


class Remaining(msgspec.Struct, frozen=True, kw_only=True):
    """What a user, group or role from which a policy is taken has afterwards."""

    owner_arn: str
    managed: tuple[str, ...]
    """ARNs, sorted."""
    inline: tuple[str, ...]
    """Names, sorted."""


class AccountRevocation(msgspec.Struct, frozen=True, kw_only=True):
    """One account: the changes in the order in which they are to be made."""

    account_id: str
    steps: tuple[RevocationStep, ...] = ()
    remaining: tuple[Remaining, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    revoked: int = 0
    """Privileges that nobody whom they were revoked from holds any more, as evaluated after the changes."""
    kept: int = 0
    """Privileges of all principals that stay as they are."""
    principals: int = 0
    """Users, groups and roles that were evaluated before and after."""
    other_actions: int = 0
    """Watched actions of other services, none of which changed for anybody."""
