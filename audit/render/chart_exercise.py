"""Granted against exercised: who holds each risk class, and which of its privileges the accounts were seen to use."""

from __future__ import annotations

from audit.model.activity import Observation
from audit.model.privilege import RiskClass
from audit.model.result import AuditResult
from audit.render.chart_canvas import FAINT, INK, RULE, WIDTH, Chart, Sheet
from audit.render.view_counts import RiskRow, exercises
from audit.render.view_index import Index
from audit.render.view_words import count, number

_LEFT, _BARS, _SQUARES, _ROW, _TOP = 40.0, 52.0, 112.0, 7.2, 22.0
_SQUARE = 3.6

_DARK, _GREY, _WHITE = "#33475b", "#d4d4d4", "#ffffff"
_MARKS = {
    Observation.OBSERVED: (_DARK, False),
    Observation.NOT_OBSERVED: (_WHITE, False),
    Observation.PARTLY_COVERED: (_GREY, True),
    Observation.NOT_COLLECTED: (_WHITE, True),
    Observation.NOT_TRACKED: (_GREY, False),
}
"""Fill, and whether it is hatched: hatching means "not known" in every chart."""
_HOLDERS = {"allowed": (_DARK, False), "conditional": ("#a9b8c6", False), "not evaluated": (_WHITE, True)}


def exercise_chart(result: AuditResult, index: Index, rows: tuple[RiskRow, ...]) -> Chart | None:
    """Draw one row a risk class; None where the profile has no privileges."""
    if not rows:
        return None
    seen = _observations(result, index)
    sheet = Sheet(_TOP + _ROW * len(rows) + 1)
    _heads(sheet)
    most = max((row.allowed + row.conditional + row.not_evaluated for row in rows), default=0) or 1
    for place, row in enumerate(rows):
        y = _TOP + _ROW * place
        sheet.line(0, y, WIDTH, y)
        sheet.text(_LEFT - 2, y + _ROW / 2, row.risk_class.value, align="right")
        _holders(sheet, row, y, _BARS / most)
        for step, observation in enumerate(seen[row.risk_class]):
            fill, hatched = _MARKS[observation]
            x = _SQUARES + step * (_SQUARE + 0.7)
            sheet.box(x, y + (_ROW - _SQUARE) / 2, _SQUARE, _SQUARE, fill=fill, hatched=hatched, edge=INK)
    return sheet.chart("exercise", "Granted against exercised, by risk class", _words(rows, seen))


def _observations(result: AuditResult, index: Index) -> dict[RiskClass, list[Observation]]:
    """Of every class: what was seen of each of its privileges, the observed ones first."""
    done = exercises(result)
    order = list(_MARKS)
    return {
        risk: sorted(
            (
                done[privilege.action].observation if privilege.action in done else Observation.NOT_TRACKED
                for privilege in index.columns
                if risk in privilege.risk_classes
            ),
            key=order.index,
        )
        for risk in RiskClass
    }


def _heads(sheet: Sheet) -> None:
    sheet.text(_LEFT, 3, "Users and roles that hold it", bold=True)
    sheet.text(_SQUARES, 3, "Its privileges, as used", bold=True)
    for place, (word, (fill, hatched)) in enumerate(_HOLDERS.items()):
        _key(sheet, _LEFT + 24 * place, 8.5, word, fill, hatched)
    for place, (observation, (fill, hatched)) in enumerate(_MARKS.items()):
        _key(sheet, _SQUARES + 28 * (place % 2), 8.5 + 5 * (place // 2), observation.value, fill, hatched)


def _key(sheet: Sheet, x: float, y: float, word: str, fill: str, hatched: bool) -> None:
    sheet.box(x, y - 1.6, 3.2, 3.2, fill=fill, hatched=hatched, edge=INK)
    sheet.text(x + 4.6, y, word, colour=FAINT, size=2.4)


def _holders(sheet: Sheet, row: RiskRow, y: float, scale: float) -> None:
    x = _LEFT
    for held, (fill, hatched) in zip((row.allowed, row.conditional, row.not_evaluated), _HOLDERS.values(), strict=True):
        if held:
            sheet.box(x, y + 1.4, held * scale, _ROW - 2.8, fill=fill, hatched=hatched, edge=INK)
        x += held * scale
    total = row.allowed + row.conditional + row.not_evaluated
    sheet.text(x + 1.5, y + _ROW / 2, number(total), colour=FAINT if total else RULE)


def _words(rows: tuple[RiskRow, ...], seen: dict[RiskClass, list[Observation]]) -> str:
    return " ".join(
        f"{row.risk_class.value}: {number(row.allowed)} allowed, {number(row.conditional)} conditional, "
        f"{number(row.not_evaluated)} not evaluated; {_uses(seen[row.risk_class])}."
        for row in rows
    )


def _uses(seen: list[Observation]) -> str:
    total = count(len(seen), "privilege")
    return ", ".join(
        f"{number(seen.count(observation))} of {total} {observation.value}"
        for observation in _MARKS
        if observation in seen
    )
