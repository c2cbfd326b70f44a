"""Single bonuses above the user's own threshold."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.acts import (
    PRINCIPAL_IDENTITY,
    act_facts,
    act_finding,
    by_payer,
    during,
    money,
    named,
    payments,
    principal_id,
    worth,
)
from audit.rules.assemble import Certainty
from audit.rules.interface import RuleContext

INFO = RuleInfo(
    id="bonus-above-threshold",
    title="Bonuses above the threshold",
    severity=Severity.MEDIUM,
    description=(
        "These bonuses are larger than the threshold that this audit was given. IAM cannot limit an amount, so that a "
        "look at the large ones is the only limit there is. The threshold is yours, and being above it is no more "
        "than that."
    ),
    remediation=(
        "Compare each of them with its approval. Give the paying program a limit of its own, and keep the prepaid "
        "balance low."
    ),
    false_positive=("It does not apply to bonuses of that size that somebody approved on record."),
    controls=controls_on("privileged access"),
    identity=PRINCIPAL_IDENTITY,
)

_CERTAINTY = Certainty(Confidence.HIGH, "The amount is the service's own list's.")


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for each payer, and one for payments of which no event tells the payer; none without a threshold."""
    threshold = context.thresholds.bonus
    if threshold is None:
        return
    above = [row for row in payments(context) if row.amount is not None and row.amount > threshold]
    for arn, rows in by_payer(above):
        largest = max(row.amount for row in rows if row.amount is not None)
        yield act_finding(
            context,
            INFO,
            f"{named(context, arn)} paid {worth(rows)}{during(context)}, each above {money(threshold)}",
            subjects=[arn],
            severity=INFO.severity,
            certainty=_CERTAINTY,
            facts=(("threshold", money(threshold)), ("the largest", money(largest)), *act_facts(rows)),
            identity={"principal": principal_id(context, arn)},
        )
