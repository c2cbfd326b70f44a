"""All tables by name, in the order that outputs list them."""

from __future__ import annotations

from audit.frames.access import ENTITLEMENTS, GRANTS, NOT_EVALUATED, PRINCIPALS, PRIVILEGES
from audit.frames.evidence import ACTIVITY, COVERAGE, DEFECTS, GAPS, WORKER_PAYMENTS
from audit.frames.findings import FINDING_SUBJECTS, FINDINGS
from audit.frames.reach import EDGES
from audit.frames.review import CHANGES, CONTROLS, DECISIONS, EXCEPTIONS, REMOVAL_STEPS
from audit.frames.table import Table
from audit.frames.use import (
    CREDENTIALS,
    EVENT_COVERAGE,
    LAST_ACCESSES,
    PRINCIPAL_PAYMENTS,
    RECONCILIATION,
    RECONCILIATION_TOTALS,
    USAGE,
    USAGE_SESSIONS,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        FINDINGS,
        FINDING_SUBJECTS,
        ENTITLEMENTS,
        NOT_EVALUATED,
        GRANTS,
        PRINCIPALS,
        PRIVILEGES,
        ACTIVITY,
        WORKER_PAYMENTS,
        USAGE,
        USAGE_SESSIONS,
        RECONCILIATION,
        RECONCILIATION_TOTALS,
        PRINCIPAL_PAYMENTS,
        LAST_ACCESSES,
        CREDENTIALS,
        EVENT_COVERAGE,
        EDGES,
        COVERAGE,
        GAPS,
        DEFECTS,
        CHANGES,
        DECISIONS,
        EXCEPTIONS,
        CONTROLS,
        REMOVAL_STEPS,
    )
}
