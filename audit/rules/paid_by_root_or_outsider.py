"""Bonuses that the root user paid, or somebody outside the account."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.event import ActorType
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.acts import (
    BY_EVENTS,
    PRINCIPAL_IDENTITY,
    act_facts,
    act_finding,
    by_payer,
    during,
    named,
    payments,
    principal_id,
    worth,
)
from audit.rules.interface import RuleContext

INFO = RuleInfo(
    id="paid-by-root-or-outsider",
    title="Payments by the root user or from outside the account",
    severity=Severity.CRITICAL,
    description=(
        "The root user can do everything, no policy of the account limits it, and nobody is known behind it. A "
        "principal of another account, or an AWS service, answers to nobody in this one."
    ),
    remediation=(
        "Remove the root user's access keys and give its password to a safe. Take away the trust that lets somebody "
        "outside pay, and pay through one role of the account whose sessions name people."
    ),
    false_positive=(
        "It does not apply where the other account is the organization's own payment account and the trust is on "
        "record; a payment by the root user is never in order."
    ),
    controls=controls_on("privileged access"),
    identity=PRINCIPAL_IDENTITY,
)

_WORDS = {
    ActorType.ROOT: "the root user",
    ActorType.OTHER_ACCOUNT: "a principal of another account",
    ActorType.SERVICE: "an AWS service",
    ActorType.UNKNOWN: "somebody of an unknown kind",
}


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for each of them."""
    outside = [row for row in payments(context) if row.actor_type in _WORDS]
    for arn, rows in by_payer(outside):
        kind = rows[0].actor_type
        who = _WORDS[kind] if kind else ""
        yield act_finding(
            context,
            INFO,
            f"{who[0].upper()}{who[1:]} paid {worth(rows)}{during(context)}",
            subjects=[arn],
            severity=Severity.CRITICAL if kind is ActorType.ROOT else Severity.HIGH,
            certainty=BY_EVENTS,
            facts=(("who", named(context, arn)), *act_facts(rows)),
            identity={"principal": principal_id(context, arn)},
        )
