"""Worksheets as reviewers and their programs give them back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.model.result import AuditResult
from audit.review.sheet import DECIDED_ON, DECISION, HEADS, JUSTIFICATION, REVIEWER
from audit.review.work_rows import By, work_rows
from audit.review.worksheet_excel import REVIEW_SHEET, write_excel
from tests.unit.review.audits import QUARTER

DAY = date(2026, 10, 6)
KEPT: dict[str, Any] = {DECISION: "keep", REVIEWER: "rita", DECIDED_ON: DAY, JUSTIFICATION: "needed"}


def exported(result: AuditResult, by: By = By.ENTITLEMENT) -> bytes:
    """The worksheet of an audit, as it is exported."""
    return write_excel(work_rows(result, by), QUARTER.label, result.header.input_sha256)


def opened(raw: bytes) -> tuple[Workbook, Worksheet]:
    """The workbook and its review sheet."""
    book = load_workbook(io.BytesIO(raw))
    return book, book[REVIEW_SHEET]


def saved(book: Workbook) -> bytes:
    """What a program saves."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def place(sheet: Worksheet, head: str) -> int:
    """The number of a column."""
    return next(cell.column for cell in sheet[1] if cell.value == head)


def answer(sheet: Worksheet, row: int, values: Mapping[str, Any]) -> None:
    """Fill in one row; it begins at 2."""
    for head, value in values.items():
        sheet.cell(row=row, column=place(sheet, head)).value = value


def filled(raw: bytes, values: Mapping[str, Any] = KEPT) -> bytes:
    """Every row answered alike."""
    book, sheet = opened(raw)
    for row in range(2, sheet.max_row + 1):
        answer(sheet, row, values)
    return saved(book)


def texts(raw: bytes) -> list[dict[str, Any]]:
    """The rows of a worksheet by their heads."""
    _, sheet = opened(raw)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def filled_csv(raw: bytes, delimiter: str = ",") -> bytes:
    """Every row of a CSV worksheet answered alike, in UTF-8 without a mark."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    given = {HEADS.index(head): str(value) for head, value in KEPT.items()}
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(rows[0])
    writer.writerows([given.get(column, cell) for column, cell in enumerate(row)] for row in rows[1:])
    return target.getvalue().encode()


def other_program(rows: Iterable[Mapping[str, Any]], heads: Iterable[str] = HEADS, settings: str = "") -> bytes:
    """A workbook of bare minimum, as writers without a table of shared texts save it: inline strings, serial days.

    Columns stand in the order of `heads`; a number is written as one, a text inline. `settings` go into the workbook.
    """
    order = list(heads)
    lines = [_line(1, order)]
    lines += [_line(number, [row.get(head) for head in order]) for number, row in enumerate(rows, start=2)]
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**_FRAME, "xl/worksheets/sheet1.xml": sheet}.items():
            content = content.replace("<sheets>", f"{settings}<sheets>")
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return target.getvalue()


def _line(number: int, values: Iterable[Any]) -> str:
    return f'<row r="{number}">{"".join(_cell(value) for value in values)}</row>'


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FRAME = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_MAIN}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_MAIN}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{_MAIN}"><sheets><sheet name="Tabelle1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}
