"""`report.pdf`: the summary to sign. Bounded, tagged, the same bytes for the same result, with the data inside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jinja2 import Environment

from audit.frames.table import format_time
from audit.model.result import AuditResult
from audit.render.chart_canvas import Chart
from audit.render.excerpt import clip
from audit.render.parts import Parts
from audit.render.pdf_engine import Asset, AttachedFile, Page, drawable_signs, lay_out
from audit.render.pdf_holders import MEANINGS
from audit.render.pdf_quarter import build_pdf_quarter
from audit.render.pdf_view import FileRow, Limits, build_pdf_view
from audit.render.pdf_words import (
    METHOD,
    OPEN_STATES,
    SHAPES,
    TITLES,
    first_facts,
    glossary,
    no_findings,
    population,
    signed_facts,
)
from audit.render.templates import environment, read_template
from audit.render.view import ReportView
from audit.render.view_glossary import VERDICT_WORDS
from audit.render.view_words import money

MOST_PAGES = 60

_LIMITS = (
    Limits(),
    Limits(rows=60, causes=10, lines=600, workers=30, accounts=200, lists=20),
    Limits(rows=12, causes=2, lines=200, workers=12, accounts=40, lists=6),
)
"""Tried in turn; the first one is enough unless names and policies are of unusual length."""


def render_pdf(result: AuditResult, parts: Parts | None = None) -> bytes:
    """Render a result as PDF/A-3a of at most `MOST_PAGES` pages.

    `parts` are those of the result that other formats share. Raises MissingLibraryError where Pango or HarfBuzz is not
    installed.
    """
    parts = parts or Parts(result)
    view, charts, attachments = parts.view, parts.charts, _attachments(parts)
    first, *smaller = _LIMITS
    laid_out = lay_out(_page(result, view, charts, attachments, first))
    for limits in smaller:
        if laid_out.pages > MOST_PAGES:
            laid_out = lay_out(_page(result, view, charts, attachments, limits))
    return laid_out.write()


def _attachments(parts: Parts) -> tuple[AttachedFile, ...]:
    return tuple(
        AttachedFile(name=file.name, content=file.content, holds=file.holds) for file in (*parts.json, *parts.csv)
    )


def _page(
    result: AuditResult,
    view: ReportView,
    charts: Mapping[str, Chart],
    attachments: Sequence[AttachedFile],
    limits: Limits,
) -> Page:
    return Page(
        html=drawable(_fill(result, view, charts, attachments, limits)),
        style=read_template("pdf/style.css"),
        assets={f"{name}.svg": Asset(chart.printed.encode(), "image/svg+xml") for name, chart in charts.items()},
        attachments=attachments,
        dated=result.header.as_of,
    )


def _fill(
    result: AuditResult,
    view: ReportView,
    charts: Mapping[str, Chart],
    attachments: Sequence[AttachedFile],
    limits: Limits,
) -> str:
    pdf = build_pdf_view(result, view, attachments, limits)
    quarter = build_pdf_quarter(result, view.index, limits.lists)
    absent = {"causes": not pdf.details.shown, "closing": quarter.grants_left is None}
    absent_sections = [anchor for anchor, missing in absent.items() if missing]
    return (
        printing()
        .get_template("pdf.html.j2")
        .render(
            view=view,
            pdf=pdf,
            header=result.header,
            charts=charts,
            dated=format_time(result.header.as_of.replace(microsecond=0)),
            shapes=SHAPES,
            marks=MEANINGS,
            titles=TITLES,
            quarter=quarter,
            sections=[(anchor, title) for anchor, title in TITLES.items() if anchor not in absent_sections],
            open_states=OPEN_STATES,
            no_findings=no_findings(result),
            population=population(view, result.header),
            first_facts=first_facts(result.header),
            signed_facts=signed_facts(view, result.header, _hash(pdf.attached, "report.json")),
            method=METHOD,
            verdict_words=VERDICT_WORDS,
            sources=result.profile.lifecycle.sources,
            glossary=glossary(),
        )
    )


def printing() -> Environment:
    """The environment of templates for print."""
    filled = environment().overlay()
    filled.filters = {**filled.filters, "clip": clip, "money": money}
    return filled


def _hash(files: Sequence[FileRow], name: str) -> str:
    return next(file.sha256 for file in files if file.name == name)


def drawable(text: str) -> str:
    """Spell out the characters that the document's font does not hold, as `[U+65E5]`.

    Another font of the machine would draw them otherwise, and each machine in its own way.
    """
    signs = drawable_signs() | {"\n"}
    return re.sub(r"[^\x00-\x7f]", lambda match: match[0] if match[0] in signs else f"[U+{ord(match[0]):04X}]", text)
