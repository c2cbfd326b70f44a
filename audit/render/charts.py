"""The charts of a report, as SVG.

Each can be read in grey: what matters is told by position, shade, hatching and a number, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.model.result import AuditResult
from audit.render.chart_canvas import Chart
from audit.render.chart_exercise import exercise_chart
from audit.render.chart_findings import findings_chart
from audit.render.chart_payments import payments_chart
from audit.render.chart_privileges import privileges_chart
from audit.render.chart_reach import reach_chart
from audit.render.view import ReportView, build_view


def draw_charts(result: AuditResult, view: ReportView | None = None) -> Mapping[str, Chart]:
    """Draw every chart that the result has something for, by name: findings, exercise, payments, privileges, reach.

    `view` is that of the result, where one has been built.
    """
    view = view or build_view(result)
    charts = (
        findings_chart(result),
        exercise_chart(result, view.index, view.risks),
        payments_chart(result),
        privileges_chart(result, view.index, view.masks),
        reach_chart(result),
    )
    return {chart.name: chart for chart in charts if chart}
