"""What the PDF shows beyond the first page, every list of it bounded.

The PDF is the summary that is signed, not the population: that travels inside it as files.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from audit.model.activity import Observation, WorkerPayments
from audit.model.finding import RuleInfo
from audit.model.result import AuditResult, Defect
from audit.model.snapshot import SnapshotFile
from audit.render.excerpt import Excerpt, excerpt
from audit.render.pdf_activity import ActivityRow, activity_rows
from audit.render.pdf_causes import CauseDetail, cause_details
from audit.render.pdf_coverage import CoverageGroup, GapGroup, coverage_groups, gap_groups
from audit.render.pdf_engine import AttachedFile
from audit.render.pdf_holders import HolderRow, holder_rows
from audit.render.view import ReportView
from audit.render.view_causes import CauseGroup
from audit.render.view_finding import control_words

TOP_CAUSES = 5
"""On the first page."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of every list is printed."""

    rows: int = 100
    """Of a table."""
    causes: int = 20
    """Causes that are spelt out, each half a page to a page, as far as `lines` goes."""
    lines: int = 1_000
    """Of all of them together: some fifteen pages."""
    workers: int = 40
    accounts: int = 400
    """In the list of accounts, which is running text."""
    lists: int = 30
    """Of each table of use, reconciliation, reach, comparison and decisions."""


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, with what it found."""

    rule: RuleInfo
    findings: int
    controls: str


class ControlRow(msgspec.Struct, frozen=True, kw_only=True):
    """One control, with the rules that bear on it."""

    control: str
    rules: tuple[str, ...]
    findings: int


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """One attached file."""

    name: str
    size: int
    sha256: str
    holds: str


class PdfView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the PDF's template prints besides the first page's records."""

    top_causes: tuple[CauseGroup, ...]
    causes: Excerpt[CauseGroup]
    details: Excerpt[CauseDetail]
    rules: tuple[RuleRow, ...]
    controls: tuple[ControlRow, ...]
    holders: Excerpt[HolderRow]
    holders_shown: int
    """Principals in the rows shown."""
    holders_total: int
    holding_nothing: int
    """Principals with no privilege of the service at all."""
    activity: Excerpt[ActivityRow]
    """What any source tells of."""
    untracked: int
    """Actions of the profile that no source tells of in any account."""
    accounts: Excerpt[str]
    workers: Excerpt[WorkerPayments]
    """Those who received most come first."""
    coverage: Excerpt[CoverageGroup]
    gaps: Excerpt[GapGroup]
    defects: Excerpt[Defect]
    not_evaluated: Excerpt[str]
    files: Excerpt[SnapshotFile]
    attached: tuple[FileRow, ...]


def build_pdf_view(
    result: AuditResult, view: ReportView, attachments: Sequence[AttachedFile], limits: Limits
) -> PdfView:
    """Choose what is printed."""
    rows = limits.rows
    holders = holder_rows(result, view)
    holding = sum(row.size for row in holders)
    details = cause_details(view.causes[: limits.causes], result.documents, view.index, limits.lines)
    return PdfView(
        top_causes=view.causes[:TOP_CAUSES],
        causes=excerpt(view.causes, rows, "findings.csv"),
        details=Excerpt(shown=details, total=len(view.causes), file="report.json"),
        rules=_rule_rows(result),
        controls=_control_rows(result),
        holders=excerpt(holders, rows, "entitlements.csv"),
        holders_shown=sum(row.size for row in holders[:rows]),
        holders_total=holding,
        holding_nothing=len(result.principals) - holding,
        activity=excerpt(activity_rows(result), rows, "activity.csv"),
        untracked=_untracked(result),
        accounts=excerpt(
            (view.index.account(account.account_id) for account in result.header.accounts),
            limits.accounts,
            "report.json",
        ),
        workers=excerpt(
            sorted(result.worker_payments, key=lambda row: (-row.amount, row.account_id, row.worker)),
            limits.workers,
            "worker-payments.csv",
        ),
        coverage=excerpt(coverage_groups(result, view.index), rows, "coverage.csv"),
        gaps=excerpt(gap_groups(result.gaps), rows, "gaps.csv"),
        defects=excerpt(result.defects, rows, "defects.csv"),
        not_evaluated=excerpt(result.not_evaluated, rows, "not-evaluated.csv"),
        files=excerpt(result.files, rows, "report.json"),
        attached=tuple(_file_row(file) for file in attachments),
    )


def _rule_rows(result: AuditResult) -> tuple[RuleRow, ...]:
    found = Counter(finding.rule for finding in result.findings)
    ordered = sorted(result.rules, key=lambda rule: (not found[rule.id], -rule.severity.rank, rule.id))
    return tuple(
        RuleRow(
            rule=rule,
            findings=found[rule.id],
            controls=", ".join(control_words(control) for control in sorted(rule.controls)),
        )
        for rule in ordered
    )


def _control_rows(result: AuditResult) -> tuple[ControlRow, ...]:
    found = Counter(finding.rule for finding in result.findings)
    rules = defaultdict(list)
    for rule in result.rules:
        for control in rule.controls:
            rules[control].append(rule.id)
    return tuple(
        ControlRow(control=control_words(control), rules=tuple(sorted(ids)), findings=sum(found[rule] for rule in ids))
        for control, ids in sorted(rules.items())
    )


def _untracked(result: AuditResult) -> int:
    told = {row.action for row in result.activity if row.observation is not Observation.NOT_TRACKED}
    return sum(privilege.action not in told for privilege in result.profile.privileges)


def _file_row(file: AttachedFile) -> FileRow:
    return FileRow(
        name=file.name, size=len(file.content), sha256=hashlib.sha256(file.content).hexdigest(), holds=file.holds
    )
