"""The formats of a report: name, the files each writes, and the function that makes them.

A new format is one function here and one line in `FORMATS`. What a format needs is imported when it is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from audit.frames.access import GRANTS
from audit.frames.table import Table
from audit.frames.tables import TABLES
from audit.model.result import AuditResult


class OutputFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a report."""

    name: str
    content: bytes
    holds: str
    """What it is, in a few words."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format that a report can be asked for in."""

    name: str
    """What `--format` takes."""
    summary: str
    render: Callable[[AuditResult], Iterator[OutputFile]]
    """Yields the files of a result, always the same ones, one at a time."""


# Every statement behind every entitlement: several times the size of the rest, and `report.json` holds it.
CSV_TABLES: tuple[Table, ...] = tuple(table for table in TABLES.values() if table is not GRANTS)


def _html(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.html import render_html

    yield OutputFile(name="report.html", content=render_html(result).encode(), holds="the report to read")


def _pdf(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.pdf import render_pdf

    yield OutputFile(name="report.pdf", content=render_pdf(result), holds="the report to sign")


def _json(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.json import render_json

    yield OutputFile(name="report.json", content=render_json(result), holds="the whole audit, for other tools")


def _csv(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.csv import render_csv

    for table in CSV_TABLES:
        yield OutputFile(name=f"{table.name}.csv", content=render_csv(table, result), holds=table.holds)


FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format(name="html", summary="one file to read, offline", render=_html),
        Format(name="pdf", summary="the bounded summary to sign, with the data files attached", render=_pdf),
        Format(name="json", summary="everything, in a published schema", render=_json),
        Format(name="csv", summary="the tables for a spreadsheet", render=_csv),
    )
}
