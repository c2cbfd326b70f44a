"""The files that hold the whole data: they stand beside the PDF, and travel inside it."""

from __future__ import annotations

from collections.abc import Iterator

from audit.frames.access import GRANTS
from audit.frames.table import Table
from audit.frames.tables import TABLES
from audit.model.result import AuditResult
from audit.render.csv import render_csv
from audit.render.json import render_json
from audit.render.output_file import OutputFile

JSON_FILE = "report.json"

# Every statement behind every entitlement: several times the size of the rest, and `report.json` holds it.
CSV_TABLES: tuple[Table, ...] = tuple(table for table in TABLES.values() if table is not GRANTS)


def json_file(result: AuditResult) -> Iterator[OutputFile]:
    """The audit as JSON."""
    yield OutputFile(name=JSON_FILE, content=render_json(result), holds="the whole audit, for other tools")


def csv_files(result: AuditResult) -> Iterator[OutputFile]:
    """The tables as CSV, one file each."""
    for table in CSV_TABLES:
        yield OutputFile(name=f"{table.name}.csv", content=render_csv(table, result), holds=table.holds)
