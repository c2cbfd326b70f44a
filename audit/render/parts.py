"""What several formats of one report are made of, each made once: the view, the charts, and the files of data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from audit.model.result import AuditResult
from audit.render.output_file import OutputFile

if TYPE_CHECKING:
    from audit.render.chart_canvas import Chart
    from audit.render.view import ReportView


class Parts:
    """The parts of one report; none is made before a format asks for it."""

    def __init__(self, result: AuditResult) -> None:
        self.result = result

    @cached_property
    def view(self) -> ReportView:
        """The first screen, and the look-ups of the others."""
        from audit.render.view import build_view

        return build_view(self.result)

    @cached_property
    def charts(self) -> Mapping[str, Chart]:
        """The charts by name."""
        from audit.render.charts import draw_charts

        return draw_charts(self.result, self.view)

    @cached_property
    def json(self) -> tuple[OutputFile, ...]:
        """The audit as JSON: it stands beside the PDF, and travels inside it."""
        from audit.render.data_files import json_file

        return tuple(json_file(self.result))

    @cached_property
    def csv(self) -> tuple[OutputFile, ...]:
        """The tables as CSV, which do the same."""
        from audit.render.data_files import csv_files

        return tuple(csv_files(self.result))
