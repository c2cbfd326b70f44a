"""The lines of a snapshot's MTurk files, decoded into records.

A line has AWS's member names; money is the string that AWS sent, times are ISO 8601 in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from audit.model.activity import BonusPayment, Hit, WorkerBlock


class HitRow(msgspec.Struct, frozen=True, gc=False):
    """A line of hits.jsonl, as far as it is read."""

    hit_id: str = msgspec.field(name="HITId")
    created_at: datetime | None = msgspec.field(name="CreationTime", default=None)
    title: str = msgspec.field(name="Title", default="")
    status: str = msgspec.field(name="HITStatus", default="")
    reward: Decimal | None = msgspec.field(name="Reward", default=None)
    max_assignments: int | None = msgspec.field(name="MaxAssignments", default=None)
    expires_at: datetime | None = msgspec.field(name="Expiration", default=None)
    assignment_seconds: int | None = msgspec.field(name="AssignmentDurationInSeconds", default=None)
    """How long a worker may take."""

    def record(self) -> Hit:
        """Raises msgspec.ValidationError where an amount or a time is none."""
        return Hit(
            hit_id=self.hit_id,
            created_at=None if self.created_at is None else in_utc(self.created_at),
            title=self.title,
            status=self.status,
            reward=None if self.reward is None else _money(self.reward),
            max_assignments=self.max_assignments,
            expires_at=None if self.expires_at is None else in_utc(self.expires_at),
        )


class BonusPaymentRow(msgspec.Struct, frozen=True, gc=False):
    """A line of bonus-payments.jsonl: AWS's row, and the HIT that was asked about."""

    hit_id: str = msgspec.field(name="HITId")
    assignment_id: str = msgspec.field(name="AssignmentId")
    worker_id: str = msgspec.field(name="WorkerId")
    amount: Decimal = msgspec.field(name="BonusAmount")
    granted_at: datetime = msgspec.field(name="GrantTime")
    reason: str = msgspec.field(name="Reason", default="")

    def record(self) -> BonusPayment:
        """Raises msgspec.ValidationError where the amount or the time is none."""
        return BonusPayment(
            hit_id=self.hit_id,
            assignment_id=self.assignment_id,
            worker_id=self.worker_id,
            amount=_money(self.amount),
            reason=self.reason,
            granted_at=in_utc(self.granted_at),
        )


class WorkerBlockRow(msgspec.Struct, frozen=True, gc=False):
    """A line of worker-blocks.jsonl."""

    worker_id: str = msgspec.field(name="WorkerId")
    reason: str = msgspec.field(name="Reason", default="")

    def record(self) -> WorkerBlock:
        return WorkerBlock(worker_id=self.worker_id, reason=self.reason)


class BalanceRow(msgspec.Struct, frozen=True):
    """account-balance.json; the balance on hold is kept in the file and not read."""

    available: Decimal = msgspec.field(name="AvailableBalance")

    def record(self) -> Decimal:
        """Raises msgspec.ValidationError where the amount is none."""
        return _money(self.available)


def decode_hits(raw: bytes) -> tuple[Hit, ...]:
    """Decode hits.jsonl. Raises msgspec.DecodeError where a line is something else."""
    return tuple(row.record() for row in msgspec.json.Decoder(HitRow).decode_lines(raw))


def decode_bonus_payments(raw: bytes) -> tuple[BonusPayment, ...]:
    """Decode bonus-payments.jsonl. Raises msgspec.DecodeError where a line is something else."""
    return tuple(row.record() for row in msgspec.json.Decoder(BonusPaymentRow).decode_lines(raw))


def decode_worker_blocks(raw: bytes) -> tuple[WorkerBlock, ...]:
    """Decode worker-blocks.jsonl. Raises msgspec.DecodeError where a line is something else."""
    return tuple(row.record() for row in msgspec.json.Decoder(WorkerBlockRow).decode_lines(raw))


def decode_balance(raw: bytes) -> Decimal:
    """Decode account-balance.json to the available balance. Raises msgspec.DecodeError where it is something else."""
    return msgspec.json.decode(raw, type=BalanceRow).record()


def in_utc(moment: datetime) -> datetime:
    """Move a time to UTC; one without a zone is UTC. Raises msgspec.ValidationError where none holds it."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise msgspec.ValidationError("a time lies outside the calendar") from error


def _money(amount: Decimal) -> Decimal:
    """Refuse `NaN` and `Infinity`, which Decimal would read and no sum survives."""
    if not amount.is_finite():
        raise msgspec.ValidationError("an amount of money is not a number")
    return amount
