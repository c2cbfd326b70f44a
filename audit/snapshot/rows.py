"""The lines of a snapshot's MTurk files, decoded into records.

A line has AWS's member names; money is the string that AWS sent, times are ISO 8601 in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from audit.model.activity import BonusPayment, Hit, WorkerBlock


class _HitRow(msgspec.Struct, frozen=True, gc=False):
    hit_id: str = msgspec.field(name="HITId")
    created_at: datetime | None = msgspec.field(name="CreationTime", default=None)
    title: str = msgspec.field(name="Title", default="")
    status: str = msgspec.field(name="HITStatus", default="")
    reward: Decimal | None = msgspec.field(name="Reward", default=None)
    max_assignments: int | None = msgspec.field(name="MaxAssignments", default=None)
    expires_at: datetime | None = msgspec.field(name="Expiration", default=None)


class _BonusPaymentRow(msgspec.Struct, frozen=True, gc=False):
    hit_id: str = msgspec.field(name="HITId")
    assignment_id: str = msgspec.field(name="AssignmentId")
    worker_id: str = msgspec.field(name="WorkerId")
    amount: Decimal = msgspec.field(name="BonusAmount")
    granted_at: datetime = msgspec.field(name="GrantTime")
    reason: str = msgspec.field(name="Reason", default="")


class _WorkerBlockRow(msgspec.Struct, frozen=True, gc=False):
    worker_id: str = msgspec.field(name="WorkerId")
    reason: str = msgspec.field(name="Reason", default="")


class _Balance(msgspec.Struct, frozen=True):
    available: Decimal = msgspec.field(name="AvailableBalance")


def decode_hits(raw: bytes) -> tuple[Hit, ...]:
    """Decode hits.jsonl. Raises msgspec.DecodeError where a line is something else."""
    return tuple(
        Hit(
            hit_id=row.hit_id,
            created_at=_utc(row.created_at) if row.created_at else None,
            title=row.title,
            status=row.status,
            reward=None if row.reward is None else _money(row.reward),
            max_assignments=row.max_assignments,
            expires_at=_utc(row.expires_at) if row.expires_at else None,
        )
        for row in msgspec.json.Decoder(_HitRow).decode_lines(raw)
    )


def decode_bonus_payments(raw: bytes) -> tuple[BonusPayment, ...]:
    """Decode bonus-payments.jsonl. Raises msgspec.DecodeError where a line is something else."""
    return tuple(
        BonusPayment(
            hit_id=row.hit_id,
            assignment_id=row.assignment_id,
            worker_id=row.worker_id,
            amount=_money(row.amount),
            reason=row.reason,
            granted_at=_utc(row.granted_at),
        )
        for row in msgspec.json.Decoder(_BonusPaymentRow).decode_lines(raw)
    )


def decode_worker_blocks(raw: bytes) -> tuple[WorkerBlock, ...]:
    """Decode worker-blocks.jsonl. Raises msgspec.DecodeError where a line is something else."""
    rows = msgspec.json.Decoder(_WorkerBlockRow).decode_lines(raw)
    return tuple(WorkerBlock(worker_id=row.worker_id, reason=row.reason) for row in rows)


def decode_balance(raw: bytes) -> Decimal:
    """Decode account-balance.json to the available balance. Raises msgspec.DecodeError where it is something else."""
    return _money(msgspec.json.decode(raw, type=_Balance).available)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise msgspec.ValidationError("a time lies outside the calendar") from error


def _money(amount: Decimal) -> Decimal:
    """Refuse `NaN` and `Infinity`, which Decimal would read and no sum survives."""
    if not amount.is_finite():
        raise msgspec.ValidationError("an amount of money is not a number")
    return amount
