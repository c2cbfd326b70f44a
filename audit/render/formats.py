"""The formats of a report: name, the files each writes, and the function that makes them.

A new format is one function here and one line in `FORMATS`. What a format needs is imported when it is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from audit.frames.tables import TABLES
from audit.model.result import AuditResult
from audit.render.data_files import CSV_TABLES, JSON_FILE, csv_files, json_file
from audit.render.output_file import OutputFile
from audit.review.proof import REPORT_MANIFEST


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format that a report can be asked for in."""

    name: str
    """What `--format` takes."""
    summary: str
    files: tuple[str, ...]
    """The names of all files that it writes, always the same ones."""
    render: Callable[[AuditResult], Iterator[OutputFile]]
    """Yields the files of a result, one at a time."""
    by_default: bool = False
    """Whether it is written where no format was asked for."""


def _html(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.html import render_html

    yield OutputFile(name="report.html", content=render_html(result).encode(), holds="the report to read")


def _pdf(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.pdf import render_pdf

    yield OutputFile(name="report.pdf", content=render_pdf(result), holds="the report to sign")


def _graphml(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.graphml import render_graphml

    yield OutputFile(name="graph.graphml", content=render_graphml(result), holds="who can become whom, as a graph")


def _parquet(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.parquet import render_parquet

    for table in TABLES.values():
        yield OutputFile(name=f"{table.name}.parquet", content=render_parquet(table, result), holds=table.holds)


def _sarif(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.sarif import render_sarif

    yield OutputFile(name="findings.sarif", content=render_sarif(result), holds="the findings, for code scanning")


def _ocsf(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.ocsf import render_ocsf

    yield OutputFile(name="findings-ocsf.json", content=render_ocsf(result), holds="the findings, for a security lake")


def _asff(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.asff import render_asff

    yield OutputFile(name="findings-asff.json", content=render_asff(result), holds="the findings, for Security Hub")


def _junit(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.junit import render_junit

    yield OutputFile(name="junit.xml", content=render_junit(result), holds="the rules as tests, for CI")


def _markdown(result: AuditResult) -> Iterator[OutputFile]:
    from audit.render.markdown import render_markdown

    yield OutputFile(name="summary.md", content=render_markdown(result).encode(), holds="the summary, for a wiki")


FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format(name="html", summary="one file to read, offline", files=("report.html",), render=_html, by_default=True),
        Format(
            name="pdf",
            summary="the bounded summary to sign, with the data files attached",
            files=("report.pdf",),
            render=_pdf,
            by_default=True,
        ),
        Format(
            name="json",
            summary="everything, in a published schema",
            files=(JSON_FILE,),
            render=json_file,
            by_default=True,
        ),
        Format(
            name="csv",
            summary="the tables for a spreadsheet",
            files=tuple(f"{table.name}.csv" for table in CSV_TABLES),
            render=csv_files,
            by_default=True,
        ),
        Format(
            name="parquet",
            summary="the tables with their types, for analysis; needs the extra `parquet`",
            files=tuple(f"{name}.parquet" for name in TABLES),
            render=_parquet,
        ),
        Format(name="sarif", summary="SARIF 2.1.0, for code scanning", files=("findings.sarif",), render=_sarif),
        Format(
            name="ocsf", summary="OCSF Compliance Findings, for a SIEM", files=("findings-ocsf.json",), render=_ocsf
        ),
        Format(name="asff", summary="for AWS Security Hub", files=("findings-asff.json",), render=_asff),
        Format(
            name="graphml", summary="who can become whom, for graph tools", files=("graph.graphml",), render=_graphml
        ),
        Format(name="junit", summary="JUnit XML, for CI", files=("junit.xml",), render=_junit),
        Format(name="markdown", summary="for a pull request or a wiki", files=("summary.md",), render=_markdown),
    )
}


def report_files() -> frozenset[str]:
    """The names of all files that reports consist of."""
    return frozenset({REPORT_MANIFEST, *(name for format_ in FORMATS.values() for name in format_.files)})


def default_formats() -> tuple[str, ...]:
    """The names of the formats that are written where none was asked for."""
    return tuple(name for name, format_ in FORMATS.items() if format_.by_default)
