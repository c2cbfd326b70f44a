"""The tables of what was done, and of how far the question was answered."""

from __future__ import annotations

from collections.abc import Iterator

from audit.frames.access import NOT_EVALUATED
from audit.frames.table import Column, Kind, Row, Table, join_or_refer
from audit.model.result import AuditResult


def _activity_rows(result: AuditResult) -> Iterator[Row]:
    for activity in result.activity:
        yield (
            activity.account_id,
            activity.action,
            activity.observation.value,
            activity.count,
            activity.amount,
            activity.first_at,
            activity.last_at,
            activity.source,
            activity.note,
        )


ACTIVITY = Table(
    name="activity",
    holds="one account and one action, and how far it was exercised in the window, by whomever",
    columns=(
        Column("account_id", Kind.CATEGORY),
        Column("action", Kind.CATEGORY),
        Column("used", Kind.CATEGORY),
        Column("count", Kind.COUNT),
        Column("amount", Kind.MONEY),
        Column("first_at", Kind.TIME),
        Column("last_at", Kind.TIME),
        Column("source", Kind.CATEGORY),
        Column("note", Kind.CATEGORY),
    ),
    rows=_activity_rows,
)


def _worker_rows(result: AuditResult) -> Iterator[Row]:
    for payments in result.worker_payments:
        yield (
            payments.account_id,
            payments.worker,
            payments.count,
            payments.amount,
            payments.first_at,
            payments.last_at,
        )


WORKER_PAYMENTS = Table(
    name="worker-payments",
    holds="one account and one worker, with the bonuses paid in the window",
    columns=(
        Column("account_id", Kind.CATEGORY),
        Column("worker"),
        Column("count", Kind.COUNT),
        Column("amount", Kind.MONEY),
        Column("first_at", Kind.TIME),
        Column("last_at", Kind.TIME),
    ),
    rows=_worker_rows,
)


def _coverage_rows(result: AuditResult) -> Iterator[Row]:
    for row in result.coverage:
        yield (row.account_id, row.part, row.state.value, row.answered, row.total, row.detail)


COVERAGE = Table(
    name="coverage",
    holds="one account and one part of the question, and how far it was answered",
    columns=(
        Column("account_id", Kind.CATEGORY),
        Column("part", Kind.CATEGORY),
        Column("state", Kind.CATEGORY),
        Column("answered", Kind.COUNT),
        Column("total", Kind.COUNT),
        Column("detail"),
    ),
    rows=_coverage_rows,
)


def _gap_rows(result: AuditResult) -> Iterator[Row]:
    for gap in result.gaps:
        yield (gap.account_id, gap.source, gap.reason.value, gap.item, gap.detail)


GAPS = Table(
    name="gaps",
    holds="something that the evidence does not hold, and why",
    columns=(
        Column("account_id", Kind.CATEGORY),
        Column("source", Kind.CATEGORY),
        Column("reason", Kind.CATEGORY),
        Column("item"),
        Column("detail"),
    ),
    rows=_gap_rows,
)


def _defect_rows(result: AuditResult) -> Iterator[Row]:
    for defect in result.defects:
        yield (
            defect.account_id,
            defect.subject,
            defect.where,
            defect.detail,
            len(defect.principals),
            join_or_refer(defect.principals, NOT_EVALUATED.name),
        )


DEFECTS = Table(
    name="defects",
    holds="something in the policies that could not be evaluated, and which principals it makes uncertain",
    columns=(
        Column("account_id", Kind.CATEGORY),
        Column("subject"),
        Column("where"),
        Column("detail"),
        Column("principal_count", Kind.COUNT),
        Column("principals"),
    ),
    rows=_defect_rows,
)
