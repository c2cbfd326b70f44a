"""Who paid in the window and holds no such privilege today."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from audit.catalog.controls import controls_on
from audit.model.entitlement import Verdict
from audit.model.event import ActorType
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import PrincipalPayments
from audit.rules.acts import (
    BY_EVENTS,
    PRINCIPAL_IDENTITY,
    act_facts,
    act_finding,
    during,
    money,
    named,
    payments,
    principal_id,
)
from audit.rules.interface import RuleContext

INFO = RuleInfo(
    id="paid-without-privilege",
    title="Payments by principals that have no such privilege today",
    severity=Severity.HIGH,
    description=(
        "These principals paid bonuses in the window, and by the policies of the snapshot they cannot: they have been "
        "deleted, made again, or lost the privilege since. Somebody had it for a time, and today's policies alone "
        "would not show it."
    ),
    remediation=(
        "Find in CloudTrail's IAM events who gave and took the privilege and by whose approval; keep the answer with "
        "the review. Where a name was used again, make sure that nobody takes the new principal for the old one."
    ),
    false_positive=(
        "It does not apply to a principal that was retired in the ordinary way after its last payment, which a "
        "change record shows."
    ),
    controls=controls_on("privileged access", "evidence"),
    identity=PRINCIPAL_IDENTITY,
)

_OF_THE_ACCOUNT = (ActorType.ROLE, ActorType.USER, ActorType.FEDERATED)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding a principal."""
    without: dict[str, list[PrincipalPayments]] = {}
    for payer in context.payers:
        if payer.actor_type in _OF_THE_ACCOUNT and _lacks(payer):
            without.setdefault(payer.principal_arn, []).append(payer)
    for arn, payers in without.items():
        today = payers[0].verdict
        state = "is not in the account's IAM today" if today is None else f"may not today ({today.replace('_', ' ')})"
        total = sum((payer.amount for payer in payers), Decimal(0))
        paid = f"{sum(payer.count for payer in payers)} worth {money(total)}"
        yield act_finding(
            context,
            INFO,
            f"{named(context, arn)} paid bonuses{during(context)}, {paid}, and {state}",
            subjects=[arn],
            severity=INFO.severity,
            certainty=BY_EVENTS,
            facts=act_facts([row for row in payments(context) if row.principal_arn == arn]),
            identity={"principal": arn if today is None else principal_id(context, arn)},
        )


def _lacks(payer: PrincipalPayments) -> bool:
    return payer.verdict in (None, Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY)
