"""CSV files of the project's tables.

UTF-8 without a byte order mark, commas, a header line, and lines that end in carriage return and line feed as RFC
4180 has it (with a line feed alone Python leaves a carriage return in a cell unquoted, and the row breaks there).
Times are ISO 8601 in UTC with `Z`, flags `true` and `false`; an empty cell is "not known". A cell that a spreadsheet
would run as a formula gets a leading apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import cast

from audit.frames.formula import FORMULA_STARTS, neutralise
from audit.frames.table import Cell, Column, Kind, Table, format_time
from audit.model.result import AuditResult

_END = "\r\n"
_BEFORE = "\0"
"""Before each of many cells in one text."""
_FORMULA = re.compile(f"{_BEFORE}[{re.escape(''.join(FORMULA_STARTS))}]")


def render_csv(table: Table, result: AuditResult) -> bytes:
    """Render one table of a result."""
    # By columns, and each value that stands in one written once: cell by cell it would take twice as long.
    cells = zip(*table.rows(result), strict=True)
    columns = [_column(column, values) for column, values in zip(table.columns, cells, strict=False)]
    lines: Iterable[str] = map(",".join, zip(*columns, strict=True))
    if len(columns) == 1:
        # A line of one empty cell would be none.
        lines = (line or '""' for line in lines)
    return _END.join((",".join(table.header), *lines, "")).encode()


def _column(column: Column, cells: tuple[Cell, ...]) -> Iterable[str]:
    if column.kind is Kind.MONEY:
        # 1.5 and 1.50 are equal, and are written differently.
        return map(_write, cells)
    distinct = set(cells)
    if _stand_as_they_are(distinct):
        return cast(tuple[str, ...], cells)
    written = {cell: _write(cell) for cell in distinct}
    return map(written.__getitem__, cells)


def _stand_as_they_are(cells: Collection[Cell]) -> bool:
    """Whether all are text and none would be written otherwise, as in most columns; asked of all of them at once."""
    if {*map(type, cells)} != {str}:
        return False
    text = _BEFORE + _BEFORE.join(cast(Collection[str], cells))
    return not (_is_special(text) or _FORMULA.search(text))


def _write(cell: Cell) -> str:
    match cell:
        case str():
            return _text(cell)
        case None:
            return ""
        case datetime():
            return format_time(cell)
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return f"{cell:f}"
    return str(cell)


def _text(text: str) -> str:
    text = neutralise(text)
    return '"' + text.replace('"', '""') + '"' if _is_special(text) else text


def _is_special(text: str) -> bool:
    """Whether a cell must be quoted for something in it."""
    # Four searches in C: one with a regular expression takes three times as long, and twenty times in a long cell.
    return "," in text or '"' in text or "\r" in text or "\n" in text
