"""The HTML report: one file that needs nothing else and asks nobody.

Its content security policy allows one style and one script, by their hashes, and no request. The data travels as JSON,
deflated where it is long, in a script element that is never run; the script writes it into the page as text only.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import msgspec
from markupsafe import Markup

from audit.model.result import AuditResult
from audit.render import view_glossary
from audit.render.chart_canvas import Chart, prepare_charts
from audit.render.html_codec import data_block
from audit.render.html_data import page_data
from audit.render.parts import Parts
from audit.render.templates import environment, names_in, read_joined
from audit.render.view import ReportView
from audit.render.view_finding import finding_view
from audit.render.view_words import period

TEMPLATE, MACROS = "report.html.j2", "macros.html.j2"
STATIC_FINDINGS = 200
"""How many findings stand in the table for readers without JavaScript."""


def render_html(result: AuditResult, parts: Parts | None = None) -> str:
    """Render a result as one HTML file; `parts` are those of the result that other formats share."""
    parts = parts or Parts(result)
    view = parts.view
    style, script = read_joined("style", ".css"), _script()
    data = data_block(page_data(result, view))
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            view=view,
            header=result.header,
            profile=result.profile,
            window=period(result.header.window) if result.header.window else "",
            glossary=view_glossary,
            charts=_charts(parts.charts),
            reached=result.reach is not None,
            no_findings=_no_findings(result, view),
            static=[finding_view(each, result.documents, view.index) for each in result.findings[:STATIC_FINDINGS]],
            policy=content_policy(style, script),
            # Ours, and free of what could end the elements they stand in: the tests hold them to that.
            style=Markup(style),  # noqa: S704 - a file of the package
            script=Markup(script),  # noqa: S704 - files of the package
            data_type=data.type,
            data=Markup(data.text),  # noqa: S704 - escaped by script_json, or base64
        )
    )


def prepare_html() -> None:
    """Open what every page is made with: half of its time, where there is little to tell."""
    prepare_charts()
    for name in (TEMPLATE, MACROS, *names_in("parts", ".j2")):
        environment().get_template(name)


class PageChart(msgspec.Struct, frozen=True):
    """A chart as the page shows it: a picture of its own, so that nothing in it can reach into the page."""

    address: str
    """A data address."""
    title: str
    description: str


class PageCharts(msgspec.Struct, frozen=True):
    """The charts that stand in the page's views; None where there is nothing to draw. The matrix is one by itself."""

    findings: PageChart | None
    exercise: PageChart | None
    payments: PageChart | None
    reach: PageChart | None


def _charts(drawn: Mapping[str, Chart]) -> PageCharts:
    return PageCharts(*(_picture(drawn.get(name)) for name in PageCharts.__struct_fields__))


def _picture(chart: Chart | None) -> PageChart | None:
    if chart is None:
        return None
    address = "data:image/svg+xml;base64," + base64.b64encode(chart.svg.encode()).decode()
    return PageChart(address, chart.title, chart.description)


def content_policy(style: str, script: str) -> str:
    """The content security policy that lets exactly this style and this script in."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _script() -> str:
    """The page's script: its files in the order of their names, in one scope of their own."""
    return '(async () => {\n"use strict";\n' + read_joined("script", ".js") + "})();\n"


def _no_findings(result: AuditResult, view: ReportView) -> str:
    """What an empty list of findings means: it is no clean bill where something was not evaluated."""
    if result.not_evaluated or view.unanswered or not result.principals:
        return "No rule found anything in what could be evaluated. Not all of it could: see Population and coverage."
    return f"None of the {len(result.rules)} rules found anything."
