"""What became of the last review, what was decided and excepted, and what is left to do, as the page carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import ClosingPlan, Comparison, DecisionRow, ExceptionRow
from audit.render.html_codec import Budget, Interner
from audit.render.view_finding import control_words
from audit.review.decisions import quarter_of

ROW_LIMIT = 1_000
"""Rows of each list that one page carries; `report.json` holds all of them."""
FIX_BUDGET = 300_000
"""Characters of changes that one page carries."""
NAMES_LIMIT = 30
"""Principals that a change names; the rest is counted."""


class PageChange(msgspec.Struct, frozen=True, array_like=True):
    change: int
    """A place in `PageData.strings`, as every number here that stands for a text."""
    fingerprint: str
    rule: int
    title: int
    severity: int
    """4 critical … 1 low; likewise `earlier`, 0 for none."""
    earlier: int
    account: int
    because: int


class PageDecision(msgspec.Struct, frozen=True, array_like=True):
    principal: int
    actions: tuple[int, ...]
    fingerprint: str
    choice: int
    state: int
    reviewer: int
    decided_on: int
    justification: int
    ticket: int
    warnings: tuple[int, ...]


class PageException(msgspec.Struct, frozen=True, array_like=True):
    id: int
    state: int
    subject: int
    rule: int
    reason: int
    owner: int
    approver: int
    ticket: int
    expires: int
    fingerprints: tuple[str, ...]


class PageRemoval(msgspec.Struct, frozen=True, array_like=True):
    title: int
    policy: int
    aws_managed: bool
    principals: tuple[int, ...]
    count: int
    """Of all principals that it frees."""
    fix: int | None
    """null where the page had no room for it."""


class PageReview(msgspec.Struct, frozen=True):
    """All that the page shows of it; `refused` counts what had no room."""

    quarter: str
    evidence: str
    """SHA-256 of the input: what a decision entered in the page is about."""
    changes: tuple[PageChange, ...]
    principals: tuple[tuple[int, int, bool], ...]
    """Change, ARN, whether it was deleted and made again."""
    entitlements: tuple[tuple[int, int, int, int, int], ...]
    """ARN, action, verdict then, verdict now, because; the empty text for none."""
    notes: tuple[int, ...]
    decisions: tuple[PageDecision, ...]
    exceptions: tuple[PageException, ...]
    signatures: tuple[tuple[int, int, int, int, int, int, bool], ...]
    """Name, title, statement, date, state, public key, whether it counts."""
    controls: tuple[tuple[int, int, int, int, int, int, int, int], ...]
    """Control, title, what was checked, on how many, of them not evaluated, findings, of them excepted, what is not
    covered."""
    removals: tuple[PageRemoval, ...]
    grants_left: int | None
    evidence_to_save: tuple[tuple[int, int, bool, bool, int], ...]
    """Part, until, established, saved, detail."""
    refused: int


def page_review(result: AuditResult, strings: Interner[str], accounts: Mapping[str, int]) -> PageReview:
    """Encode the review."""
    codec = _Codec(strings.place, accounts)
    comparison, plan = result.comparison, result.closing_plan
    lists = (
        comparison.findings if comparison else (),
        comparison.principals if comparison else (),
        comparison.entitlements if comparison else (),
        result.decisions,
        result.exceptions,
        plan.steps if plan else (),
    )
    return PageReview(
        quarter=quarter_of(result.header),
        evidence=result.header.input_sha256,
        changes=codec.changes(comparison) if comparison else (),
        principals=codec.principals(comparison) if comparison else (),
        entitlements=codec.entitlements(comparison) if comparison else (),
        notes=tuple(map(strings.place, comparison.notes)) if comparison else (),
        decisions=tuple(map(codec.decision, result.decisions[:ROW_LIMIT])),
        exceptions=tuple(map(codec.exception, result.exceptions[:ROW_LIMIT])),
        signatures=tuple(
            (
                codec.text(each.signature.name),
                codec.text(each.signature.title),
                codec.text(each.signature.statement),
                codec.day(each.signature.signed_on),
                codec.text(each.state.value),
                codec.text(each.signature.key),
                each.counts,
            )
            for each in result.signatures
        ),
        controls=tuple(
            (
                codec.text(control_words(each.control)),
                codec.text(each.title),
                codec.text(each.checked),
                each.population,
                each.not_evaluated,
                each.findings,
                each.excepted,
                codec.text(each.not_covered),
            )
            for each in result.controls
        ),
        removals=codec.removals(plan) if plan else (),
        grants_left=plan.grants_left if plan else None,
        evidence_to_save=tuple(
            (codec.text(each.part), codec.day(each.until), each.established, each.saved, codec.text(each.detail))
            for each in (plan.evidence if plan else ())
        ),
        refused=sum(max(0, len(rows) - ROW_LIMIT) for rows in lists),
    )


def _rank(severity: Severity | None) -> int:
    return severity.rank if severity else 0


class _Codec:
    """Writes records with the places of their texts."""

    def __init__(self, text: Callable[[str], int], accounts: Mapping[str, int]) -> None:
        self.text = text
        self._accounts = accounts

    def day(self, day: date | None) -> int:
        return self.text(day.isoformat() if day else "")

    def changes(self, comparison: Comparison) -> tuple[PageChange, ...]:
        return tuple(
            PageChange(
                self.text(each.change.value),
                each.fingerprint,
                self.text(each.rule),
                self.text(each.title),
                _rank(each.severity),
                _rank(each.earlier_severity),
                self._accounts.get(each.account_id, -1),
                self.text(each.because),
            )
            for each in comparison.findings[:ROW_LIMIT]
        )

    def principals(self, comparison: Comparison) -> tuple[tuple[int, int, bool], ...]:
        return tuple(
            (self.text(each.change.value), self.text(each.principal_arn), each.recreated)
            for each in comparison.principals[:ROW_LIMIT]
        )

    def entitlements(self, comparison: Comparison) -> tuple[tuple[int, int, int, int, int], ...]:
        return tuple(
            (
                self.text(each.principal_arn),
                self.text(each.action),
                self.text(each.earlier.value if each.earlier else ""),
                self.text(each.now.value if each.now else ""),
                self.text(each.because),
            )
            for each in comparison.entitlements[:ROW_LIMIT]
        )

    def decision(self, row: DecisionRow) -> PageDecision:
        decision = row.decision
        return PageDecision(
            self.text(decision.principal_arn),
            tuple(map(self.text, decision.actions)),
            decision.fingerprint,
            self.text(decision.choice.value),
            self.text(row.state.value),
            self.text(decision.reviewer),
            self.day(decision.decided_on),
            self.text(decision.justification),
            self.text(decision.ticket),
            tuple(map(self.text, row.warnings)),
        )

    def exception(self, row: ExceptionRow) -> PageException:
        held = row.exception
        return PageException(
            self.text(held.id),
            self.text(row.state.value),
            self.text(held.subject),
            self.text(held.rule),
            self.text(held.reason),
            self.text(held.owner),
            self.text(held.approver),
            self.text(held.ticket),
            self.day(held.expires),
            row.fingerprints,
        )

    def removals(self, plan: ClosingPlan) -> tuple[PageRemoval, ...]:
        budget = Budget(FIX_BUDGET)
        return tuple(
            PageRemoval(
                self.text(step.title),
                self.text(step.policy),
                step.aws_managed,
                tuple(map(self.text, step.principals[:NAMES_LIMIT])),
                len(step.principals),
                self.text(step.fix) if budget.admits(step.fix) else None,
            )
            for step in plan.steps[:ROW_LIMIT]
        )
