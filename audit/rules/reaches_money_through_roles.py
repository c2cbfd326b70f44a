"""Principals that pay nothing themselves, and can become one that does by assuming roles."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import StepType
from audit.rules.interface import RuleContext
from audit.rules.way import CAUSES_IDENTITY, account_of, grouped, hops_words, short_name, way_finding
from audit.rules.wording import enumeration, short, who

INFO = RuleInfo(
    id="reaches-money-through-roles",
    title="Principals that can become one that pays",
    severity=Severity.CRITICAL,
    description=(
        "These users and roles have no privilege that pays, and can assume a role that has one, at once or through "
        "other roles. Whoever reviews only who holds the privilege does not see them."
    ),
    remediation=(
        "Let the trust policy of the paying role name the principals that are meant, not their account, and take the "
        "statements away that are named as ending the reach."
    ),
    false_positive=(
        "It does not apply where assuming the role is how people are meant to pay, with MFA and a session name that "
        "says who it was; write that down as the exception's reason."
    ),
    controls=controls_on("access", "privileged access"),
    identity=CAUSES_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that lets somebody become a holder."""
    if context.reach is None:
        return
    paths = (
        path
        for path in context.reach.paths
        if account_of(path.start) == context.account_id
        and all(step.type is not StepType.ESCALATION for step in path.steps)
    )
    for group in grouped(paths):
        yield way_finding(
            context,
            INFO,
            group,
            title=(
                f"{who(context, group.starts)} can become {short_name(group.holder)}, which can use "
                f"{enumeration(short(group.actions), 'further privilege')}, {hops_words(group.paths)}"
            ),
            facts=(("who pays in the end", group.holder),),
        )
