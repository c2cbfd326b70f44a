"""Who holds what, in print: principals of an account with exactly the same privileges share one row."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum

import msgspec

from audit.model.result import AuditResult
from audit.render.excerpt import Excerpt, excerpt
from audit.render.view import ReportView
from audit.render.view_counts import NO_PRIVILEGES, Masks
from audit.render.view_index import Index

NAMES = 5


class Mark(StrEnum):
    """How far one row's principals hold one risk class: told by shape, so that it can be read in grey."""

    ALL = "●"
    SOME = "◑"
    CONDITIONAL = "○"
    NOT_EVALUATED = "?"
    NONE = "·"


MEANINGS = {
    Mark.ALL: "every privilege of the class, without condition",
    Mark.SOME: "some of them without condition",
    Mark.CONDITIONAL: "under conditions only",
    Mark.NOT_EVALUATED: "could not be evaluated",
    Mark.NONE: "none",
}


class HolderRow(msgspec.Struct, frozen=True, kw_only=True):
    """Principals of one account with the same privileges."""

    account: str
    who: str
    """`14 users, 1 group`."""
    size: int
    names: Excerpt[str]
    held: str
    """How many privileges: `39`, `7, 1 cond.`, `8 ?`."""
    marks: tuple[Mark, ...]
    """One a risk class, in the order of the report."""
    used: tuple[str, ...]
    """Names of privileges that the evidence shows one of them to have used itself."""


def holder_rows(result: AuditResult, view: ReportView) -> tuple[HolderRow, ...]:
    """Group the principals that hold anything, or may; those with the gravest privileges come first."""
    groups: dict[tuple[str, Masks], list[str]] = defaultdict(list)
    for principal in result.principals:
        masks = view.masks.get(principal.arn, NO_PRIVILEGES)
        if masks.allow | masks.conditional | masks.not_evaluated:
            groups[principal.account_id, masks].append(principal.arn)
    ordered = sorted(groups.items(), key=lambda item: (_gravity(item[0][1], view.index), -len(item[1]), item[1]))
    return tuple(_row(account, masks, arns, view) for (account, masks), arns in ordered)


def _gravity(masks: Masks, index: Index) -> tuple[int, ...]:
    """How many privileges of each severity are allowed, then how many may be: the gravest first."""
    counts = [0] * 8
    for place, privilege in enumerate(index.columns):
        bit = 1 << place
        if masks.allow & bit:
            counts[4 - privilege.severity.rank] -= 1
        elif (masks.conditional | masks.not_evaluated) & bit:
            counts[8 - privilege.severity.rank] -= 1
    return tuple(counts)


def _row(account: str, masks: Masks, arns: list[str], view: ReportView) -> HolderRow:
    index = view.index
    return HolderRow(
        account=account,
        who=index.who(arns),
        size=len(arns),
        names=excerpt((index.name(arn) for arn in arns), NAMES, "entitlements.csv"),
        held=_held(masks),
        marks=tuple(_mark(masks, index.class_bits[row.risk_class]) for row in view.risks),
        used=tuple(privilege.name for place, privilege in enumerate(index.columns) if masks.observed >> place & 1),
    )


def _held(masks: Masks) -> str:
    counts = (
        (masks.allow.bit_count(), ""),
        (masks.conditional.bit_count(), " cond."),
        (masks.not_evaluated.bit_count(), " ?"),
    )
    return ", ".join(f"{value}{word}" for value, word in counts if value)


def _mark(masks: Masks, bits: int) -> Mark:
    if masks.allow & bits == bits:
        return Mark.ALL
    if masks.allow & bits:
        return Mark.SOME
    if masks.conditional & bits:
        return Mark.CONDITIONAL
    return Mark.NOT_EVALUATED if masks.not_evaluated & bits else Mark.NONE
