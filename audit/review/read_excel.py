"""Reading an Excel worksheet that came back, from Excel, LibreOffice or whatever else writes .xlsx.

Texts may be shared or inline, dates may be dates, serial numbers or texts, in either of Excel's two calendars.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from audit.model.error import InputError
from audit.review.answers import Answer, AnswerFile
from audit.review.sheet import ANSWERS, DECIDED_ON, ROW
from audit.review.worksheet_excel import REVIEW_SHEET
from audit.review.worksheet_read import EMPTY, MOST_ROWS, ReadCell, answer_of, columns_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that a file may unpack to: one that holds more was made to break its reader."""


def read_excel(name: str, raw: bytes) -> AnswerFile:
    """Read the rows. Raises InputError where the file is no worksheet of a review."""
    book = _open(name, raw)
    sheet = _sheet(name, book)
    merged = _merged_rows(sheet)
    rows = sheet.iter_rows()
    heads = ["" if cell.value is None else str(cell.value) for cell in next(rows, ())]
    places = columns_of(name, heads)
    answers: list[Answer] = []
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise InputError(f"`{name}` has more than {MOST_ROWS} rows; apply it in parts")
        read = {head: _cell(book, row[place], head) if place < len(row) else EMPTY for head, place in places.items()}
        answer = answer_of(number, read, merged.get(number, ()))
        if answer is not None:
            answers.append(answer)
    return AnswerFile(name=name, answers=tuple(answers))


def _open(name: str, raw: bytes) -> Workbook:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
                raise InputError(f"`{name}` unpacks to more than {MOST_UNPACKED // 1024**2} MB and is not opened")
        return load_workbook(io.BytesIO(raw), keep_links=False, rich_text=False)
    except InputError:
        raise
    except Exception as error:
        # Whatever the library stumbles over, the file is no workbook that can be read.
        raise InputError(
            f"`{name}` cannot be read as an Excel workbook ({type(error).__name__}); save it again as .xlsx or .csv"
        ) from error


def _sheet(name: str, book: Workbook) -> Worksheet:
    """The sheet of the review: by its name, or else the only one whose first row has the column of row ids."""
    sheets = [sheet for sheet in book.worksheets if sheet.title == REVIEW_SHEET]
    sheets = sheets or [
        sheet
        for sheet in book.worksheets
        if any(str(cell.value or "").strip().casefold() == ROW.casefold() for cell in next(sheet.iter_rows(), ()))
    ]
    if len(sheets) != 1:
        raise InputError(f"`{name}` has no sheet `{REVIEW_SHEET}`; give back the file that `review export` made")
    return sheets[0]


def _merged_rows(sheet: Worksheet) -> dict[int, tuple[str, ...]]:
    """By row: what is merged there. A merged cell hides to which row a value belongs."""
    found: dict[int, tuple[str, ...]] = {}
    for cells in sheet.merged_cells.ranges:
        for number in range(cells.min_row, min(cells.max_row, MOST_ROWS) + 1):
            found[number] = (*found.get(number, ()), f"the cells {cells.coord} are merged; take them apart")
    return found


def _cell(book: Workbook, cell: Any, head: str) -> ReadCell:
    value = cell.value
    if value is None:
        return EMPTY
    if cell.data_type == "f" or not isinstance(value, str | int | float | bool | date | datetime):
        return ReadCell(formula=True)
    if cell.data_type == "e":
        return ReadCell(text=str(value))
    if isinstance(value, date):  # a datetime is one too
        day = value.date() if isinstance(value, datetime) else value
        return ReadCell(text=day.isoformat(), day=day)
    if head == DECIDED_ON and isinstance(value, int | float) and not isinstance(value, bool):
        day_ = _serial(book, value)
        return ReadCell(text=str(value), day=day_)
    if head in ANSWERS and isinstance(value, float) and value.is_integer():
        return ReadCell(text=str(int(value)))
    return ReadCell(text=str(value))


def _serial(book: Workbook, number: float) -> date | None:
    """A day that was saved as the number of days since the workbook's epoch."""
    from openpyxl.utils.datetime import from_excel

    try:
        moment = from_excel(number, book.epoch)
    except (ValueError, OverflowError, TypeError):
        return None
    return moment.date() if isinstance(moment, datetime) else None
