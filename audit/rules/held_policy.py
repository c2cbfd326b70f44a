"""A policy of an account, as the rules see it."""

from __future__ import annotations

import msgspec

from audit.model.entitlement import PolicyRef, StatementRef
from audit.policy.document import Document


class HeldPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy of an account, once, with all who have it: a managed policy, or one inline policy."""

    account_id: str
    ref: PolicyRef
    """Its type is MANAGED, INLINE (of a user or role), GROUP_INLINE (of a group) or BOUNDARY (used only as one)."""
    document: Document
    holders: tuple[str, ...]
    """ARNs of the users, groups and roles it is attached to or in, and of the users who have it through a group."""
    boundary_of: tuple[str, ...] = ()
    """ARNs of the principals whose permissions boundary it is."""

    def statement(self, index: int) -> StatementRef:
        """Name one of its statements as a finding's cause."""
        return StatementRef(policy=self.ref, index=index, sid=self.document.statements[index].sid)
