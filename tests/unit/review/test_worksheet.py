"""The worksheet: what a reviewer gets, and what is understood or refused of what comes back, row by row."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from audit.model.error import InputError
from audit.model.result import AuditResult
from audit.model.review import Choice
from audit.review import read_excel as reading
from audit.review.read_excel import read_excel
from audit.review.sheet import (
    DECIDED_ON,
    DECISION,
    EVIDENCE,
    HEADS,
    INSTRUCTIONS,
    JUSTIFICATION,
    PRINCIPAL,
    QUARTER,
    REVIEWER,
    ROW,
    TICKET,
    UNIQUE_ID,
)
from audit.review.work_rows import By, work_rows
from audit.review.worksheet_csv import read_csv, write_csv
from tests.unit.evaluate.accounts import Account, allow, arn, document
from tests.unit.review.applying import applied, problems, reviewed_account
from tests.unit.review.audits import BONUS, CREATE, audited, snapshot
from tests.unit.review.sheets import (
    DAY,
    KEPT,
    answer,
    exported,
    filled,
    filled_csv,
    opened,
    other_program,
    place,
    saved,
    texts,
)


@pytest.fixture(scope="module")
def result() -> AuditResult:
    return audited(snapshot(reviewed_account()))


@pytest.fixture(scope="module")
def sheet_bytes(result: AuditResult) -> bytes:
    return exported(result)


def test_a_filled_worksheet_gives_a_decision_a_row(result: AuditResult, sheet_bytes: bytes) -> None:
    decisions = applied(result, read_excel("d.xlsx", filled(sheet_bytes)))
    assert {(one.unique_id, one.actions) for one in decisions} == {
        ("AIDAMARIA", (BONUS,)),
        ("AIDAMARIA", (CREATE,)),
        ("AROAPAYROLL", (BONUS,)),
    }
    assert {(one.choice, one.reviewer, one.decided_on) for one in decisions} == {(Choice.KEEP, "rita", DAY)}
    assert {(one.snapshot_sha256, one.quarter) for one in decisions} == {(result.header.input_sha256, "2026-Q3")}


def test_by_cause_a_row_decides_for_everybody_who_holds_through_it() -> None:
    account = Account()
    shared = account.managed("requesters", document(allow(BONUS, CREATE)))
    for name in ("a", "b"):
        account.role(name, attached=(shared,), RoleId=f"AROA{name}")
    result = audited(snapshot(account))
    decisions = applied(result, read_excel("d.xlsx", filled(exported(result, By.CAUSE))))
    assert [(one.unique_id, one.actions) for one in decisions] == [
        ("AROAa", (CREATE, BONUS)),
        ("AROAb", (CREATE, BONUS)),
    ]


def test_a_row_that_nobody_answered_is_pending(result: AuditResult, sheet_bytes: bytes) -> None:
    book, sheet = opened(sheet_bytes)
    answer(sheet, 3, KEPT)
    assert len(applied(result, read_excel("d.xlsx", saved(book)))) == 1
    assert applied(result, read_excel("d.xlsx", sheet_bytes)) == ()


def test_what_a_reviewer_gets(sheet_bytes: bytes) -> None:
    book, sheet = opened(sheet_bytes)
    assert [cell.value for cell in sheet[1]] == list(HEADS)
    assert sheet.freeze_panes == "B2"
    assert sheet.protection.sheet
    assert sheet.cell(row=2, column=place(sheet, PRINCIPAL)).protection.locked
    assert not sheet.cell(row=2, column=place(sheet, DECISION)).protection.locked
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert lists == ['"keep,modify,revoke,exception"']
    told = [cell.value for (cell,) in book["Instructions"].iter_rows()]
    assert told[1:] == list(INSTRUCTIONS)


def test_the_same_rows_give_the_same_bytes(result: AuditResult, sheet_bytes: bytes) -> None:
    assert exported(result) == sheet_bytes
    with zipfile.ZipFile(io.BytesIO(sheet_bytes)) as packed:
        assert {member.date_time[0] for member in packed.infolist()} == {1980}


def test_ten_thousand_rows_come_back() -> None:
    account = Account()
    shared = account.managed("requesters", document(allow(BONUS)))
    for number in range(10_000):
        account.role(f"r{number:05d}", attached=(shared,), RoleId=f"AROA{number:05d}")
    many = audited(snapshot(account))
    raw = write_csv(work_rows(many, By.ENTITLEMENT), "2026-Q3", many.header.input_sha256)
    assert len(applied(many, read_csv("d.csv", filled_csv(raw)))) == 10_000


def _change(sheet: Worksheet, head: str, value: Any, row: int = 2) -> None:
    sheet.cell(row=row, column=place(sheet, head)).value = value


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells(start_row=2, end_row=3, start_column=place(sheet, DECISION), end_column=place(sheet, DECISION))


def _copy_row(sheet: Worksheet) -> None:
    for column in range(1, len(HEADS) + 1):
        sheet.cell(row=3, column=column).value = sheet.cell(row=2, column=column).value


BAD: dict[str, tuple[Callable[[Worksheet], Any], str]] = {
    "an unknown row": (lambda sheet: _change(sheet, ROW, "E-0000"), "row 2: the row `E-0000` is not known"),
    "no row id": (lambda sheet: _change(sheet, ROW, None), "row 2: the row `` is not known"),
    "another principal": (
        lambda sheet: _change(sheet, PRINCIPAL, arn("role", "boss")),
        f"row 2: `Principal` was changed to `{arn('role', 'boss')}`",
    ),
    "another unique id": (
        lambda sheet: _change(sheet, UNIQUE_ID, "AROAX"),
        "row 2: `Unique id` was changed to `AROAX`",
    ),
    "another quarter": (
        lambda sheet: _change(sheet, QUARTER, "2026-Q2"),
        "row 2: it is of `2026-Q2`, and the evidence",
    ),
    "other evidence": (
        lambda sheet: _change(sheet, EVIDENCE, "abc"),
        "row 2: it was exported from other evidence (abc…)",
    ),
    "no such decision": (lambda sheet: _change(sheet, DECISION, "maybe"), "row 2: `maybe` is no decision"),
    "no decision": (lambda sheet: _change(sheet, DECISION, None), "row 2: it has no decision"),
    "no reviewer": (lambda sheet: _change(sheet, REVIEWER, "  "), "row 2: it names no reviewer"),
    "no justification": (
        lambda sheet: answer(sheet, 2, {DECISION: "revoke", JUSTIFICATION: None}),
        "row 2: the decision `revoke` needs a justification",
    ),
    "a long justification": (lambda sheet: _change(sheet, JUSTIFICATION, "x" * 4001), "has 4001 characters"),
    "no day": (lambda sheet: _change(sheet, DECIDED_ON, None), "row 2: it has no day"),
    "a day of one country": (lambda sheet: _change(sheet, DECIDED_ON, "06.10.2026"), "`06.10.2026` is no day"),
    "a day that may be two": (lambda sheet: _change(sheet, DECIDED_ON, "10/06/2026"), "no day that can be told"),
    "no day at all": (lambda sheet: _change(sheet, DECIDED_ON, "yesterday"), "`yesterday` is no day"),
    "a day to come": (lambda sheet: _change(sheet, DECIDED_ON, date(2026, 10, 8)), "which is still to come"),
    "a day before the evidence": (lambda sheet: _change(sheet, DECIDED_ON, date(2026, 10, 4)), "before the evidence"),
    "a formula": (lambda sheet: _change(sheet, DECISION, '=IF(1,"keep")'), "row 2: `Decision` holds a formula"),
    "a formula as identity": (lambda sheet: _change(sheet, PRINCIPAL, "=A3"), "row 2: `Principal` holds a formula"),
    "merged cells": (_merge, "row 2: the cells M2:M3 are merged"),
    "a row twice": (_copy_row, "row 3: it stands twice, first in row 2"),
    "the subject": (
        lambda sheet: _change(sheet, REVIEWER, "Maria Keller"),
        "row 2: the reviewer is the principal itself",
    ),
    "the collector": (
        lambda sheet: _change(sheet, REVIEWER, "olga.collector@example.com"),
        "row 2: the reviewer collected the evidence",
    ),
}


def _subject_last(sheet: Worksheet) -> None:
    """Put the rows so that the second is about Maria, for the case that she decides on herself."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    rows.sort(key=lambda row: ":user/" not in str(row[0]))
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(row=number, column=column).value = value


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_named_by_its_row_and_nothing_is_taken(
    case: str, result: AuditResult, sheet_bytes: bytes
) -> None:
    change, told = BAD[case]
    book, sheet = opened(filled(sheet_bytes))
    _subject_last(sheet)
    change(sheet)
    found = problems(result, read_excel("d.xlsx", saved(book)))
    assert any(told in problem for problem in found), found


def test_every_problem_is_named_at_once(result: AuditResult, sheet_bytes: bytes) -> None:
    raw = filled(sheet_bytes, {**KEPT, REVIEWER: None, DECIDED_ON: "soon"})
    found = problems(result, read_excel("d.xlsx", raw))
    assert [problem.split(":")[0] for problem in found] == ["row 2", "row 2", "row 3", "row 3", "row 4", "row 4"]


def test_columns_may_be_moved_and_hidden_and_rows_sorted(result: AuditResult, sheet_bytes: bytes) -> None:
    rows = list(reversed(texts(filled(sheet_bytes))))
    raw = other_program(rows, reversed(HEADS))
    book, sheet = opened(filled(sheet_bytes))
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[3].hidden = True
    wanted = set(applied(result, read_excel("d.xlsx", filled(sheet_bytes))))
    assert set(applied(result, read_excel("d.xlsx", saved(book)))) == wanted
    rows_of_text = [{**row, DECIDED_ON: "2026-10-06"} for row in rows]
    assert set(applied(result, read_excel("d.xlsx", other_program(rows_of_text, HEADS)))) == wanted
    assert raw


@pytest.mark.parametrize("day", [46301, 46301.75, "2026-10-06", "2026-10-06 00:00:00", "2026-10-06T09:30:00"])
def test_a_day_may_be_a_serial_number_or_a_text(result: AuditResult, sheet_bytes: bytes, day: object) -> None:
    rows = [{**row, DECIDED_ON: day} for row in texts(filled(sheet_bytes))]
    decisions = applied(result, read_excel("d.xlsx", other_program(rows)))
    assert {one.decided_on for one in decisions} == {DAY}


def test_a_serial_number_counts_from_the_calendar_of_its_workbook(result: AuditResult, sheet_bytes: bytes) -> None:
    """Excel for the Mac counted from 1904 for long: the same number is another day there."""
    rows = [{**row, DECIDED_ON: 46301 - 1462} for row in texts(filled(sheet_bytes))]
    raw = other_program(rows, settings='<workbookPr date1904="1"/>')
    assert {one.decided_on for one in applied(result, read_excel("d.xlsx", raw))} == {DAY}


def test_missing_and_doubled_columns_are_named(sheet_bytes: bytes) -> None:
    rows = texts(filled(sheet_bytes))
    with pytest.raises(InputError, match="no column `Reviewer`, `Ticket`"):
        read_excel("d.xlsx", other_program(rows, [head for head in HEADS if head not in (REVIEWER, TICKET)]))
    with pytest.raises(InputError, match="`Decision` stands twice"):
        read_excel("d.xlsx", other_program(rows, [*HEADS, DECISION]))


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(2 * 1024 * 1024))
    return target.getvalue()


def test_files_that_are_no_worksheet_are_one_sentence() -> None:
    for raw in (b"", b"PK\x03\x04 broken", b"Principal,Decision\n"):
        with pytest.raises(InputError, match="cannot be read as an Excel workbook"):
            read_excel("d.xlsx", raw)
    with pytest.raises(InputError, match="no sheet `Review`"):
        read_excel("d.xlsx", other_program([], ["a", "b"]))


def test_what_unpacks_to_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1024 * 1024)
    with pytest.raises(InputError, match="unpacks to more than 1 MB"):
        read_excel("d.xlsx", _bomb())


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "a\x1b[31m", "x" * 60, 'q"<&>'])
def test_hostile_names_are_texts_and_come_back(name: str) -> None:
    account = Account()
    account.role(name, document(allow(BONUS)), RoleId=f"={name[:20]}")
    result = audited(snapshot(account))
    raw = filled(exported(result))
    _, sheet = opened(raw)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    (decision,) = applied(result, read_excel("d.xlsx", raw))
    assert decision.principal_arn == arn("role", name)
    table = write_csv(work_rows(result, By.ENTITLEMENT), "2026-Q3", result.header.input_sha256).decode("utf-8-sig")
    assert not [cell for row in csv.reader(io.StringIO(table)) for cell in row if cell.startswith(("=", "+", "@", "-"))]
