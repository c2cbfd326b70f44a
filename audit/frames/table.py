"""What a table is: its columns, what they hold, and how one becomes a DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from audit.model.result import AuditResult

if TYPE_CHECKING:
    import pandas as pd

Cell = str | int | bool | Decimal | datetime | None
"""None is "not known", never zero."""
Row = tuple[Cell, ...]


CELL_LIMIT = 32_767
"""Characters that a spreadsheet's cell holds; it breaks a longer one over several rows."""


class Kind(StrEnum):
    """What a column holds, and so its type in a DataFrame."""

    TEXT = "text"
    CATEGORY = "category"
    """Text with many repeats."""
    COUNT = "count"
    """A whole number, or None where it is not known."""
    FLAG = "flag"
    MONEY = "money"
    """US dollars as Decimal; an object column in a DataFrame, since floats lose cents."""
    TIME = "time"
    """Aware and in UTC."""


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    name: str
    kind: Kind = Kind.TEXT
    order: tuple[str, ...] = ()
    """Of a category whose values have an order: the lowest first."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table of the project."""

    name: str
    """kebab-case; the stem of its CSV file."""
    holds: str
    """What one row is."""
    columns: tuple[Column, ...]
    rows: Callable[[AuditResult], Iterator[Row]]
    """Its rows, in the order of the audit result."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


def frame(table: Table, result: AuditResult) -> pd.DataFrame:
    """Make the tidy DataFrame of `table`: UTC times, categories, nullable integers, nothing nested."""
    import pandas as pd

    cells = list(zip(*table.rows(result), strict=True)) or [()] * len(table.columns)
    return pd.DataFrame(
        {
            column.name: pd.Series(list(values), dtype=_dtype(column))
            for column, values in zip(table.columns, cells, strict=True)
        }
    )


def _dtype(column: Column) -> str | pd.CategoricalDtype:
    import pandas as pd

    if column.order:
        return pd.CategoricalDtype(list(column.order), ordered=True)
    return _DTYPES[column.kind]


_DTYPES = {
    Kind.TEXT: "str",
    Kind.CATEGORY: "category",
    Kind.COUNT: "Int64",
    Kind.FLAG: "bool",
    Kind.MONEY: "object",
    Kind.TIME: "datetime64[us, UTC]",
}


def format_time(moment: datetime) -> str:
    """Write a time as every file does: ISO 8601 in UTC with `Z`."""
    # What `isoformat` says, in a fifth of its time.
    written: str = msgspec.to_builtins(moment.astimezone(UTC))
    return written


def join(items: Iterable[str]) -> str:
    """Put several names into one cell."""
    return "; ".join(items)


def join_or_refer(items: Iterable[str], elsewhere: str) -> str:
    """Put several names into one cell, or name the table that lists them where a cell cannot hold them all."""
    text = join(items)
    return text if len(text) <= CELL_LIMIT else f"see {elsewhere}"
