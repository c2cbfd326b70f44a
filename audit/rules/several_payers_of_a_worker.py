"""Workers whom several principals paid."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import ReconciliationRow
from audit.rules.acts import BY_EVENTS, act_facts, act_finding, during, named, payments, principal_id
from audit.rules.interface import RuleContext
from audit.rules.wording import count, enumeration

INFO = RuleInfo(
    id="several-payers-of-a-worker",
    title="Workers paid by several principals",
    severity=Severity.LOW,
    description=(
        "Bonuses to one worker came from more than one principal, so that no single one of them sees what the worker "
        "received, and a limit that each keeps by itself does not hold for the sum."
    ),
    remediation=(
        "Pay through one role, so that one program and one log know every payment, and compare the sums of the "
        "workers with what was agreed."
    ),
    false_positive=(
        "It does not apply where payments moved from one principal to another in the window, or where each of them "
        "pays for another kind of work."
    ),
    controls=controls_on("separation of duties", "evidence"),
    identity=("account", "principals"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every set of principals that paid the same workers."""
    paid: dict[str, list[ReconciliationRow]] = {}
    for row in payments(context):
        if row.principal_arn:
            paid.setdefault(row.worker, []).append(row)
    groups: dict[tuple[str, ...], list[ReconciliationRow]] = {}
    for rows in paid.values():
        payers = tuple(sorted({row.principal_arn for row in rows}))
        if len(payers) > 1:
            groups.setdefault(payers, []).extend(rows)
    for payers, rows in sorted(groups.items()):
        workers = count(len({row.worker for row in rows}), "worker")
        names = enumeration([named(context, arn) for arn in payers], "further principal", most=4)
        yield act_finding(
            context,
            INFO,
            f"{workers} had bonuses from each of {names}{during(context)}",
            subjects=payers,
            severity=INFO.severity,
            certainty=BY_EVENTS,
            facts=act_facts(rows),
            identity={"principals": msgspec.json.encode([principal_id(context, arn) for arn in payers]).decode()},
        )
