"""Privileges that the access model does not mean anybody to have, by the statement that gives them."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.access_model import IntendedAccess
from audit.model.entitlement import Entitlement
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.assemble import NO_REMEDY, cause_finding
from audit.rules.cause import Cause, by_statement
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.wording import share, through, who

INFO = RuleInfo(
    id="outside-access-model",
    title="Privileges outside the access model",
    severity=Severity.CRITICAL,
    description=(
        "The access model says who is meant to hold which privileges, who owns that, and why. These principals hold "
        "privileges that no entry of it gives them: nobody has answered for that access."
    ),
    remediation=(
        "Ask the owner of the principal. Where the access is needed, add it to the model with its reason; where it is "
        "not, take it away: `mturk-audit rightsize` proposes the policy that leaves the rest."
    ),
    false_positive=(
        "It does not apply where the model has not caught up with a change that was approved: the entry belongs there, "
        "and the finding then goes."
    ),
    controls=controls_on("access", "least privilege"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that gives privileges outside the model; none without a model."""
    intended = context.intended
    if intended is None:
        return
    for cause in by_statement(context, context.privileges):
        outside = cause.where(lambda held: not _meant(intended, held))
        if not outside.held:
            continue
        count = len(outside.actions)
        title = (
            f"{who(context, outside.subjects)} {'holds' if len(outside.held) == 1 else 'hold'} "
            f"{share(count, len(context.privileges))} privileges outside the access model "
            f"through {through(context, outside.refs)}"
        )
        yield cause_finding(
            context,
            INFO,
            outside,
            title,
            facts=(("access model", f"{intended.model.name}, SHA-256 {intended.model.sha256}"),),
            notes=_notes(cause, outside),
            # What others are meant to have through the statement must stay.
            change=None if _whole(cause, outside) else NO_REMEDY,
        )


def _meant(intended: IntendedAccess, held: Entitlement) -> bool:
    return held.action in intended.intended.get(held.principal_arn, frozenset())


def _whole(cause: Cause, outside: Cause) -> bool:
    """Whether nobody is meant to have through the statement what is to go."""
    return cause.only(outside.actions).held == outside.held


def _notes(cause: Cause, outside: Cause) -> tuple[str, ...]:
    if _whole(cause, outside):
        return ()
    return ("The same statement gives some of it to principals that are meant to have it, so it is not changed here.",)
