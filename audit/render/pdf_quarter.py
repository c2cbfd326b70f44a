"""What a quarter adds to the print: who used what, money held against calls, reach, the last review, what is left.

Every list is bounded; what needs a look comes first.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from audit.model.entitlement import StatementRef, Verdict
from audit.model.reach import Entrance, Reach, ReachCut, ReachPath, StepType
from audit.model.reconciliation import Outcome, PrincipalPayments, ReconciliationRow, ReconciliationTotal
from audit.model.result import AuditResult
from audit.model.review import (
    Change,
    DecisionRow,
    EvidenceToSave,
    ExceptionRow,
    FindingChange,
    RemovalStep,
    SignatureRow,
)
from audit.model.usage import Usage
from audit.render.chart_reach import short
from audit.render.excerpt import Excerpt, excerpt
from audit.render.view_causes import cause_words
from audit.render.view_cuts import unbroken_sentences
from audit.render.view_glossary import VERDICT_WORDS
from audit.render.view_index import Index
from audit.render.view_words import listing

_PAYS = ("yes", "under conditions", "no")
"""Whether an entrance leads to a payment; in the order of its gravity."""
NAMES, HOLDERS = 4, 2
"""How many are named of those who begin and of those whom they come to: most cuts name the same of the latter."""


class WayRow(msgspec.Struct, frozen=True, kw_only=True):
    """One shortest way to a privilege that pays."""

    start: str
    way: str
    """`sts:AssumeRole to payroll-job, then …`."""
    hops: int
    verdict: str
    """As the glossary has it."""


class EntranceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One way in from outside."""

    outside: str
    role: str
    pays: str
    """One of `_PAYS`."""
    weaknesses: tuple[str, ...]


class CutRow(msgspec.Struct, frozen=True, kw_only=True):
    """One smallest set of statements to remove."""

    statements: tuple[str, ...]
    starts: str
    holders: str
    ways_left: int


class PdfQuarter(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of it that is printed."""

    uses: Excerpt[Usage]
    payers: Excerpt[PrincipalPayments]
    totals: Excerpt[ReconciliationTotal]
    unmatched: Excerpt[ReconciliationRow]
    """The rows that are no match."""
    reached: bool
    """Whether reach was worked out."""
    ways: Excerpt[WayRow]
    entrances: Excerpt[EntranceRow]
    cuts: Excerpt[CutRow]
    unbroken: tuple[str, ...]
    """Of how many no cut is told, in sentences."""
    compared: bool
    changes: Excerpt[FindingChange]
    """Without those that stand as they stood."""
    notes: tuple[str, ...]
    decisions: Excerpt[DecisionRow]
    exceptions: Excerpt[ExceptionRow]
    signatures: tuple[SignatureRow, ...]
    """Those that count."""
    grants_left: int | None
    removals: Excerpt[RemovalStep]
    saving: tuple[EvidenceToSave, ...]


def build_pdf_quarter(result: AuditResult, index: Index, rows: int) -> PdfQuarter:
    """Choose what is printed: at most `rows` of each list."""
    reach, comparison, plan = result.reach, result.comparison, result.closing_plan
    changed = [each for each in comparison.findings if each.change is not Change.UNCHANGED] if comparison else []
    return PdfQuarter(
        uses=excerpt(sorted(result.usage, key=lambda use: (-use.denied, -use.count)), rows, "usage.csv"),
        payers=excerpt(result.principal_payments, rows, "principal-payments.csv"),
        totals=excerpt(result.reconciliation_totals, rows, "reconciliation-totals.csv"),
        unmatched=excerpt(
            [row for row in result.reconciliation if row.outcome is not Outcome.MATCHED], rows, "reconciliation.csv"
        ),
        reached=reach is not None,
        ways=excerpt(_ways(reach, index), rows, "report.json, step by step in edges.csv"),
        entrances=excerpt(_entrances(reach, index), rows, "report.json"),
        cuts=excerpt(_cuts(reach, index), rows, "report.json"),
        unbroken=unbroken_sentences(reach) if reach else (),
        compared=comparison is not None,
        changes=excerpt(changed, rows, "changes.csv"),
        notes=comparison.notes if comparison else (),
        decisions=excerpt(result.decisions, rows, "decisions.csv"),
        exceptions=excerpt(result.exceptions, rows, "exceptions.csv"),
        signatures=tuple(each for each in result.signatures if each.counts),
        grants_left=plan.grants_left if plan else None,
        removals=excerpt(plan.steps if plan else (), rows, "removal-steps.csv"),
        saving=plan.evidence if plan else (),
    )


class _Names:
    """What nodes are called in print."""

    def __init__(self, reach: Reach, index: Index) -> None:
        self._labels = {node.id: node.label for node in reach.nodes}
        self._index = index

    def of(self, node_id: str) -> str:
        if node_id in self._index.principals:
            return self._index.name(node_id)
        label = self._labels.get(node_id) or node_id
        own = label.count(":") >= 5 and label.split(":")[4] in self._index.accounts
        # Of another account the ARN tells which.
        return short(label) if own else label

    def some(self, node_ids: Iterable[str], limit: int = NAMES) -> str:
        return listing([self.of(node_id) for node_id in node_ids], limit=limit)

    def way(self, path: ReachPath) -> str:
        taken = [step for step in path.steps if step.type is not StepType.BELONGS]
        return ", then ".join(f"{step.technique or step.type.value} to {self.of(step.target)}" for step in taken)

    def statement(self, statement: StatementRef) -> str:
        return cause_words(statement, self._index)


def _ways(reach: Reach | None, index: Index) -> list[WayRow]:
    if reach is None:
        return []
    names = _Names(reach, index)
    return [
        WayRow(start=names.of(path.start), way=names.way(path), hops=path.hops, verdict=VERDICT_WORDS[path.verdict])
        for path in sorted(reach.paths, key=lambda path: (path.verdict is not Verdict.ALLOW, path.hops, path.start))
    ]


def _entrances(reach: Reach | None, index: Index) -> list[EntranceRow]:
    if reach is None:
        return []
    names = _Names(reach, index)
    ordered = sorted(reach.entrances, key=lambda each: (_PAYS.index(_pays(each)), each.outside, each.role_arn))
    return [
        EntranceRow(
            outside=names.of(each.outside),
            role=names.of(each.role_arn),
            pays=_pays(each),
            weaknesses=each.weaknesses,
        )
        for each in ordered
    ]


def _pays(entrance: Entrance) -> str:
    if entrance.path is None:
        return _PAYS[2]
    return _PAYS[1] if entrance.path.verdict is Verdict.CONDITIONAL else _PAYS[0]


def _cuts(reach: Reach | None, index: Index) -> list[CutRow]:
    if reach is None:
        return []
    names = _Names(reach, index)

    def row(cut: ReachCut) -> CutRow:
        return CutRow(
            statements=tuple(map(names.statement, cut.statements)),
            starts=names.some(cut.starts),
            holders=names.some(cut.holders, HOLDERS),
            ways_left=cut.ways_left,
        )

    return [row(cut) for cut in reach.cuts]
