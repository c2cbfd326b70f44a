"""The formats of a report: name, the files each writes, and the function that makes them.

A new format is one function here and one line in `FORMATS`. What a format needs is imported when it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from audit.frames.tables import TABLES
from audit.model.result import AuditResult
from audit.render.annex_names import ANNEX_FILE
from audit.render.data_files import CSV_TABLES, JSON_FILE
from audit.render.output_file import OutputFile
from audit.render.parts import Parts
from audit.review.proof import REPORT_MANIFEST


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format that a report can be asked for in."""

    name: str
    """What `--format` takes."""
    summary: str
    files: tuple[str, ...]
    """The names of all files that it writes, always the same ones."""
    make: Callable[[Parts], Iterator[OutputFile]]
    """Yields the files of a result, one at a time."""
    by_default: bool = False
    """Whether it is written where no format was asked for."""
    apart: bool = False
    """Whether a process of its own may make it: it shares nothing with other formats that takes long to make."""
    prepare: Callable[[], None] | None = None
    """Imports and opens what it needs, whatever the result; for whoever has time before there is one."""

    def render(self, result: AuditResult, parts: Parts | None = None) -> Iterator[OutputFile]:
        """Make its files; `parts` are those of the result that other formats share."""
        return self.make(parts or Parts(result))


def _html(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.html import render_html

    yield OutputFile(name="report.html", content=render_html(parts.result, parts).encode(), holds="the report to read")


def _prepare_html() -> None:
    from audit.render.html import prepare_html

    prepare_html()


def _pdf(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.pdf import render_pdf

    yield OutputFile(name="report.pdf", content=render_pdf(parts.result, parts), holds="the report to sign")


def _json(parts: Parts) -> Iterator[OutputFile]:
    yield from parts.json


def _csv(parts: Parts) -> Iterator[OutputFile]:
    yield from parts.csv


def _graphml(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.graphml import render_graphml

    yield OutputFile(
        name="graph.graphml", content=render_graphml(parts.result), holds="who can become whom, as a graph"
    )


def _parquet(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.parquet import render_parquet

    for table in TABLES.values():
        yield OutputFile(name=f"{table.name}.parquet", content=render_parquet(table, parts.result), holds=table.holds)


def _sarif(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.sarif import render_sarif

    yield OutputFile(name="findings.sarif", content=render_sarif(parts.result), holds="the findings, for code scanning")


def _ocsf(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.ocsf import render_ocsf

    yield OutputFile(
        name="findings-ocsf.json", content=render_ocsf(parts.result), holds="the findings, for a security lake"
    )


def _asff(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.asff import render_asff

    yield OutputFile(
        name="findings-asff.json", content=render_asff(parts.result), holds="the findings, for Security Hub"
    )


def _junit(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.junit import render_junit

    yield OutputFile(name="junit.xml", content=render_junit(parts.result), holds="the rules as tests, for CI")


def _markdown(parts: Parts) -> Iterator[OutputFile]:
    from audit.render.markdown import render_markdown

    yield OutputFile(name="summary.md", content=render_markdown(parts.result).encode(), holds="the summary, for a wiki")


FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format(
            name="html",
            summary="one file to read, offline",
            files=("report.html",),
            make=_html,
            by_default=True,
            apart=True,
            prepare=_prepare_html,
        ),
        Format(
            name="pdf",
            summary="the bounded summary to sign, with the data files attached",
            files=("report.pdf",),
            make=_pdf,
            by_default=True,
        ),
        Format(
            name="json",
            summary="everything, in a published schema",
            files=(JSON_FILE,),
            make=_json,
            by_default=True,
        ),
        Format(
            name="csv",
            summary="the tables for a spreadsheet",
            files=tuple(f"{table.name}.csv" for table in CSV_TABLES),
            make=_csv,
            by_default=True,
        ),
        Format(
            name="parquet",
            summary="the tables with their types, for analysis; needs the extra `parquet`",
            files=tuple(f"{name}.parquet" for name in TABLES),
            make=_parquet,
        ),
        Format(name="sarif", summary="SARIF 2.1.0, for code scanning", files=("findings.sarif",), make=_sarif),
        Format(name="ocsf", summary="OCSF Compliance Findings, for a SIEM", files=("findings-ocsf.json",), make=_ocsf),
        Format(name="asff", summary="for AWS Security Hub", files=("findings-asff.json",), make=_asff),
        Format(name="graphml", summary="who can become whom, for graph tools", files=("graph.graphml",), make=_graphml),
        Format(name="junit", summary="JUnit XML, for CI", files=("junit.xml",), make=_junit),
        Format(name="markdown", summary="for a pull request or a wiki", files=("summary.md",), make=_markdown),
    )
}


def report_files(folder: Path | None = None) -> frozenset[str]:
    """The names of all files that reports consist of; with them those of the annexes that a folder holds."""
    fixed = {REPORT_MANIFEST, *(name for format_ in FORMATS.values() for name in format_.files)}
    beside = folder.iterdir() if folder is not None and folder.is_dir() else ()
    return frozenset({*fixed, *(file.name for file in beside if re.fullmatch(ANNEX_FILE, file.name))})


def default_formats() -> tuple[str, ...]:
    """The names of the formats that are written where none was asked for."""
    return tuple(name for name, format_ in FORMATS.items() if format_.by_default)
