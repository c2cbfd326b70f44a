"""Who tried to pay and was refused by IAM."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import RiskClass, Severity
from audit.model.usage import Usage
from audit.rules.acts import PRINCIPAL_IDENTITY, act_finding, calls_words, during, named, principal_id
from audit.rules.assemble import Certainty, privileges_of
from audit.rules.interface import RuleContext
from audit.rules.wording import enumeration, short

INFO = RuleInfo(
    id="denied-payment-attempt",
    title="Denied attempts to pay",
    severity=Severity.MEDIUM,
    description=(
        "IAM refused these calls, so nothing was paid and nobody used a privilege. Whoever tries to pay without being "
        "allowed has a program that is set up wrongly, or wanted to know how far one gets."
    ),
    remediation=(
        "Ask the principal's owner what made the calls. Stop the program, or replace the credentials where nobody "
        "answers for them; do not widen the policy to make the error go away."
    ),
    false_positive=("It does not apply to tests that check the refusal itself, which their owner can name."),
    controls=controls_on("privileged access", "access"),
    identity=PRINCIPAL_IDENTITY,
)

_CERTAINTY = Certainty(Confidence.HIGH, "CloudTrail recorded the refusal and names who called.")


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding a principal; attempts in the other environment are none."""
    paying = privileges_of(context, RiskClass.PAYS_MONEY)
    tried: dict[str, list[Usage]] = {}
    for row in context.usage:
        if row.denied and row.action in paying and row.environment == context.environment:
            tried.setdefault(row.principal_arn, []).append(row)
    for arn, rows in tried.items():
        actions = tuple(sorted({row.action for row in rows}))
        times = calls_words(sum(row.denied for row in rows))
        wanted = enumeration(short(actions), "further action")
        yield act_finding(
            context,
            INFO,
            f"{named(context, arn)} was refused {times} of {wanted}{during(context)}",
            subjects=[arn],
            severity=INFO.severity,
            certainty=_CERTAINTY,
            facts=(
                ("denied calls", str(sum(row.denied for row in rows))),
                ("the last one", max(f"{row.last_denied_at:%Y-%m-%d %H:%M} UTC" for row in rows if row.last_denied_at)),
                ("performed calls of the same", str(sum(row.count for row in rows))),
            ),
            privileges=actions,
            identity={"principal": principal_id(context, arn)},
        )
