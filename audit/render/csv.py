"""CSV files of the project's tables.

UTF-8 without a byte order mark, commas, a header line, and lines that end in carriage return and line feed as RFC
4180 has it (with a line feed alone Python leaves a carriage return in a cell unquoted, and the row breaks there).
Times are ISO 8601 in UTC with `Z`, flags `true` and `false`; an empty cell is "not known". A cell that a spreadsheet
would run as a formula gets a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal

from audit.frames.formula import FORMULA_STARTS, neutralise
from audit.frames.table import Cell, Table, format_time
from audit.model.result import AuditResult

_FIRST = frozenset(FORMULA_STARTS)


def render_csv(table: Table, result: AuditResult) -> bytes:
    """Render one table of a result."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.header)
    # Most cells are ordinary text: a call for each of them would take as long as all the rest.
    writer.writerows(
        [cell if type(cell) is str and cell[:1] not in _FIRST else _write(cell) for cell in row]
        for row in table.rows(result)
    )
    return text.getvalue().encode()


def _write(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return format_time(cell)
        case Decimal():
            return f"{cell:f}"
        case int():
            return str(cell)
    return neutralise(cell)
