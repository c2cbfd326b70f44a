"""The privilege heat map: how many of each account's users, roles and groups hold each privilege."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from audit.model.principal import Principal, PrincipalType
from audit.model.privilege import Privilege, RiskClass
from audit.model.result import AuditResult
from audit.render.chart_canvas import FAINT, INK, RULE, WIDTH, Chart, Sheet
from audit.render.view_counts import Masks
from audit.render.view_index import TYPE_ORDER, Index
from audit.render.view_words import count, number

ACCOUNTS_SHOWN = 3
"""With more accounts than this, the columns are the types over all accounts."""

_LEFT, _TOP, _ROW, _GAP = 74.0, 12.0, 4.6, 2.6
_STEPS = ("#ffffff", "#e4e9ee", "#c3ced9", "#93a5b7", "#5f768d", "#33475b")


class Cohort(msgspec.Struct, frozen=True):
    """One column: principals of one type, in one account or (empty) in all of them."""

    account_id: str
    type: PrincipalType


def privileges_chart(result: AuditResult, index: Index, masks: Mapping[str, Masks]) -> Chart | None:
    """Draw privileges down, cohorts across, shaded by the share that holds it; None without principals."""
    if not result.principals or not index.columns:
        return None
    by_account = len(result.header.accounts) <= ACCOUNTS_SHOWN
    sizes = Counter(_cohort(principal, by_account) for principal in result.principals)
    cohorts = sorted(sizes, key=lambda cohort: (cohort.account_id, TYPE_ORDER.index(cohort.type)))
    held: Counter[tuple[str, Cohort]] = Counter()
    unknown: Counter[str] = Counter()
    # Many principals of a cohort hold the same: they are counted together.
    alike = Counter((_cohort(index.principals[arn], by_account), each) for arn, each in masks.items())
    for (cohort, each), principals in alike.items():
        for action, bit in index.bits.items():
            if (each.allow | each.conditional) & bit:
                held[action, cohort] += principals
            elif each.not_evaluated & bit:
                unknown[action] += principals
    classes = len({privilege.risk_classes[0] for privilege in index.columns})
    sheet = Sheet(_TOP + _ROW * len(index.columns) + _GAP * classes + 2)
    _draw(sheet, index.columns, cohorts, sizes, held, unknown)
    return sheet.chart("privileges", "Who holds each privilege", _words(index.columns, held, unknown))


def _cohort(principal: Principal, by_account: bool) -> Cohort:
    return Cohort(principal.account_id if by_account else "", principal.type)


def _draw(
    sheet: Sheet,
    privileges: tuple[Privilege, ...],
    cohorts: list[Cohort],
    sizes: Counter[Cohort],
    held: Counter[tuple[str, Cohort]],
    unknown: Counter[str],
) -> None:
    width = min((WIDTH - _LEFT) / (len(cohorts) + 1), 20.0)
    for place, cohort in enumerate(cohorts):
        x = _LEFT + width * (place + 0.5)
        if not place or cohorts[place - 1].account_id != cohort.account_id:
            sheet.text(x - width / 2, 2.5, cohort.account_id[:14], size=2.3, bold=True)
        sheet.text(x, 6.5, f"{cohort.type.value}s", align="center", size=2.4)
        sheet.text(x, 9.8, f"of {number(sizes[cohort])}", align="center", size=2.2, colour=FAINT)
    last = _LEFT + width * (len(cohorts) + 0.5)
    sheet.text(last, 6.5, "not", align="center", size=2.2, colour=FAINT)
    sheet.text(last, 9.8, "evaluated", align="center", size=2.2, colour=FAINT)
    y, risk = _TOP, None
    for privilege in privileges:
        if privilege.risk_classes[0] is not risk:
            risk = privilege.risk_classes[0]
            y += _GAP
            sheet.line(0, y - _GAP / 2, WIDTH, y - _GAP / 2)
            sheet.text(0, y + _ROW / 2, risk.value, size=2.3, colour=FAINT)
        sheet.text(_LEFT - 2, y + _ROW / 2, privilege.name, align="right", size=2.4)
        for place, cohort in enumerate(cohorts):
            holders = held[privilege.action, cohort]
            _cell(sheet, _LEFT + width * place, y, width, holders, sizes[cohort])
        if unknown[privilege.action]:
            sheet.text(last, y + _ROW / 2, number(unknown[privilege.action]), align="center", size=2.3)
        y += _ROW


def _cell(sheet: Sheet, x: float, y: float, width: float, holders: int, size: int) -> None:
    # Any holder at all gets a shade: the first step is for nobody.
    step = -(-holders * (len(_STEPS) - 1) // size) if size else 0
    sheet.box(x + 0.2, y + 0.2, width - 0.4, _ROW - 0.4, fill=_STEPS[step], edge=RULE)
    colour = "#ffffff" if step >= len(_STEPS) - 2 else INK
    if holders:
        sheet.text(x + width / 2, y + _ROW / 2, number(holders), align="center", size=2.3, colour=colour)


def _words(privileges: tuple[Privilege, ...], held: Counter[tuple[str, Cohort]], unknown: Counter[str]) -> str:
    totals: Counter[str] = Counter()
    for (action, _), holders in held.items():
        totals[action] += holders
    parts = []
    for risk in RiskClass:
        names = [
            f"{privilege.name} {number(totals[privilege.action])}"
            for privilege in privileges
            if privilege.risk_classes[0] is risk
        ]
        if names:
            parts.append(f"{risk.value}: {', '.join(names)}.")
    doubts = sum(unknown.values())
    if doubts:
        parts.append(f"Not evaluated: {count(doubts, 'pair')} of principal and privilege.")
    return "Holders, with or without condition. " + " ".join(parts)
