"""Principals whose every privilege hangs on a condition."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.entitlement import Verdict
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.assemble import NO_REMEDY, cause_finding
from audit.rules.cause import CAUSES_IDENTITY, by_principal
from audit.rules.interface import RuleContext
from audit.rules.wording import at_most, through, who, worst

CAP = Severity.MEDIUM
"""A condition is a limit; how good a limit is what has to be found out."""

INFO = RuleInfo(
    id="only-conditional-access",
    title="Principals with access under conditions only",
    severity=CAP,
    description=(
        "All that these principals can do in Mechanical Turk depends on conditions of the request, which policies "
        "name and an audit cannot see. Whether they have access in practice is for somebody to say who knows how "
        "they sign in."
    ),
    remediation=(
        "Try the conditions: which of them does a request of this principal meet? Remove the grant where none can be "
        "met any more; write the condition down as the reason where it is the intended limit."
    ),
    false_positive=(
        "It does not apply where the condition is the control that was wanted, such as MFA or a company network, and "
        "somebody checks that it holds."
    ),
    controls=controls_on("access"),
    identity=CAUSES_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every set of statements that principals have nothing but conditional privileges from."""
    conditional = {arn for arn in context.entitlements if _only_conditional(context, arn)}
    for cause in by_principal(context, context.privileges, among=conditional):
        title = (
            f"{who(context, cause.subjects)} can use {len(cause.actions)} of {len(context.privileges)} privileges "
            f"under conditions only, through {through(context, cause.refs)}"
        )
        severity = at_most(worst(context, cause.actions), CAP)
        # Whether the condition or the grant is the mistake, no edit can know.
        yield cause_finding(context, INFO, cause, title, severity=severity, change=NO_REMEDY)


def _only_conditional(context: RuleContext, arn: str) -> bool:
    """Whether it has privileges, all evaluated and none allowed outright."""
    has_any = False
    for action, entitlement in context.entitlements[arn].items():
        if action in context.privileges:
            # The first that is not conditional settles it, and most have no other.
            if entitlement.verdict is not Verdict.CONDITIONAL:
                return False
            has_any = True
    return has_any
