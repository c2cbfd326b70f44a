"""The rows of annexes: privileges that a principal has alike share one, a finding is one with all of its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from audit.frames.table import join
from audit.model.entitlement import Entitlement, StatementRef
from audit.render.excerpt import Excerpt, clip, excerpt
from audit.render.parts import Parts
from audit.render.pdf_causes import PolicyExcerpt, policy_excerpt
from audit.render.view_finding import FindingView, FixLine, finding_view
from audit.render.view_words import listing, number

SUBJECTS, REMARKS, FIX = 300, 40, 80
"""The most of one finding: names, remarks and statements, lines of its change. Then the file that holds the rest."""
_LINE, _PADDING, _HEAD = 3.4, 2.1, 32.0
"""Millimetres: a line of text, what surrounds a row, and the headings of a finding."""
_WIDE = 105
"""Letters in a line of a finding's text, counted low."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    account_id: str
    height: float
    """About how many millimetres of a page it takes."""


class EntitlementRow(Row, frozen=True, kw_only=True):
    """Privileges that one principal has by the same statement, under the same conditions, with the same use."""

    principal_arn: str
    privileges: str
    """Names, `all 39`, or `all 39 but CreateHIT and SendBonus`."""
    verdict: str
    used: str
    because: str
    """The deciding policy and statement, and how many more offer the same."""
    conditions: str


class FindingRow(Row, frozen=True, kw_only=True):
    """One finding."""

    finding: FindingView
    subjects: Excerpt[str]
    policy: PolicyExcerpt | None
    statements: Excerpt[str]
    considered: Excerpt[str]
    facts: Excerpt[tuple[str, str]]
    fix: Excerpt[FixLine]


def entitlement_rows(parts: Parts) -> Iterator[EntitlementRow]:
    """Every entitlement of the result stands in one row."""
    accounts = {principal.arn: principal.account_id for principal in parts.result.principals}
    every = sorted(privilege.name for privilege in parts.view.index.columns)
    alike: dict[tuple[object, ...], list[Entitlement]] = {}
    for each in parts.result.entitlements:
        key = (
            each.principal_arn, each.verdict, each.observation, each.grants, each.conditions, each.limited_by,
        )  # fmt: skip
        alike.setdefault(key, []).append(each)
    for found in alike.values():
        first = found[0]
        row = EntitlementRow(
            account_id=accounts.get(first.principal_arn, ""),
            height=0,
            principal_arn=clip(first.principal_arn, 200),
            privileges=_privileges([each.action.partition(":")[2] for each in found], every),
            verdict=first.verdict.value.replace("_", " "),
            used=first.observation.value,
            because=clip(_because(first.grants), 200),
            conditions=clip(join(first.conditions), 400),
        )
        lines = max(
            _lines(row.principal_arn, 28),
            _lines(row.privileges, 27),
            _lines(row.because, 27) + _lines(row.conditions, 27),
            2,
        )
        yield msgspec.structs.replace(row, height=lines * _LINE + _PADDING)


def _privileges(names: Sequence[str], every: Sequence[str]) -> str:
    left = [name for name in every if name not in names]
    if len(names) + len(left) != len(every) or len(left) > len(names):
        return ", ".join(names)
    return f"all {len(every)}{' but ' if left else ''}{listing(left) if left else ''}"


def _because(grants: tuple[StatementRef, ...]) -> str:
    if not grants:
        return ""
    more = f" and {number(len(grants) - 1)} more" if len(grants) > 1 else ""
    return f"{grants[0].policy.label}, {grants[0].words}{more}"


def finding_rows(parts: Parts) -> Iterator[FindingRow]:
    """Every finding, the most severe first."""
    index, documents = parts.view.index, parts.result.documents
    for finding in parts.result.findings:
        view = finding_view(finding, documents, index)
        statements = [f"{cause.policy}, {cause.statement}" for cause in view.causes]
        row = FindingRow(
            account_id=finding.account_id,
            height=0,
            finding=view,
            subjects=excerpt((clip(index.name(arn), 64) for arn in finding.subjects), SUBJECTS, "finding-subjects.csv"),
            policy=policy_excerpt(view.causes[0]) if view.causes else None,
            statements=excerpt((clip(words, 160) for words in statements), REMARKS, "report.json"),
            considered=excerpt((clip(words, 260) for words in view.considered), REMARKS, "findings.csv"),
            facts=excerpt(((clip(a, 60), clip(b, 200)) for a, b in view.facts), REMARKS, "findings.csv"),
            fix=excerpt(view.fix, FIX, "report.json"),
        )
        yield msgspec.structs.replace(row, height=_HEAD + _LINE * _finding_lines(row))


def _finding_lines(row: FindingRow) -> int:
    texts = (
        clip(row.finding.title, 420),
        ", ".join(row.subjects.shown),
        "; ".join(f"{risk}: {', '.join(names)}" for risk, names in row.finding.privileges),
        "; ".join(row.statements.shown),
        "; ".join(f"{name}: {value}" for name, value in row.facts.shown),
    )
    lines = _all_lines(texts) + _all_lines(row.considered.shown)
    return lines + len(row.fix.shown) + (len(row.policy.lines) if row.policy else 0)


def _all_lines(texts: Iterable[str]) -> int:
    return sum(_lines(text, _WIDE) for text in texts)


def _lines(text: str, letters: int) -> int:
    return -(-len(text) // letters)
