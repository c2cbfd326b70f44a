"""The charts of a report, as SVG.

Each can be read in grey: what matters is told by position, shade, hatching and a number, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from audit.model.result import AuditResult
from audit.render.chart_canvas import Chart
from audit.render.chart_exercise import exercise_chart
from audit.render.chart_findings import findings_chart
from audit.render.chart_payments import payments_chart
from audit.render.chart_privileges import privileges_chart
from audit.render.chart_reach import reach_chart

_DRAW: tuple[Callable[[AuditResult], Chart | None], ...] = (
    findings_chart,
    exercise_chart,
    payments_chart,
    privileges_chart,
    reach_chart,
)


def draw_charts(result: AuditResult) -> Mapping[str, Chart]:
    """Draw every chart that the result has something for, by name: findings, exercise, payments, privileges, reach."""
    charts = (draw(result) for draw in _DRAW)
    return {chart.name: chart for chart in charts if chart}
