"""The worksheet as an Excel file: instructions, and one row a question with its drop-downs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING

from audit.model.error import InputError
from audit.model.review import Choice
from audit.review.sheet import (
    COLUMNS,
    DECIDED_ON,
    DECISION,
    HEADS,
    INSTRUCTIONS,
    JUSTIFICATION,
    Part,
    cells,
)
from audit.review.work_rows import WorkRow

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

REVIEW_SHEET = "Review"
MOST_ROWS = 1_048_575
"""Rows of a worksheet below its head."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member of the file: the same rows give the same bytes."""


def write_excel(rows: Iterable[WorkRow], quarter: str, evidence_sha256: str) -> bytes:
    """Write the worksheet. Raises InputError where there are more rows than one holds."""
    from openpyxl import Workbook

    listed = tuple(rows)
    if len(listed) > MOST_ROWS:
        raise InputError(f"{len(listed)} rows are more than a worksheet holds; export with --by cause, or as .csv")
    book = Workbook()
    book.remove(book.worksheets[0])
    _instructions(book.create_sheet("Instructions"), quarter)
    sheet = book.create_sheet(REVIEW_SHEET)
    _fill(sheet, listed, quarter, evidence_sha256)
    _validate(sheet, len(listed))
    _protect(sheet)
    book.active = 1
    saved = io.BytesIO()
    book.save(saved)
    return _timeless(saved.getvalue())


def _instructions(sheet: Worksheet, quarter: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 110
    for number, text in enumerate((f"Access review {quarter}", *INSTRUCTIONS), start=1):
        cell = sheet.cell(row=number, column=1, value=text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.protection.sheet = True


def _fill(sheet: Worksheet, rows: tuple[WorkRow, ...], quarter: str, evidence_sha256: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    grey, white = PatternFill("solid", fgColor="E8E8E8"), PatternFill(fill_type=None)
    unlocked, wrapped = Protection(locked=False), Alignment(wrap_text=True, vertical="top")
    for place, column in enumerate(COLUMNS, start=1):
        head = sheet.cell(row=1, column=place, value=column.head)
        head.font, head.fill = Font(bold=True), grey
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    models = []
    for place, column in enumerate(COLUMNS, start=1):
        model = sheet.cell(row=2, column=place)
        model.alignment = wrapped
        if column.part is Part.ANSWER:
            model.protection, model.fill = unlocked, white
            model.number_format = "yyyy-mm-dd" if column.head == DECIDED_ON else "@"
        else:
            model.fill, model.number_format = grey, "@"
        models.append(model)
    for number, row in enumerate(rows, start=2):
        for place, (model, text) in enumerate(zip(models, cells(row, quarter, evidence_sha256), strict=True), start=1):
            cell = sheet.cell(row=number, column=place)
            # Copied whole: looking each part of a style up for every cell takes ten times as long.
            cell._style = copy(model._style)  # type: ignore[union-attr]  # left out of the stubs; nothing is merged
            if text:
                cell.value = text
                # A text stays one, whatever it begins with.
                cell.data_type = "s"
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _validate(sheet: Worksheet, rows: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if not rows:
        return
    choices = DataValidation(type="list", formula1=f'"{",".join(Choice)}"', allow_blank=True, showErrorMessage=True)
    choices.errorTitle, choices.error = DECISION, f"Choose one of {', '.join(Choice)}."
    days = DataValidation(
        type="date", operator="greaterThan", formula1="36526", allow_blank=True, showErrorMessage=True
    )
    days.errorTitle, days.error = DECIDED_ON, "Write a day, like 2026-10-05."
    short = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="4000", allow_blank=True)
    for head, rule in ((DECISION, choices), (DECIDED_ON, days), (JUSTIFICATION, short)):
        sheet.add_data_validation(rule)
        rule.add(_below(head, rows))


def _below(head: str, rows: int) -> str:
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(HEADS.index(head) + 1)
    return f"{letter}2:{letter}{rows + 1}"


def _protect(sheet: Worksheet) -> None:
    """Keep identity cells from slips; there is no password, and what comes back is checked all the same."""
    protection = sheet.protection
    protection.sheet = True
    # False allows.
    protection.formatColumns = protection.formatRows = protection.sort = protection.autoFilter = False


def _timeless(content: bytes) -> bytes:
    """The same file with no time of writing in it."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == "docProps/core.xml":
                raw = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", raw)
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = 0o600 << 16
            new.writestr(member, raw, zipfile.ZIP_DEFLATED)
    return result.getvalue()
