"""Parquet files of the project's tables, with their types: UTC times, exact money, whole numbers that may be unknown.

It needs pyarrow, which the extra `parquet` brings.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from audit.frames.table import Cell, Column, Kind, Table
from audit.model.error import MissingLibraryError
from audit.model.result import AuditResult
from audit.render.view_words import visible

_HALF = "\ud800", "\udfff"


def render_parquet(table: Table, result: AuditResult) -> bytes:
    """Render one table of a result.

    Raises MissingLibraryError where pyarrow is not installed.
    """
    arrow, parquet = _library("pyarrow"), _library("pyarrow.parquet")
    cells = list(zip(*table.rows(result), strict=True)) or [()] * len(table.columns)
    columns = [_array(arrow, column, values) for column, values in zip(table.columns, cells, strict=True)]
    made = arrow.table(columns, names=list(table.header))
    described = made.replace_schema_metadata({"holds": table.holds})
    out = io.BytesIO()
    parquet.write_table(described, out, compression="zstd")
    return out.getvalue()


def _library(name: str) -> Any:
    """A module of pyarrow. Its types are not looked at: it may be absent."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingLibraryError(
            "Parquet needs pyarrow, which is not installed; run `pip install 'mturk-audit[parquet]'`"
        ) from error


def _array(arrow: Any, column: Column, values: Sequence[Cell]) -> Any:
    match column.kind:
        case Kind.COUNT:
            return arrow.array(values, type=arrow.int64())
        case Kind.FLAG:
            return arrow.array(values, type=arrow.bool_())
        case Kind.TIME:
            return arrow.array(values, type=arrow.timestamp("us", tz="UTC"))
        case Kind.MONEY:
            return _money(arrow, values)
        case Kind.CATEGORY:
            return arrow.array(list(map(_whole, values)), type=arrow.string()).dictionary_encode()
    return arrow.array(list(map(_whole, values)), type=arrow.string())


def _money(arrow: Any, values: Sequence[Cell]) -> Any:
    """Exact dollars; a column that the ordinary type cannot hold gets a wider one, and never a rounded amount."""
    wide = any(isinstance(value, Decimal) and not _ordinary(value) for value in values)
    kind = arrow.decimal256(76, 38) if wide else arrow.decimal128(_DIGITS, _PLACES)
    return arrow.array(values, type=kind)


_DIGITS, _PLACES = 38, 9


def _ordinary(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= _PLACES and amount.adjusted() < _DIGITS - _PLACES


def _whole(cell: Cell) -> Cell:
    """Halves of characters are spelt out: UTF-8 knows none. Everything else stays as it is."""
    if isinstance(cell, str) and any(_HALF[0] <= sign <= _HALF[1] for sign in cell):
        return visible(cell)
    return cell
