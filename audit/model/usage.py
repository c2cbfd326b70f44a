"""Who did what in the window, as CloudTrail recorded it: one row a principal and action. Times are UTC."""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.model.event import ActorType


class SessionUse(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one session name of a role, and the person behind it where something tells."""

    session_name: str
    source_identity: str = ""
    person: str = ""
    """As the session name, the source identity or the Identity Center assignment tells; empty: unknown."""
    told_by: str = ""
    """`source identity`, `Identity Center session`, `session name`: how sure `person` is, the surest first."""
    count: int
    """Performed calls."""
    first_at: datetime | None = None
    last_at: datetime | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one principal did with one action in one account and environment in the window."""

    account_id: str
    """The account whose Mechanical Turk was called."""
    principal_arn: str
    """Of the role, user or root user; empty where the records name nobody."""
    actor_type: ActorType
    action: str
    environment: str = "production"
    count: int
    """Performed calls; a record that is there twice counts once."""
    denied: int = 0
    """Calls that IAM refused: attempts, and no use."""
    failed: int = 0
    """Calls that the service refused for another reason."""
    first_used_at: datetime | None = None
    """Of the performed ones."""
    last_used_at: datetime | None = None
    last_denied_at: datetime | None = None
    source: str = ""
    """`CloudTrail log files`, `CloudTrail LookupEvents`, `CloudTrail through Athena`."""
    known: bool = True
    """Whether the account's IAM holds this principal, by its unique id where both tell it."""
    sessions: tuple[SessionUse, ...] = ()
    """Of a role or a federated user, by session name."""
