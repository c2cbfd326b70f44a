"""Verdicts on privileges, the statements behind them, and entitlements: what a reviewer signs off."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from operator import attrgetter

import msgspec

from audit.model.activity import Observation


class Verdict(StrEnum):
    """The answer to «may this principal use this privilege?»"""

    ALLOW = "allow"
    CONDITIONAL = "conditional"
    """Allowed in some requests and refused in others, by conditions that are known."""
    IMPLICIT_DENY = "implicit_deny"
    EXPLICIT_DENY = "explicit_deny"
    NOT_EVALUATED = "not_evaluated"
    """A policy that may decide it is missing or cannot be read. Never counted as clean."""


class PolicyType(StrEnum):
    """Where a policy sits: AWS's policy types, identity-based policies told apart by how they are attached."""

    MANAGED = "managed"
    INLINE = "inline"
    GROUP_MANAGED = "group managed"
    GROUP_INLINE = "group inline"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    RESOURCE = "resource-based policy"
    SCP = "service control policy"
    RCP = "resource control policy"


_KINDS = {
    PolicyType.INLINE: "inline ",
    PolicyType.GROUP_INLINE: "inline ",
    PolicyType.SCP: "SCP ",
    PolicyType.RCP: "RCP ",
}
"""What stands before a policy's name."""


class PolicyRef(msgspec.Struct, frozen=True, kw_only=True):
    """One attached policy."""

    type: PolicyType
    name: str
    arn: str = ""
    """Of a managed policy, or of a service or resource control policy; empty for an inline policy."""
    owner_arn: str = ""
    """Of an inline policy: the user, group or role that holds it."""
    group: str = ""
    """The group's name where the principal has it through a group."""
    target: str = ""
    """Of a control policy: where it is attached, `root`, `organizational unit Production`, `account 111122223333`."""
    document_id: int = -1
    """Index into the result's `documents`; -1 where there is no document."""

    @property
    def label(self) -> str:
        """How tables name it: `AdministratorAccess`, `inline PayWorkers`, `SCP no-bonus at root`."""
        through = f" through group {self.group}" if self.group else f" at {self.target}" if self.target else ""
        return f"{_KINDS.get(self.type, '')}{self.name}{through}"


class StatementRef(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of one attached policy."""

    policy: PolicyRef
    index: int
    """From 0, in the order of the document."""
    sid: str = ""

    @property
    def label(self) -> str:
        """In a cell of its own: the Sid, or `#1` for the first statement without one."""
        return self.sid or f"#{self.index + 1}"

    @property
    def words(self) -> str:
        """In a sentence: `statement AllowAll`, or `statement 1` for the first without a Sid."""
        return f"statement {self.sid or self.index + 1}"


class Entitlement(msgspec.Struct, frozen=True, kw_only=True):
    """One principal × privilege that is allowed, wholly or under conditions, and its use.

    Made only for the verdicts `allow`, `conditional` and `not_evaluated`.
    """

    principal_arn: str
    action: str
    verdict: Verdict
    grants: tuple[StatementRef, ...] = ()
    """The Allow statements that offer it, the first one deciding."""
    conditions: tuple[str, ...] = ()
    """In words, what is left open: empty with `allow`."""
    limited_by: tuple[StatementRef, ...] = ()
    """Deny statements under a condition, and the boundary or SCP statements whose condition is open."""
    observation: Observation = Observation.NOT_TRACKED
    """Of the principal itself: OBSERVED only where the evidence names it as the actor."""
    count: int | None = None
    """Performed calls in the window; 0 only with NOT_OBSERVED; None where it is not known."""
    first_used_at: datetime | None = None
    last_used_at: datetime | None = None
    source: str = ""
    """Where `observation` comes from."""
    note: str = ""
    """What the observation leaves out, one sentence: the days without logs, the use before the principal existed."""


KIND = attrgetter(*(name for name in Entitlement.__struct_fields__ if name not in ("principal_arn", "action")))
"""All of an entitlement but whose it is and to what: ten thousand principals have some hundred kinds."""
