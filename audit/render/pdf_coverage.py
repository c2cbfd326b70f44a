"""Coverage in print: what is the same in many accounts stands in one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.model.snapshot import Gap
from audit.render.view_index import Index
from audit.render.view_words import listing, number

ACCOUNTS_NAMED = 3


class CoverageGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered alike: a part of the question in several accounts, or several parts that say the same."""

    accounts: str
    """`every account`, `012345678901 (labs)`, `30 of 60: 012345678901, … and 27 more`."""
    parts: tuple[str, ...]
    """Those that lack alike, as all do in an account that could not be reached."""
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
            parts=(part,),
            state=state,
            answered=_sum([row.answered for row in rows]),
            total=_sum([row.total for row in rows]),
            detail=detail,
        )
        for (part, state, detail), rows in groups.items()
    )
    whole = (CoverageState.COMPLETE, CoverageState.NOT_APPLICABLE)
    return tuple(sorted(_alike(made), key=lambda group: group.state in whole))


def _alike(groups: Iterable[CoverageGroup]) -> Iterable[CoverageGroup]:
    """Put the parts together of which nothing but the same is told."""
    found: dict[CoverageGroup, list[str]] = {}
    for group in groups:
        found.setdefault(msgspec.structs.replace(group, parts=()), []).extend(group.parts)
    return (msgspec.structs.replace(group, parts=tuple(parts)) for group, parts in found.items())


class GapGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Gaps of one account that say the same of several sources."""

    gap: Gap
    """The first of them."""
    sources: tuple[str, ...]


def gap_groups(gaps: Sequence[Gap]) -> tuple[GapGroup, ...]:
    """Group the gaps, in the order of the evidence."""
    found: dict[Gap, list[Gap]] = {}
    for gap in gaps:
        found.setdefault(msgspec.structs.replace(gap, source=""), []).append(gap)
    return tuple(GapGroup(gap=alike[0], sources=tuple(gap.source for gap in alike)) for alike in found.values())


def _accounts(ids: Sequence[str], every: int, index: Index) -> str:
    if len(ids) == every > 1:
        return "every account"
    names = listing([index.account(account) for account in ids], limit=ACCOUNTS_NAMED)
    return f"{number(len(ids))} of {number(every)}: {names}" if len(ids) > 1 else names


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
