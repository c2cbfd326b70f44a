"""Payments that their calls contradict."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import Outcome, ReconciliationRow
from audit.rules.acts import WINDOW_IDENTITY, act_facts, act_finding, during, money, payments, worth
from audit.rules.assemble import Certainty
from audit.rules.interface import RuleContext
from audit.rules.wording import LISTED, enumeration

INFO = RuleInfo(
    id="contradictory-payment",
    title="Payments that contradict their calls",
    severity=Severity.HIGH,
    description=(
        "A bonus and a call of SendBonus belong to one assignment and to one moment, and do not agree in the amount or "
        "in the worker. One of the two records is not what it seems, or two payments crossed and their counterparts "
        "are missing."
    ),
    remediation=(
        "Compare each pair with the transaction history of the requester account and with what the paying program "
        "wrote, and correct the books."
    ),
    false_positive=(
        "It does not apply where two bonuses were paid on one assignment within the tolerance of the clocks and the "
        "record of one call and the listing of one payment are missing."
    ),
    controls=controls_on("evidence"),
    identity=WINDOW_IDENTITY,
)

_CERTAINTY = Certainty(
    Confidence.MEDIUM, "Assignment and time agree; that the two records are of one payment is concluded from it."
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for the account."""
    rows = payments(context, Outcome.CONTRADICTORY)
    if rows:
        verb = "contradicts its call" if len(rows) == 1 else "contradict their calls"
        yield act_finding(
            context,
            INFO,
            f"{worth(rows)}{during(context)} {verb}",
            subjects=[row.principal_arn for row in rows],
            severity=INFO.severity,
            certainty=_CERTAINTY,
            facts=(*act_facts(rows), ("differences", enumeration(_differences(rows), "further pair", most=LISTED))),
            identity={},
        )


def _differences(rows: tuple[ReconciliationRow, ...]) -> list[str]:
    return [
        f"{row.assignment_id or 'unknown assignment'}: paid {money(row.amount)}, "
        f"called {'an amount that is not told' if row.event_amount is None else money(row.event_amount)} "
        f"({row.explanation.value})"
        for row in rows
        if row.amount is not None
    ]
