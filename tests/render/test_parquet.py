"""Parquet files hold the tables with their types, and lose no cent."""

from __future__ import annotations

import io
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit.frames.table import Column, Kind, Table
from audit.frames.tables import TABLES
from audit.model.result import AuditResult
from audit.render.parquet import render_parquet
from tests.render.factory import empty_result, hostile_result, typical_result


def read(table: Table, result: AuditResult) -> pa.Table:
    return pq.read_table(io.BytesIO(render_parquet(table, result)))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
@pytest.mark.parametrize("make", [empty_result, typical_result, hostile_result])
def test_a_file_reads_back_as_the_rows_of_its_table(table: Table, make: object) -> None:
    assert callable(make)
    result = make()
    found = read(table, result)
    assert tuple(found.column_names) == table.header
    assert [tuple(row.values()) for row in found.to_pylist()] == list(table.rows(result))


def test_columns_have_their_types() -> None:
    schema = read(TABLES["activity"], typical_result()).schema
    assert schema.field("first_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("amount").type == pa.decimal128(38, 9)
    assert schema.field("count").type == pa.int64()


@pytest.mark.parametrize("amount", ["0.01", "12.125", "0.0000000001", "1e-30", "123456789012345678901234567890"])
def test_money_is_exact_whatever_its_digits(amount: str) -> None:
    money = Table(
        name="t", holds="", columns=(Column("amount", Kind.MONEY),), rows=lambda _: iter([(Decimal(amount),)])
    )
    assert read(money, empty_result()).to_pylist() == [{"amount": Decimal(amount)}]


def test_half_a_character_is_spelt_out() -> None:
    text = Table(name="t", holds="", columns=(Column("text"),), rows=lambda _: iter([("a\ud800\u202eb",), ("\u202e",)]))
    assert read(text, empty_result()).to_pylist() == [{"text": "a[U+D800][U+202E]b"}, {"text": "\u202e"}]


def test_without_pyarrow_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from audit.frames.tables import TABLES\n"
        "from audit.model.error import MissingLibraryError\n"
        "from audit.render.parquet import render_parquet\n"
        "from tests.render.factory import empty_result\n"
        "try: render_parquet(TABLES['gaps'], empty_result())\n"
        "except MissingLibraryError as error: print(error)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == "Parquet needs pyarrow, which is not installed; run `pip install 'mturk-audit[parquet]'`\n"
