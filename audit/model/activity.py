"""What happened in an account's Mechanical Turk, as its own API told. Money is Decimal US dollars; times are UTC."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One HIT of ListHITs, less its question."""

    hit_id: str
    created_at: datetime | None
    title: str = ""
    status: str = ""
    reward: Decimal | None = None
    max_assignments: int | None = None
    expires_at: datetime | None = None


class BonusPayment(msgspec.Struct, frozen=True, kw_only=True):
    """One row of ListBonusPayments, with the HIT that was asked about. AWS gives no payer and no id of the payment."""

    hit_id: str
    assignment_id: str
    worker_id: str
    """As AWS gives it. Outputs show a pseudonym unless asked otherwise."""
    amount: Decimal
    reason: str
    granted_at: datetime


class WorkerBlock(msgspec.Struct, frozen=True, kw_only=True):
    """One row of ListWorkerBlocks: AWS tells neither when nor by whom."""

    worker_id: str
    reason: str


class Observation(StrEnum):
    """What the evidence says of an action in the window. None but OBSERVED says anything of a principal."""

    OBSERVED = "observed"
    NOT_OBSERVED = "not observed"
    """The evidence covers the window and shows none: not the same as never used."""
    PARTLY_COVERED = "partly covered"
    """None in what is there, and it does not reach over the whole window: the note says which days are missing."""
    NOT_TRACKED = "not tracked"
    """No source of this product tells of the action."""
    NOT_COLLECTED = "not collected"
    """A source would tell, and the snapshot does not hold it, or not all of it."""


class ActionActivity(msgspec.Struct, frozen=True, kw_only=True):
    """How far one action was exercised in one account in the window, by whomever."""

    account_id: str
    action: str
    """`mechanicalturk:SendBonus`."""
    observation: Observation
    count: int | None = None
    """None where it is not known: never a 0 for what was not collected."""
    amount: Decimal | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    source: str = ""
    """`mturk:ListBonusPayments`."""
    note: str = ""
    """One sentence on what the figure leaves out."""


class WorkerPayments(msgspec.Struct, frozen=True, kw_only=True):
    """The bonuses one worker received from one account in the window."""

    account_id: str
    worker: str
    """A keyed pseudonym, or the worker id where that was asked for."""
    count: int
    amount: Decimal
    first_at: datetime
    last_at: datetime


class WeekPayments(msgspec.Struct, frozen=True, kw_only=True):
    """The bonuses that one account paid in one calendar week of the window, as far as they were collected."""

    account_id: str
    since: datetime
    """Monday at 00:00, or the window's own beginning where that is later."""
    until: datetime
    """The next Monday at 00:00, or the window's end where that is earlier; not included."""
    count: int
    amount: Decimal
