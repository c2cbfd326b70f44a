"""Findings by severity, now and at the last review: the head of the chart of findings where there was one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import Change
from audit.render.chart_canvas import FAINT, INK, WIDTH, Sheet
from audit.render.view_words import number

HEIGHT = 36.0
"""Of the part of the chart that this draws."""

_ROW, _BAR = 6.6, 2.4
_NOT_THEN = (Change.NEW, Change.REOPENED)


class LastReview:
    """How many findings of each severity there are, and there were."""

    def __init__(self, now: Mapping[Severity, int], then: Mapping[Severity, int]) -> None:
        self._rows = tuple((severity, now.get(severity, 0), then.get(severity, 0)) for severity in Severity)

    def draw(self, sheet: Sheet, left: float, right: float, top: float, shades: Mapping[Severity, str]) -> None:
        """Two bars a severity: filled for now, hatched for the last review."""
        sheet.text(left, top + 2, "By severity: filled now, hatched at the last review", bold=True)
        scale = (WIDTH - left - right) / max(1, *(max(now, then) for _, now, then in self._rows))
        for place, (severity, now, then) in enumerate(self._rows):
            y = top + 5 + _ROW * place
            sheet.text(left - 2, y + _BAR, severity.value, align="right")
            if now:
                sheet.box(left, y, now * scale, _BAR, fill=shades[severity], edge=INK)
            if then:
                sheet.box(left, y + _BAR, then * scale, _BAR, fill="#ffffff", edge=INK, hatched=True)
            sheet.text(left + max(now, then) * scale + 1.5, y + _BAR, _figures(now, then), colour=FAINT)

    def words(self) -> str:
        """` Against the last review: critical 3 now, 2 then; …`."""
        rows = "; ".join(f"{severity.value} {_figures(now, then)}" for severity, now, then in self._rows)
        return f" Against the last review: {rows}."


def last_review(result: AuditResult) -> LastReview | None:
    """Count both; None where no earlier review was given."""
    if result.comparison is None:
        return None
    now = Counter(finding.severity for finding in result.findings)
    then = Counter(
        each.earlier_severity or each.severity for each in result.comparison.findings if each.change not in _NOT_THEN
    )
    return LastReview(now, then)


def _figures(now: int, then: int) -> str:
    return f"{number(now)} now, {number(then)} then"
