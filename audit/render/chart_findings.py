"""Findings by rule and severity."""

from __future__ import annotations

from collections import Counter

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.render.chart_canvas import FAINT, INK, WIDTH, Chart, Sheet
from audit.render.chart_last_review import HEIGHT, last_review
from audit.render.view_words import count, number

RULES_SHOWN = 24

_SHADES = {
    Severity.CRITICAL: "#4a1210",
    Severity.HIGH: "#a34a35",
    Severity.MEDIUM: "#dba974",
    Severity.LOW: "#f3e6d3",
}
"""Dark to light, so that the order survives a grey print."""

_LEFT, _RIGHT, _ROW, _TOP = 62.0, 36.0, 6.2, 8.0


def findings_chart(result: AuditResult) -> Chart | None:
    """Draw one bar a rule, its findings stacked by severity, below those of the last review; None without findings."""
    counts = Counter((finding.rule, finding.severity) for finding in result.findings)
    if not counts:
        return None
    rules = sorted({rule for rule, _ in counts}, key=lambda rule: (_rank(counts, rule), rule))
    shown, totals = rules[:RULES_SHOWN], {rule: sum(counts[rule, severity] for severity in Severity) for rule in rules}
    more = len(rules) - len(shown)
    earlier = last_review(result)
    top = _TOP + (HEIGHT if earlier else 0)
    sheet = Sheet(top + _ROW * len(shown) + (_ROW if more else 1))
    if earlier:
        earlier.draw(sheet, _LEFT, _RIGHT, _TOP, _SHADES)
    _legend(sheet)
    scale = (WIDTH - _LEFT - _RIGHT) / max(totals.values())
    for place, rule in enumerate(shown):
        y = top + _ROW * place
        sheet.text(_LEFT - 2, y + _ROW / 2, rule, align="right")
        x = _LEFT
        for severity in Severity:
            width = counts[rule, severity] * scale
            if width:
                sheet.box(x, y + 1, width, _ROW - 2, fill=_SHADES[severity], edge=INK)
            x += width
        sheet.text(x + 1.5, y + _ROW / 2, count(totals[rule], "finding"), colour=FAINT)
    if more:
        words = (
            f"and {count(more, 'more rule')} with {count(sum(totals[rule] for rule in rules[RULES_SHOWN:]), 'finding')}"
        )
        sheet.text(_LEFT, top + _ROW * (len(shown) + 0.5), words, colour=FAINT)
    return sheet.chart(
        "findings", "Findings by rule and severity", _words(counts, rules) + (earlier.words() if earlier else "")
    )


def _rank(counts: Counter[tuple[str, Severity]], rule: str) -> tuple[int, ...]:
    """The most severe first, and of these the most frequent."""
    return tuple(-counts[rule, severity] for severity in Severity)


def _legend(sheet: Sheet) -> None:
    x = _LEFT
    for severity in Severity:
        sheet.box(x, 1, 4, 3, fill=_SHADES[severity], edge=INK)
        sheet.text(x + 5.5, 2.5, severity.value, colour=FAINT)
        x += 24


def _words(counts: Counter[tuple[str, Severity]], rules: list[str]) -> str:
    rows = (
        f"{rule}: "
        + ", ".join(
            f"{number(counts[rule, severity])} {severity.value}" for severity in Severity if counts[rule, severity]
        )
        for rule in rules
    )
    return "; ".join(rows) + "."
