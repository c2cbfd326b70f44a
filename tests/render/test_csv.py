"""CSV files that a spreadsheet opens without running anything, and that tools read back as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.frames.access import ENTITLEMENTS
from audit.frames.evidence import ACTIVITY
from audit.frames.formula import neutralise
from audit.frames.table import Cell, Column, Kind, Table
from audit.model.result import AuditResult
from audit.render.csv import render_csv
from audit.render.data_files import CSV_TABLES
from tests.render.factory import empty_result, hostile_result, typical_result

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def written(*cells: Cell) -> list[str]:
    """What a row of these cells is read back as."""
    columns = tuple(Column(f"c{place}", Kind.TEXT) for place in range(len(cells)))
    table = Table(name="t", holds="", columns=columns, rows=lambda _: iter([tuple(cells)]))
    return read(render_csv(table, empty_result()))[1]


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("=cmd|'/c calc'!A1")
@example("-1+1|cmd")
@example("\t=1")
@example("\r\n@x")
@example("a\rb")
@example('a,"b"\nc')
def test_no_text_begins_a_cell_as_a_formula_and_none_is_lost(text: str) -> None:
    (cell,) = written(text)
    assert not cell.startswith(tuple(FORMULA_STARTS))
    assert cell in (text, f"'{text}")
    assert (cell != text) == text.startswith(tuple(FORMULA_STARTS))


@given(st.lists(st.text(st.sampled_from('a,"\r\n=-\t\0＝')), min_size=1, max_size=5))
@example(["a", "\0=a", "=a"])
@example(["plain", "texts", ""])
def test_each_cell_of_a_column_is_written_as_it_would_be_alone(texts: list[str]) -> None:
    table = Table(name="t", holds="", columns=(Column("c"), Column("n")), rows=lambda _: ((text, "") for text in texts))
    rows = read(render_csv(table, empty_result()))[1:]
    assert [cell for cell, _ in rows] == [
        f"'{text}" if text.startswith(tuple(FORMULA_STARTS)) else text for text in texts
    ]


@pytest.mark.parametrize("make", [hostile_result, typical_result])
@pytest.mark.parametrize("table", CSV_TABLES, ids=lambda table: table.name)
def test_no_file_holds_a_formula(table: Table, make: Callable[[], AuditResult]) -> None:
    result = make()
    header, *rows = read(render_csv(table, result))
    assert tuple(header) == table.header
    assert len(rows) == len(list(table.rows(result)))
    for row in rows:
        assert len(row) == len(header)
        assert not [cell for cell in row if cell.startswith(tuple(FORMULA_STARTS))]


def test_a_role_whose_name_is_a_formula_is_neutralised() -> None:
    assert neutralise("+payroll") == "'+payroll"
    assert neutralise("payroll+") == "payroll+"


def test_cells_are_written_in_one_way_each() -> None:
    moment = datetime(2026, 9, 30, 14, 5, tzinfo=UTC)
    cells = written(None, True, False, 1200, Decimal("-12.50"), Decimal("1E+3"), moment)
    assert cells == ["", "true", "false", "1200", "-12.50", "1000", "2026-09-30T14:05:00Z"]


def test_lines_end_as_the_standard_says_and_there_is_no_byte_order_mark() -> None:
    result = typical_result()
    content = render_csv(ENTITLEMENTS, result)
    assert content.startswith(b"principal_arn,")
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 1 + len(list(ENTITLEMENTS.rows(result)))


def test_an_empty_account_gives_the_header_alone() -> None:
    assert render_csv(ENTITLEMENTS, empty_result()).count(b"\n") == 1


def test_what_was_not_collected_is_an_empty_cell() -> None:
    header, *rows = read(render_csv(ACTIVITY, typical_result()))
    used, count = header.index("used"), header.index("count")
    assert {row[count] for row in rows if row[used] == "not collected"} == {""}
    assert {row[count] for row in rows if row[used] == "not observed"} == {"0"}
