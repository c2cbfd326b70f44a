"""Activity in print: the actions of an account that nobody was seen to do, and that are known alike, share a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from audit.model.activity import ActionActivity, Observation
from audit.model.result import AuditResult
from audit.render.view_words import number

NAMED = 6
"""Actions of an account that share a row are named up to so many, but for one row of all the others."""


class ActivityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One action that was observed, or several that were not."""

    account_id: str
    actions: str
    """Names without their prefix, or `the other 31`."""
    observation: Observation
    count: int | None
    amount: Decimal | None
    first_at: datetime | None
    last_at: datetime | None
    limits: str
    """Where it comes from, and what it leaves out."""


def activity_rows(result: AuditResult) -> tuple[ActivityRow, ...]:
    """What any source tells of; of each account what was done comes first, and all the others last."""
    accounts: dict[str, list[ActionActivity]] = {}
    for row in result.activity:
        if row.observation is not Observation.NOT_TRACKED:
            accounts.setdefault(row.account_id, []).append(row)
    return tuple(row for own in accounts.values() for row in _of_account(own))


def _of_account(rows: Sequence[ActionActivity]) -> Iterator[ActivityRow]:
    groups: dict[ActionActivity, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.observation is not Observation.OBSERVED):
        alike = row if row.observation is Observation.OBSERVED else msgspec.structs.replace(row, action="")
        groups.setdefault(alike, []).append(row.action.partition(":")[2])
    most = max(groups, key=lambda row: len(groups[row]))
    others = groups.pop(most) if len(groups[most]) > NAMED else []
    for row, names in groups.items():
        yield _row(row, ", ".join(names))
    if others:
        yield _row(most, f"{'the other' if groups else 'all'} {number(len(others))}")


def _row(row: ActionActivity, actions: str) -> ActivityRow:
    return ActivityRow(
        account_id=row.account_id,
        actions=actions,
        observation=row.observation,
        count=row.count,
        amount=row.amount,
        first_at=row.first_at,
        last_at=row.last_at,
        limits=": ".join(filter(None, (row.source, row.note))),
    )
