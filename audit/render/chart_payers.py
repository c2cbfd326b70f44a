"""Bonuses over time by who paid them, as far as events name a principal."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from audit.model.reconciliation import ReconciliationRow, Subject
from audit.model.result import AuditResult
from audit.render.chart_canvas import FAINT, INK, Sheet
from audit.render.view_words import count, money

PAYERS_SHOWN = 4
"""Those who paid most have a shade of their own."""
LEGEND_ROW = 4.6

_SHADES = ("#22364a", "#5b7087", "#93a5b8", "#cfd9e3", "#f1f4f7")
"""Dark to light, so that the order survives a grey print; the last is that of all others."""
_UNTOLD = "#ffffff"
_IN_ROW, _COLUMN, _NAME = 3, 50.0, 24


class Payers(msgspec.Struct, frozen=True):
    """Who has a shade, and the money of each in every bar: those named, all others, and what no event tells of."""

    names: tuple[str, ...]
    shares: tuple[tuple[Decimal, ...], ...]
    """A row a bar, a column a name."""

    @property
    def legend_height(self) -> float:
        """What the legend takes above the bars."""
        return LEGEND_ROW * (-(-len(self.names) // _IN_ROW))

    def draw_legend(self, sheet: Sheet, left: float) -> None:
        """A box and a name for each."""
        for place, name in enumerate(self.names):
            x, y = left + _COLUMN * (place % _IN_ROW), 0.5 + LEGEND_ROW * (place // _IN_ROW)
            self._box(sheet, place, x, y, 4, 3)
            sheet.text(x + 5.5, y + 1.5, name, colour=FAINT, size=2.4)

    def draw_bar(self, sheet: Sheet, bar: int, x: float, bottom: float, width: float, millimetres: float) -> None:
        """Stack the shares of one bar; `millimetres` is the height of a dollar."""
        for place, share in enumerate(self.shares[bar]):
            height = float(share) * millimetres
            if height:
                bottom -= height
                self._box(sheet, place, x, bottom, width, height)

    def words(self) -> str:
        """` By who paid: payroll-job $4.50, no event tells $120.00.`"""
        totals = (sum(column, Decimal()) for column in zip(*self.shares, strict=True))
        told = (f"{name} {money(total)}" for name, total in zip(self.names, totals, strict=True))
        return f" By who paid: {', '.join(told)}."

    def _box(self, sheet: Sheet, place: int, x: float, y: float, width: float, height: float) -> None:
        untold = place == len(self.names) - 1
        sheet.box(x, y, width, height, fill=_UNTOLD if untold else _SHADES[place], edge=INK, hatched=untold)


def payers(result: AuditResult, starts: Sequence[datetime], amounts: Sequence[Decimal]) -> Payers | None:
    """Lay the payments of each bar to who made them; None where no event names anybody.

    `starts` are the beginnings of the bars in order, `amounts` their whole money.
    """
    paid = [(row, row.paid_at) for row in result.reconciliation if _told(row) and row.paid_at is not None]
    totals: dict[str, Decimal] = {}
    for row, _ in paid:
        totals[row.principal_arn] = totals.get(row.principal_arn, Decimal()) + (row.amount or Decimal())
    if not totals:
        return None
    shown = sorted(totals, key=lambda arn: (-totals[arn], arn))[:PAYERS_SHOWN]
    others = len(totals) - len(shown)
    columns = {arn: place for place, arn in enumerate(shown)}
    shares = [[Decimal()] * (len(shown) + bool(others)) for _ in starts]
    for row, paid_at in paid:
        bar = bisect_right(starts, paid_at) - 1
        if bar >= 0:
            shares[bar][columns.get(row.principal_arn, len(shown))] += row.amount or Decimal()
    untold = (max(amount - sum(own), Decimal()) for amount, own in zip(amounts, shares, strict=True))
    names = (*map(_name, shown), *([count(others, "other")] if others else []), "no event tells")
    return Payers(names, tuple((*own, rest) for own, rest in zip(shares, untold, strict=True)))


def _told(row: ReconciliationRow) -> bool:
    return row.subject is Subject.BONUS and row.amount is not None and bool(row.principal_arn)


def _name(arn: str) -> str:
    own = arn.rpartition("/")[2] if "/" in arn else arn.rpartition(":")[2]
    return own if len(own) <= _NAME else f"{own[: _NAME - 1]}…"
