"""`summary.md`: the first screen in a few lines, for a pull request, a ticket or a wiki.

What others wrote stands between backticks, where Markdown does nothing: no markup, no link, no mention of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.model.review import Change
from audit.render.excerpt import clip, excerpt
from audit.render.standing import Standings, standings
from audit.render.view import ReportView, build_view
from audit.render.view_causes import policy_words
from audit.render.view_index import Index
from audit.render.view_words import count, number, visible

FINDINGS_SHOWN = 50
"""A comment of a pull request holds 65,536 characters."""
LONGEST_NAME = 200
SENTENCES_SHOWN = 20


def render_markdown(result: AuditResult) -> str:
    """Render the summary."""
    view, stand = build_view(result), standings(result)
    parts = (_head(view), _counts(result, view, stand), _findings(result, stand, view.index), _foot(result))
    return "\n".join(line for part in parts for line in part)


def code(text: str) -> str:
    """Text of others as a code span that it cannot end, on one line and in one table cell."""
    words = " ".join(clip(visible(text), LONGEST_NAME).split()).replace("|", "[U+007C]")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words or '-'}{pad}{fence}"


def plain(text: str) -> str:
    """A sentence of ours that may hold a name of others: no sign in it means anything to Markdown."""
    words = " ".join(visible(text).split())
    return re.sub(r"[!-/:-@\[-`{-~]", _harmless, words)


_PROSE = frozenset(",.;'()%$+-/\"")
_NEUTRAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "`@`", "#": "`#`", ":": ":", "|": "[U+007C]"}


def _harmless(match: re.Match[str]) -> str:
    sign = match[0]
    return sign if sign in _PROSE else _NEUTRAL.get(sign, f"\\{sign}")


def _head(view: ReportView) -> Iterator[str]:
    yield f"# {plain(view.title)}"
    yield ""
    yield plain(view.subtitle)
    yield ""
    yield f"**{plain(view.verdict)}**"
    yield ""
    for sentence in view.lifecycle:
        yield f"{plain(sentence)}\n"
    for fact in view.population:
        mark = " (!)" if fact.alarming else ""
        yield f"* {plain(fact.name)}: {plain(fact.value)}{mark}"
    sentences = excerpt((*view.unanswered, *view.untracked, *view.unbroken), SENTENCES_SHOWN, "coverage.csv")
    for sentence in sentences.shown:
        yield f"* {plain(sentence)}"
    if sentences.more:
        yield f"* {sentences.banner}"
    yield ""


def _counts(result: AuditResult, view: ReportView, stand: Standings) -> Iterator[str]:
    excepted = sum(stand.of(finding).excepted for finding in result.findings)
    words = ", ".join(f"{number(row.findings)} {row.severity.value}" for row in view.severities)
    yield f"## {count(len(result.findings), 'finding')}: {words}"
    yield ""
    if excepted:
        yield f"{number(excepted)} of them under an exception, which somebody answers for.\n"
    if result.comparison is not None:
        changes = [change.change for change in result.comparison.findings]
        told = ", ".join(f"{number(changes.count(change))} {change.value}" for change in Change)
        yield f"Against {code(result.comparison.earlier_name)}: {told}.\n"
    if not result.findings:
        whole = not (result.not_evaluated or view.unanswered or not result.principals)
        yield (
            f"None of the {len(result.rules)} rules found anything."
            if whole
            else "No rule found anything in what could be evaluated. Not all of it could: see above."
        )
        yield ""


def _findings(result: AuditResult, stand: Standings, index: Index) -> Iterator[str]:
    if not result.findings:
        return
    shown = excerpt(result.findings, FINDINGS_SHOWN, "findings.csv")
    yield "| severity | rule | account | concerns | because of | standing | fingerprint |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for finding in shown.shown:
        yield f"| {' | '.join(_cells(finding, stand, index))} |"
    yield ""
    if shown.more:
        yield f"{shown.banner}.\n"


def _cells(finding: Finding, stand: Standings, index: Index) -> Sequence[str]:
    cause = finding.causes[0] if finding.causes else None
    more = f" and {number(len(finding.causes) - 1)} more" if len(finding.causes) > 1 else ""
    standing = stand.of(finding)
    told = [row.state.value for row in standing.exceptions]
    told += [standing.change.change.value] if standing.change else []
    return (
        finding.severity.value,
        f"`{finding.rule}`",
        code(finding.account_id),
        plain(index.who(finding.subjects)),
        f"{code(policy_words(cause, index))}, {code(cause.words)}{more}" if cause else "",
        ", ".join(told),
        f"`{finding.fingerprint}`",
    )


def _foot(result: AuditResult) -> Iterator[str]:
    header = result.header
    yield f"mturk-audit {header.tool_version} on {code(header.input_name)}, SHA-256 `{header.input_sha256}`."
    yield ""
    yield code(header.command) if len(header.command) <= LONGEST_NAME else f"The command is in {code('report.json')}."
    yield ""
