"""All tables of a result as pandas DataFrames, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from audit.frames.table import frame
from audit.frames.tables import TABLES
from audit.model.result import AuditResult

if TYPE_CHECKING:
    import pandas as pd


class Frames:
    """The tables by name, `frames["finding-subjects"]`, or as attributes, `frames.finding_subjects`.

    UTC times, categories, nullable whole numbers, exact money; ARNs are a column, and nothing is nested. A table that
    was handed out may be changed; a copy of it is not kept.
    """

    def __init__(self, result: AuditResult) -> None:
        self._result = result
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """One table. Raises KeyError for a name that is none."""
        if name not in self._made:
            self._made[name] = frame(TABLES[name], self._result)
        return self._made[name].copy()

    def __getattr__(self, name: str) -> pd.DataFrame:
        table = name.replace("_", "-")
        if table not in TABLES:
            raise AttributeError(f"there is no table `{table}`; there are {', '.join(TABLES)}")
        return self[table]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def __contains__(self, name: object) -> bool:
        return name in TABLES

    def __dir__(self) -> list[str]:
        return [name.replace("-", "_") for name in TABLES]

    def __repr__(self) -> str:
        return f"tables: {', '.join(dir(self))}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{escape(name.replace('-', '_'))}</code></td><td>{escape(table.holds)}</td></tr>"
            for name, table in TABLES.items()
        )
        return f"<table><thead><tr><th>table</th><th>one row</th></tr></thead><tbody>{rows}</tbody></table>"
