"""The tables of a review: changes, decisions, exceptions, controls, and what is left to remove."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from audit.frames.table import Column, Kind, Row, Table, join, join_or_refer
from audit.model.result import AuditResult


def _day(day: date) -> datetime:
    """A day as the moment it begins in UTC: tables know no other kind of date."""
    return datetime.combine(day, time(), UTC)


def _change_rows(result: AuditResult) -> Iterator[Row]:
    comparison = result.comparison
    if comparison is None:
        return
    for finding in comparison.findings:
        earlier = finding.earlier_severity.value if finding.earlier_severity else ""
        now = finding.severity.value if finding.change not in ("resolved", "cannot be told") else ""
        yield ("finding", finding.change.value, finding.fingerprint, "", finding.title, earlier, now, finding.because)
    for principal in comparison.principals:
        because = "The same ARN had, or has, another unique id." if principal.recreated else ""
        row = ("principal", principal.change.value, principal.principal_arn, principal.unique_id, "", "", "", because)
        yield row
    for entitlement in comparison.entitlements:
        earlier = entitlement.earlier.value if entitlement.earlier else ""
        now = entitlement.now.value if entitlement.now else ""
        change = "gained" if not earlier else "lost" if not now else "changed"
        yield (
            "entitlement",
            change,
            entitlement.principal_arn,
            entitlement.unique_id,
            entitlement.action,
            earlier,
            now,
            entitlement.because,
        )


CHANGES = Table(
    name="changes",
    holds="one finding, principal or entitlement that changed since the last review, and findings that did not",
    columns=(
        Column("what", Kind.CATEGORY),
        Column("change", Kind.CATEGORY),
        Column("subject"),
        Column("unique_id"),
        Column("about"),
        Column("earlier", Kind.CATEGORY),
        Column("now", Kind.CATEGORY),
        Column("because"),
    ),
    rows=_change_rows,
)


def _decision_rows(result: AuditResult) -> Iterator[Row]:
    for row in result.decisions:
        one = row.decision
        for action in one.actions:
            yield (
                one.principal_arn,
                one.unique_id,
                action,
                one.fingerprint,
                one.choice.value,
                row.state.value,
                one.reviewer,
                one.role,
                _day(one.decided_on),
                one.quarter,
                one.justification,
                one.ticket,
                join(row.warnings),
            )


DECISIONS = Table(
    name="decisions",
    holds="one decision on one privilege of one principal, and where it stands",
    columns=(
        Column("principal_arn", Kind.CATEGORY),
        Column("unique_id", Kind.CATEGORY),
        Column("action", Kind.CATEGORY),
        Column("fingerprint", Kind.CATEGORY),
        Column("choice", Kind.CATEGORY),
        Column("state", Kind.CATEGORY),
        Column("reviewer", Kind.CATEGORY),
        Column("role", Kind.CATEGORY),
        Column("decided_on", Kind.TIME),
        Column("quarter", Kind.CATEGORY),
        Column("justification"),
        Column("ticket"),
        Column("warnings"),
    ),
    rows=_decision_rows,
)


def _exception_rows(result: AuditResult) -> Iterator[Row]:
    for row in result.exceptions:
        one = row.exception
        yield (
            one.id,
            row.state.value,
            one.subject,
            one.rule,
            one.reason,
            one.owner,
            one.approver,
            one.ticket,
            _day(one.created),
            _day(one.expires),
            join(row.fingerprints),
        )


EXCEPTIONS = Table(
    name="exceptions",
    holds="one exception, its state on the day of the answer, and the findings that it bears on",
    columns=(
        Column("id"),
        Column("state", Kind.CATEGORY),
        Column("subject"),
        Column("rule", Kind.CATEGORY),
        Column("reason"),
        Column("owner", Kind.CATEGORY),
        Column("approver", Kind.CATEGORY),
        Column("ticket"),
        Column("created", Kind.TIME),
        Column("expires", Kind.TIME),
        Column("fingerprints"),
    ),
    rows=_exception_rows,
)


def _control_rows(result: AuditResult) -> Iterator[Row]:
    for row in result.controls:
        yield (
            row.control.framework,
            row.control.version,
            row.control.id,
            row.title,
            row.checked,
            row.population,
            row.not_evaluated,
            row.findings,
            row.excepted,
            row.not_covered,
        )


CONTROLS = Table(
    name="controls",
    holds="one control: what was checked, on how many, with what result, and what is not covered",
    columns=(
        Column("framework", Kind.CATEGORY),
        Column("version", Kind.CATEGORY),
        Column("id"),
        Column("title"),
        Column("checked"),
        Column("population", Kind.COUNT),
        Column("not_evaluated", Kind.COUNT),
        Column("findings", Kind.COUNT),
        Column("excepted", Kind.COUNT),
        Column("not_covered"),
    ),
    rows=_control_rows,
)


def _removal_rows(result: AuditResult) -> Iterator[Row]:
    for place, step in enumerate(result.closing_plan.steps if result.closing_plan else (), start=1):
        yield (
            place,
            step.title,
            step.policy,
            step.aws_managed,
            join(statement.label for statement in step.statements),
            len(step.principals),
            join_or_refer(step.principals, "entitlements"),
            step.fix,
        )


REMOVAL_STEPS = Table(
    name="removal-steps",
    holds="one change that takes grants of the closed service away, the one that frees most principals first",
    columns=(
        Column("step", Kind.COUNT),
        Column("title"),
        Column("policy"),
        Column("aws_managed", Kind.FLAG),
        Column("statements"),
        Column("principal_count", Kind.COUNT),
        Column("principals"),
        Column("fix"),
    ),
    rows=_removal_rows,
)
