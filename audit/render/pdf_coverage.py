"""Coverage in print: what is the same in many accounts stands in one row."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.render.view_index import Index
from audit.render.view_words import listing, number

ACCOUNTS_NAMED = 3


class CoverageGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the question that was answered alike in several accounts."""

    accounts: str
    """`every account`, `012345678901 (labs)`, `30 of 60: 012345678901, … and 27 more`."""
    part: str
    state: CoverageState
    answered: int | None
    """Over these accounts; None where it is not known of one of them."""
    total: int | None
    detail: str


def coverage_groups(result: AuditResult, index: Index) -> tuple[CoverageGroup, ...]:
    """Group the rows; what is missing comes first, so that a cut list does not cut it."""
    groups: dict[tuple[str, CoverageState, str], list[CoverageRow]] = {}
    for row in result.coverage:
        groups.setdefault((row.part, row.state, row.detail), []).append(row)
    every = len(result.header.accounts)
    made = (
        CoverageGroup(
            accounts=_accounts([row.account_id for row in rows], every, index),
            part=part,
            state=state,
            answered=_sum([row.answered for row in rows]),
            total=_sum([row.total for row in rows]),
            detail=detail,
        )
        for (part, state, detail), rows in groups.items()
    )
    whole = (CoverageState.COMPLETE, CoverageState.NOT_APPLICABLE)
    return tuple(sorted(made, key=lambda group: group.state in whole))


def _accounts(ids: Sequence[str], every: int, index: Index) -> str:
    if len(ids) == every > 1:
        return "every account"
    names = listing([index.account(account) for account in ids], limit=ACCOUNTS_NAMED)
    return f"{number(len(ids))} of {number(every)}: {names}" if len(ids) > 1 else names


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
