"""One call that CloudTrail recorded, who made it, and how far the records reach. Times are UTC, money is US dollars."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class ActorType(StrEnum):
    """Who acted, by the kind of identity that CloudTrail names.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    """

    ROLE = "role session"
    USER = "user"
    ROOT = "root user"
    FEDERATED = "federated user"
    SERVICE = "AWS service"
    OTHER_ACCOUNT = "principal of another account"
    UNKNOWN = "unknown"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a call."""

    type: ActorType
    principal_arn: str = ""
    """Of the role behind a session, of the user, of the root user; empty where the record names none."""
    account_id: str = ""
    """The account that the actor belongs to."""
    unique_id: str = ""
    """AROA… of the role, AIDA… of the user: a role that was deleted and made again is another one."""
    session_name: str = ""
    """Of a role session; often a person's e-mail address. Whoever assumes the role chooses it."""
    source_identity: str = ""
    """Set when the first role was assumed, and kept through role chains."""
    access_key_id: str = ""
    invoked_by: str = ""
    """The AWS service that made the call for somebody, `states.amazonaws.com`."""


class TrailEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One call to a service under audit, as CloudTrail recorded it."""

    event_id: str
    at: datetime
    action: str
    """As IAM names it: `mechanicalturk:SendBonus`."""
    account_id: str
    """Whose resources were called for: the account of the requester."""
    actor: Actor
    region: str = ""
    error_code: str = ""
    """Empty: the call was performed."""
    error_message: str = ""
    read_only: bool | None = None
    environment: str = "production"
    """`production` or `sandbox`, by the host that was called."""
    source_ip: str = ""
    user_agent: str = ""
    hit_id: str = ""
    assignment_id: str = ""
    worker_ids: tuple[str, ...] = ()
    """The worker paid, blocked or unblocked; several only of NotifyWorkers."""
    amount: Decimal | None = None
    """Of SendBonus; None where the record does not tell, or tells it in a form that is no amount."""
    token: str = ""
    """UniqueRequestToken: two calls with the same one are one payment."""

    @property
    def performed(self) -> bool:
        return not self.error_code

    @property
    def denied(self) -> bool:
        """Whether IAM refused it: an attempt, and no use."""
        return self.error_code in DENIED_CODES


DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "UnauthorizedOperation"}
)
"""How services spell a refusal by IAM."""


class EventRoad(StrEnum):
    """How the events came into the snapshot."""

    LOG_FILES = "log files"
    LOOKUP = "LookupEvents"
    ATHENA = "Athena"


class EventCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How far the events of one account reach: what their absence means depends on it."""

    road: EventRoad
    origin: str
    """`s3://bucket/prefix`, the folder's name, `cloudtrail:LookupEvents`, or the Athena table."""
    since: datetime
    until: datetime
    """The period that was asked for; not included."""
    missing_days: tuple[date, ...] = ()
    """Days of the period, UTC, for which no log is there."""
    logs_writes: bool | None = None
    """Whether a trail logged calls that change something; None: not known."""
    logs_reads: bool | None = None
    """The same of calls that only read."""
    files: int = 0
    """Log files that were read whole."""
    damaged_files: tuple[str, ...] = ()
    """Log files that could not be read, or not to their end; by path below the origin."""
    duplicates: int = 0
    """Records that were there more than once, by their event id; each counts once."""
