"""What a terminal shows once a report is written: the verdict, the counts, and what has no answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from audit.cli.terminal import Terminal, printable
from audit.model.privilege import Severity

if TYPE_CHECKING:
    from rich.text import Text

    from audit.model.result import AuditResult
    from audit.render.view import ReportView

LONGEST = 400
"""Characters of one sentence on what has no answer; the report's coverage has all of it."""
STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
}


def print_summary(terminal: Terminal, result: AuditResult, view: ReportView) -> None:
    """Print the first screen of the report in a few lines, on stderr, with all that it does not answer."""
    from audit.render.excerpt import clip
    from audit.review.revoked_but_present import still_present

    console = terminal.console(sys.stderr)
    console.print()
    console.print(_plain(view.verdict, style="bold"))
    for sentence in view.lifecycle:
        console.print(_plain(sentence))
    if result.progress is not None:
        console.print(_plain(view.decisions, style="bold red" if still_present(result) else ""))
    console.print()
    console.print(_severity_line(view))
    console.print(_evaluation_line(result), style="" if _whole(result) else "yellow")
    for sentence in (*view.unanswered, *view.untracked, *view.unbroken):
        console.print(_plain(f"  {clip(sentence, LONGEST)}"))
    console.print()


def _plain(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(printable(text), style=style)


def _severity_line(view: ReportView) -> Text:
    from audit.render.view_words import count, number

    line = _plain(f"{count(len(view.findings), 'finding')}: ")
    for position, row in enumerate(view.severities):
        line.append(", " if position else "")
        line.append(f"{number(row.findings)} {row.severity.value}", style=STYLES[row.severity] if row.findings else "")
    return line


def _whole(result: AuditResult) -> bool:
    return not (result.not_evaluated or result.defects)


def _evaluation_line(result: AuditResult) -> str:
    from audit.render.view_words import count, number

    return (
        f"not fully evaluated: {number(len(result.not_evaluated))} of {count(len(result.principals), 'principal')}; "
        f"{count(len(result.defects), 'policy defect')}; {count(len(result.gaps), 'gap')} in the evidence"
    )
