"""The tables of who did what: use by principal, what IAM saw, and payments and blocks held against calls."""

from __future__ import annotations

from collections.abc import Iterator

from audit.frames.table import Column, Kind, Row, Table, join
from audit.model.last_access import AccessKeyUse
from audit.model.result import AuditResult

_ACCOUNT = Column("account_id", Kind.CATEGORY)
_PRINCIPAL = Column("principal_arn", Kind.CATEGORY)
_ACTOR = Column("actor_type", Kind.CATEGORY)
_ACTION = Column("action", Kind.CATEGORY)
_ENVIRONMENT = Column("environment", Kind.CATEGORY)
_PEOPLE = 20
"""So many people are named in a cell; the table of sessions has all of them."""


def _usage_rows(result: AuditResult) -> Iterator[Row]:
    for use in result.usage:
        people = sorted({session.person for session in use.sessions if session.person})
        rest = len(people) - _PEOPLE
        yield (
            use.principal_arn,
            use.action,
            use.count,
            use.first_used_at,
            use.last_used_at,
            use.source,
            use.denied,
            use.failed,
            use.last_denied_at,
            use.actor_type.value,
            use.known,
            use.environment,
            use.account_id,
            len(use.sessions),
            join([*people[:_PEOPLE], *([f"{rest} more"] if rest > 0 else [])]),
        )


USAGE = Table(
    name="usage",
    holds="one principal and one action that it called or tried to call in the window, as CloudTrail recorded it",
    columns=(
        _PRINCIPAL,
        _ACTION,
        Column("count", Kind.COUNT),
        Column("first_used_at", Kind.TIME),
        Column("last_used_at", Kind.TIME),
        Column("source", Kind.CATEGORY),
        Column("denied", Kind.COUNT),
        Column("failed", Kind.COUNT),
        Column("last_denied_at", Kind.TIME),
        _ACTOR,
        Column("known", Kind.FLAG),
        _ENVIRONMENT,
        _ACCOUNT,
        Column("sessions", Kind.COUNT),
        Column("people"),
    ),
    rows=_usage_rows,
)


def _session_rows(result: AuditResult) -> Iterator[Row]:
    for use in result.usage:
        for session in use.sessions:
            yield (
                use.principal_arn,
                use.action,
                session.session_name,
                session.person,
                session.told_by,
                session.source_identity,
                session.count,
                session.first_at,
                session.last_at,
                use.environment,
                use.account_id,
            )


USAGE_SESSIONS = Table(
    name="usage-sessions",
    holds="one session name of a role and one action, and the person behind it where something tells",
    columns=(
        _PRINCIPAL,
        _ACTION,
        Column("session_name"),
        Column("person"),
        Column("told_by", Kind.CATEGORY),
        Column("source_identity"),
        Column("count", Kind.COUNT),
        Column("first_at", Kind.TIME),
        Column("last_at", Kind.TIME),
        _ENVIRONMENT,
        _ACCOUNT,
    ),
    rows=_session_rows,
)


def _reconciliation_rows(result: AuditResult) -> Iterator[Row]:
    for row in result.reconciliation:
        yield (
            row.account_id,
            row.subject.value,
            row.outcome.value,
            row.explanation.value,
            row.worker,
            row.amount,
            row.event_amount,
            row.paid_at,
            row.event_at,
            row.principal_arn,
            row.actor_type.value if row.actor_type else "",
            row.person,
            row.action,
            row.assignment_id,
            row.hit_id,
            row.event_id,
        )


_SUBJECT, _OUTCOME = Column("subject", Kind.CATEGORY), Column("outcome", Kind.CATEGORY)

RECONCILIATION = Table(
    name="reconciliation",
    holds="one payment or block, one call, or a pair of them, and how they fit",
    columns=(
        _ACCOUNT,
        _SUBJECT,
        _OUTCOME,
        Column("explanation", Kind.CATEGORY),
        Column("worker"),
        Column("amount", Kind.MONEY),
        Column("event_amount", Kind.MONEY),
        Column("paid_at", Kind.TIME),
        Column("event_at", Kind.TIME),
        _PRINCIPAL,
        _ACTOR,
        Column("person"),
        _ACTION,
        Column("assignment_id"),
        Column("hit_id"),
        Column("event_id"),
    ),
    rows=_reconciliation_rows,
)


def _total_rows(result: AuditResult) -> Iterator[Row]:
    for total in result.reconciliation_totals:
        yield (
            total.account_id,
            total.subject.value,
            total.outcome.value,
            total.count,
            total.amount,
            total.event_amount,
        )


RECONCILIATION_TOTALS = Table(
    name="reconciliation-totals",
    holds="one outcome of one account, in number and money",
    columns=(
        _ACCOUNT,
        _SUBJECT,
        _OUTCOME,
        Column("count", Kind.COUNT),
        Column("amount", Kind.MONEY),
        Column("event_amount", Kind.MONEY),
    ),
    rows=_total_rows,
)


def _payer_rows(result: AuditResult) -> Iterator[Row]:
    for payer in result.principal_payments:
        yield (
            payer.account_id,
            payer.principal_arn,
            payer.actor_type.value if payer.actor_type else "",
            payer.count,
            payer.amount,
            payer.workers,
            payer.first_at,
            payer.last_at,
            payer.verdict.value if payer.verdict else "",
        )


PRINCIPAL_PAYMENTS = Table(
    name="principal-payments",
    holds="one principal and the bonuses that events attribute to it; without ARN, those that no event explains",
    columns=(
        _ACCOUNT,
        _PRINCIPAL,
        _ACTOR,
        Column("count", Kind.COUNT),
        Column("amount", Kind.MONEY),
        Column("workers", Kind.COUNT),
        Column("first_at", Kind.TIME),
        Column("last_at", Kind.TIME),
        Column("verdict_today", Kind.CATEGORY),
    ),
    rows=_payer_rows,
)


def _access_rows(result: AuditResult) -> Iterator[Row]:
    for access in result.last_accesses:
        yield (access.principal_arn, access.service, access.last_attempt_at, access.region)


LAST_ACCESSES = Table(
    name="last-accesses",
    holds="one principal and its last attempt at the service, as Access Advisor tells; denied ones count too",
    columns=(
        _PRINCIPAL,
        Column("service", Kind.CATEGORY),
        Column("last_attempt_at", Kind.TIME),
        Column("region", Kind.CATEGORY),
    ),
    rows=_access_rows,
)


def _credential_rows(result: AuditResult) -> Iterator[Row]:
    for user in result.credentials:
        keys = {key.number: key for key in user.keys}
        yield (
            user.principal_arn,
            user.name,
            {True: "enabled", False: "disabled", None: ""}[user.password_enabled],
            user.password_last_used_at,
            user.mfa_active,
            *_key_cells(keys.get(1)),
            *_key_cells(keys.get(2)),
        )


def _key_cells(key: AccessKeyUse | None) -> Row:
    if key is None:
        return "", None, None, ""
    return "active" if key.active else "inactive", key.last_rotated_at, key.last_used_at, key.last_used_service


CREDENTIALS = Table(
    name="credentials",
    holds="one user who holds a privilege, or a root user: password and access keys, as the credential report tells",
    columns=(
        _PRINCIPAL,
        Column("name"),
        Column("password", Kind.CATEGORY),
        Column("password_last_used_at", Kind.TIME),
        Column("mfa_active", Kind.FLAG),
        *(
            Column(f"key_{number}_{name}", kind)
            for number in (1, 2)
            for name, kind in (
                ("state", Kind.CATEGORY),
                ("rotated_at", Kind.TIME),
                ("last_used_at", Kind.TIME),
                ("last_used_service", Kind.CATEGORY),
            )
        ),
    ),
    rows=_credential_rows,
)


def _event_rows(result: AuditResult) -> Iterator[Row]:
    for events in result.account_events:
        coverage = events.coverage
        yield (
            events.account_id,
            coverage.road.value,
            coverage.origin,
            coverage.since,
            coverage.until,
            events.count,
            coverage.files,
            coverage.duplicates,
            join(f"{day}" for day in coverage.missing_days),
            join(coverage.damaged_files),
            _logged(coverage.logs_writes),
            _logged(coverage.logs_reads),
        )


def _logged(flag: bool | None) -> str:
    return {True: "yes", False: "no", None: "not known"}[flag]


EVENT_COVERAGE = Table(
    name="event-coverage",
    holds="one account and how far its CloudTrail events reach",
    columns=(
        _ACCOUNT,
        Column("road", Kind.CATEGORY),
        Column("origin"),
        Column("since", Kind.TIME),
        Column("until", Kind.TIME),
        Column("events", Kind.COUNT),
        Column("files", Kind.COUNT),
        Column("duplicates", Kind.COUNT),
        Column("missing_days"),
        Column("damaged_files"),
        Column("logs_writes", Kind.CATEGORY),
        Column("logs_reads", Kind.CATEGORY),
    ),
    rows=_event_rows,
)
