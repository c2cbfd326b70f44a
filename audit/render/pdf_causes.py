"""One cause spelt out for print: the statement with its lines marked, whom it concerns, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.result import PolicyText
from audit.render.excerpt import Excerpt, excerpt
from audit.render.view_causes import CauseGroup, policy_words
from audit.render.view_finding import CauseView, FixLine, PolicyLine, finding_view, marked_lines, privileges_by_class
from audit.render.view_index import Index

SUBJECTS, FINDINGS, REMARKS, LINES = 24, 20, 6, 26
"""The most that is printed of one cause: names, findings, remarks and facts, lines of a policy or fix."""
_AROUND = 1
_TAIL = 5


class PolicyExcerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a policy document."""

    arn: str
    type: str
    lines: tuple[PolicyLine | None, ...]
    """None where lines are left out."""
    note: str
    """`lines 4 to 12 of 60`."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why some of a cause's findings are as sure as they are."""

    confidence: Confidence
    words: str
    rules: tuple[str, ...]


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """Findings of one cause that say the same."""

    finding: Finding
    """The first of them."""
    count: int


class CauseDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One cause and its findings."""

    group: CauseGroup
    findings: Excerpt[FindingRow]
    confidence: Excerpt[Reason]
    subjects: Excerpt[str]
    """Names; a policy's own name where no principal holds it."""
    privileges: tuple[tuple[str, str], ...]
    """By risk class: the names, or `all 6` where none of the class is missing; then those of other services."""
    policy: PolicyExcerpt | None
    """None where the evidence holds no text."""
    other_statements: Excerpt[str]
    """Those that some of the findings need besides."""
    considered: Excerpt[str]
    facts: Excerpt[tuple[str, str]]
    """Of the gravest finding."""
    fix: Excerpt[FixLine]
    rules: tuple[RuleInfo, ...]


def cause_details(
    groups: Sequence[CauseGroup], documents: Sequence[PolicyText], index: Index, lines: int
) -> tuple[CauseDetail, ...]:
    """Spell out the first causes, as many as go into so many lines of print, and one at least."""
    details: list[CauseDetail] = []
    for group in groups:
        detail = cause_detail(group, documents, index)
        lines -= _lines(detail)
        if lines < 0 and details:
            break
        details.append(detail)
    return tuple(details)


_LETTERS, _LETTERS_OF_FINDING, _LINES_OF_HEADS = 120, 64, 14
"""In a line of small text and in one of a finding's title; and what the cause's headings take."""


def _lines(detail: CauseDetail) -> int:
    """About how many lines it takes: making the pages to see costs seconds."""
    small = (
        *(reason.words for reason in detail.confidence.shown),
        ", ".join(detail.subjects.shown),
        "; ".join(f"{risk}: {names}" for risk, names in detail.privileges),
        *detail.considered.shown,
        "; ".join(f"{name}: {value}" for name, value in detail.facts.shown),
        "; ".join(detail.other_statements.shown),
        ", ".join(f"{rule.id} (page 00)" for rule in detail.rules),
        *(rule.remediation for rule in detail.rules[:1]),
    )
    return (
        _LINES_OF_HEADS
        + sum(max(2, -(-len(row.finding.title) // _LETTERS_OF_FINDING)) for row in detail.findings.shown)
        + sum(-(-len(text) // _LETTERS) for text in small)
        + (len(detail.policy.lines) if detail.policy else 0)
        + len(detail.fix.shown)
    )


def cause_detail(group: CauseGroup, documents: Sequence[PolicyText], index: Index) -> CauseDetail:
    """Spell out one cause."""
    views = [finding_view(finding, documents, index) for finding in group.findings]
    actions = sorted({action for finding in group.findings for action in finding.privileges})
    primary = views[0].causes[0] if views[0].causes else None
    others = {
        f"{policy_words(cause, index)}, {cause.words}": None
        for finding in group.findings
        for cause in finding.causes[1:]
    }
    return CauseDetail(
        group=group,
        findings=excerpt(_finding_rows(group.findings), FINDINGS, "findings.csv"),
        confidence=excerpt(_reasons(group.findings), REMARKS, "findings.csv"),
        subjects=excerpt((index.name(arn) for arn in group.subjects), SUBJECTS, "finding-subjects.csv"),
        privileges=_privileges(actions, index),
        policy=policy_excerpt(primary) if primary else None,
        other_statements=excerpt(others, REMARKS, "report.json"),
        considered=excerpt(dict.fromkeys(text for view in views for text in view.considered), REMARKS, "findings.csv"),
        facts=excerpt(views[0].facts, REMARKS, "findings.csv"),
        fix=excerpt(next((view.fix for view in views if view.fix), ()), LINES, "report.json"),
        rules=tuple(index.rules[rule] for rule in dict.fromkeys(view.rule for view in views) if rule in index.rules),
    )


def _finding_rows(findings: Sequence[Finding]) -> list[FindingRow]:
    rows: dict[tuple[Severity, str, str], list[Finding]] = {}
    for finding in findings:
        rows.setdefault((finding.severity, finding.title, finding.rule), []).append(finding)
    return [FindingRow(finding=alike[0], count=len(alike)) for alike in rows.values()]


def _reasons(findings: Sequence[Finding]) -> list[Reason]:
    rules: dict[tuple[Confidence, str], dict[str, None]] = {}
    for finding in findings:
        rules.setdefault((finding.confidence, finding.confidence_reason), {})[finding.rule] = None
    return [Reason(confidence=sure, words=words, rules=tuple(ids)) for (sure, words), ids in rules.items()]


def _privileges(actions: Sequence[str], index: Index) -> tuple[tuple[str, str], ...]:
    sizes = Counter(privilege.risk_classes[0] for privilege in index.columns)
    others = [action for action in actions if action not in index.privileges]
    own = privileges_by_class([action for action in actions if action in index.privileges], index)
    return (
        *(
            (risk.value, f"all {sizes[risk]}" if len(names) == sizes[risk] > 1 else ", ".join(names))
            for risk, names in own
        ),
        *((("other services", ", ".join(others)),) if others else ()),
    )


def policy_excerpt(cause: CauseView) -> PolicyExcerpt | None:
    """The lines of a statement with its surroundings, the middle left out where they are many; None without a text."""
    lines = marked_lines(cause)
    if not lines:
        return None
    first, last = cause.lines or (1, len(lines))
    around = lines[max(0, first - 1 - _AROUND) : last + _AROUND]
    kept: tuple[PolicyLine | None, ...] = around
    if len(around) > LINES:
        kept = (*around[: LINES - _TAIL - 1], None, *around[-_TAIL:])
    note = f"lines {around[0].number} to {around[-1].number} of {len(lines)}"
    if len(around) > LINES:
        note += f", {len(around) - LINES + 1} of them left out; report.json holds the whole"
    return PolicyExcerpt(arn=cause.arn, type=cause.type, lines=kept, note=note)
