"""CSV files of the project's tables.

UTF-8 without a byte order mark, commas, a header line, and lines that end in carriage return and line feed as RFC
4180 has it (with a line feed alone Python leaves a carriage return in a cell unquoted, and the row breaks there).
Times are ISO 8601 in UTC with `Z`, flags `true` and `false`; an empty cell is "not known". A cell that a spreadsheet
would run as a formula gets a leading apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from audit.frames.formula import neutralise
from audit.frames.table import Cell, Column, Kind, Table, format_time
from audit.model.result import AuditResult

_END = "\r\n"
_SPECIAL = re.compile('[,"\r\n]')
"""What a cell is quoted for."""


def render_csv(table: Table, result: AuditResult) -> bytes:
    """Render one table of a result."""
    # By columns, and each value that stands in one written once: cell by cell it would take twice as long.
    cells = zip(*table.rows(result), strict=True)
    columns = [_column(column, values) for column, values in zip(table.columns, cells, strict=False)]
    lines = map(",".join, (table.header, *zip(*columns, strict=True)))
    # A line of one empty cell would be none.
    return "".join([(line or '""') + _END for line in lines]).encode()


def _column(column: Column, cells: Sequence[Cell]) -> list[str]:
    if column.kind is Kind.MONEY:
        # 1.5 and 1.50 are equal, and are written differently.
        return [_quoted(_write(cell)) for cell in cells]
    written = {cell: _quoted(_write(cell)) for cell in set(cells)}
    return [written[cell] for cell in cells]


def _quoted(text: str) -> str:
    if _SPECIAL.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'


def _write(cell: Cell) -> str:
    match cell:
        case str():
            return neutralise(cell)
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return format_time(cell)
        case Decimal():
            return f"{cell:f}"
    return str(cell)
