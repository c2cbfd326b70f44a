"""Bonuses over time and by who paid them, as far as they were collected."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from audit.model.activity import Observation, WeekPayments
from audit.model.result import AuditResult
from audit.render.chart_canvas import FAINT, INK, RULE, WIDTH, Chart, Sheet
from audit.render.chart_payers import Payers, payers
from audit.render.view_words import count, money, number

WEEKS_SHOWN = 27
"""A window with more weeks than this is shown by month."""

_LEFT, _TOP, _PLOT, _FOOT = 22.0, 8.0, 40.0, 10.0
_SHARES = tuple(map(Decimal, ("0.25", "0.5", "1", "2.5")))
"""Of the power of ten below an amount: the distances between lines."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """The bonuses of all accounts in one week or month."""

    since: datetime
    count: int
    amount: Decimal


def payments_chart(result: AuditResult) -> Chart | None:
    """Draw the money paid in bonuses, week by week; None where no account's bonuses were collected."""
    monthly = len({week.since for week in result.week_payments}) > WEEKS_SHOWN
    bars = _bars(result.week_payments, monthly)
    if not bars:
        return None
    told = payers(result, [bar.since for bar in bars], [bar.amount for bar in bars])
    top = _TOP + (told.legend_height if told else 0)
    sheet = Sheet(top + _PLOT + _FOOT)
    _draw(sheet, bars, monthly, top, told)
    unit = "month" if monthly else "week"
    title = f"Bonuses paid, by {unit}{' and principal' if told else ''}"
    return sheet.chart("payments", title, _words(bars, unit) + (told.words() if told else "") + _limits(result))


def _bars(weeks: tuple[WeekPayments, ...], monthly: bool) -> list[Bar]:
    bars: dict[datetime, Bar] = {}
    for week in weeks:
        since = week.since.astimezone(UTC)
        if monthly:
            since = since.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        bar = bars.get(since, Bar(since=since, count=0, amount=Decimal()))
        bars[since] = Bar(since=since, count=bar.count + week.count, amount=bar.amount + week.amount)
    return [bars[since] for since in sorted(bars)]


def _draw(sheet: Sheet, bars: list[Bar], monthly: bool, top: float, told: Payers | None) -> None:
    bottom = top + _PLOT
    ticks = round_ticks(max((bar.amount for bar in bars), default=Decimal()) or Decimal(1))
    most = ticks[-1]
    step = (WIDTH - _LEFT) / len(bars)
    for tick in ticks:
        y = bottom - float(tick / most) * _PLOT
        words = f"${tick:,.0f}" if tick == tick.to_integral_value() else f"${tick:,.2f}"
        sheet.line(_LEFT, y, WIDTH, y)
        sheet.text(_LEFT - 2, y, words, align="right", colour=FAINT, size=2.4)
    for place, bar in enumerate(bars):
        x, height = _LEFT + step * (place + 0.5), float(bar.amount / most) * _PLOT
        if told:
            told.draw_bar(sheet, place, x - step * 0.33, bottom, step * 0.66, _PLOT / float(most))
        elif height:
            sheet.box(x - step * 0.33, bottom - height, step * 0.66, height, fill="#5b7087", edge=INK)
        label = number(bar.count)
        sheet.text(x, bottom - height - 2, label, align="center", size=2.2, colour=INK if bar.count else RULE)
        sheet.text(x, bottom + 3, f"{bar.since:%Y-%m}" if monthly else f"{bar.since:%m-%d}", align="center", size=2.2)
    if told:
        told.draw_legend(sheet, _LEFT)
    sheet.line(_LEFT, bottom, WIDTH, bottom, colour=INK)
    sheet.text(_LEFT, bottom + 7.5, "Height: US dollars. Number: bonuses paid.", colour=FAINT, size=2.4)


def round_ticks(most: Decimal) -> list[Decimal]:
    """Two to four round amounts at equal distance, the last of them not below `most`."""
    unit = Decimal(10) ** most.adjusted()
    step = next(unit * share for share in _SHARES if most <= 4 * unit * share)
    lines = math.ceil(most / step)
    return [step * line for line in range(1, max(lines, 2) + 1)]


def _words(bars: list[Bar], unit: str) -> str:
    total = sum((bar.amount for bar in bars), Decimal())
    times = sum(bar.count for bar in bars)
    peak = max(bars, key=lambda bar: (bar.amount, bar.since))
    words = f"{count(times, 'bonus', 'bonuses')} worth {money(total)} in {count(len(bars), unit)}."
    if times:
        words += f" The most in one {unit}: {money(peak.amount)}, from {peak.since:%Y-%m-%d}."
    return words


def _limits(result: AuditResult) -> str:
    unknown = sorted(
        row.account_id
        for row in result.activity
        if row.action.endswith(":SendBonus") and row.observation is Observation.NOT_COLLECTED
    )
    if not unknown:
        return ""
    return f" Missing or incomplete, since not all was collected: {count(len(unknown), 'account')}."
