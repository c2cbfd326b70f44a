"""A principal of an account, as the audit names it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class PrincipalType(StrEnum):
    """What kind of IAM identity it is. A group is no principal to AWS; the review lists it for what it hands on."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """One user, group or role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """

    arn: str
    type: PrincipalType
    name: str
    account_id: str
    path: str = "/"
    unique_id: str = ""
    """AIDA…, AGPA… or AROA…; it survives no delete and recreate, so reviews key on it."""
    created_at: datetime | None = None
    """UTC; None where the evidence does not tell."""
    tags: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    """Of a user: the names of the groups it is in."""
    members: tuple[str, ...] = ()
    """Of a group: the ARNs of its users."""
    boundary_arn: str | None = None
    """The managed policy that is its permissions boundary."""
    last_used_at: datetime | None = None
    """UTC; RoleLastUsed of a role, where AWS told."""
    last_used_known: bool = False
    """Whether AWS was asked and answered: True with no `last_used_at` means no use in its tracking period."""
