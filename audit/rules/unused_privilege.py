"""Privileges that nobody was observed to use, although the logs would show it."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.activity import Observation
from audit.model.entitlement import Entitlement, Verdict
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.acts import during
from audit.rules.assemble import Certainty, cause_finding, privilege_removal
from audit.rules.cause import Cause, by_statement
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.wording import at_most, confidence, enumeration, share, short, through, who, worst

CAP = Severity.HIGH

INFO = RuleInfo(
    id="unused-privilege",
    title="Privileges granted and not observed in use",
    severity=CAP,
    description=(
        "CloudTrail's logs hold every day of the window and this kind of call, and no call of these privileges by "
        "anybody who has them through the statement. Their holders existed before the window began, so that they had "
        "all of it to use them."
    ),
    remediation=(
        "Remove the privileges from the statement; the difference does so where there is one right way. `mturk-audit "
        "rightsize` proposes the whole policy of one principal from what it was observed to use."
    ),
    false_positive=(
        "It does not apply to work that is done less often than once in a window, to emergency roles, and to actions "
        "that CloudTrail may not log: that all of them are logged is not established. Use in the sandbox counts apart."
    ),
    controls=controls_on("unused access", "least privilege"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that gives privileges which none of its holders was observed to use."""
    if context.window is None or context.log_reach is None:
        return
    for cause in by_statement(context, context.privileges):
        unused = {action for action in cause.actions if _by_nobody(context, cause, action)}
        if not unused:
            continue
        rest = cause.only(unused)
        total = share(len(unused), len(cause.actions))
        yield cause_finding(
            context,
            INFO,
            rest,
            f"{total} privileges through {through(context, rest.refs)} were not observed in use{during(context)} "
            f"by {who(context, rest.subjects)}",
            severity=at_most(worst(context, unused), CAP),
            certainty=_certainty(context, rest),
            facts=(("not observed", enumeration(short(rest.actions), "further privilege")),),
            change=privilege_removal(context, cause.grants, unused),
        )


def _by_nobody(context: RuleContext, cause: Cause, action: str) -> bool:
    """Whether the logs show that no holder used it; one whose use is not known, or who is new, leaves it open."""
    held = [
        (arn, entitlement)
        for arn, entitlements in cause.held.items()
        for entitlement in entitlements
        if entitlement.action == action
    ]
    return all(_unused(context, arn, entitlement) for arn, entitlement in held)


def _unused(context: RuleContext, arn: str, entitlement: Entitlement) -> bool:
    created_at = context.principals[arn].created_at
    reach, window = context.log_reach, context.window
    if reach is None or window is None or created_at is None or created_at > window.since:
        return False
    not_observed = entitlement.observation is Observation.NOT_OBSERVED and entitlement.source == reach.source
    return not_observed and entitlement.verdict is not Verdict.NOT_EVALUATED


def _certainty(context: RuleContext, cause: Cause) -> Certainty:
    """High only where the logs hold calls of the same actions by others: then they are logged."""
    sure, reason = confidence(cause)
    seen = {row.action for row in context.usage}
    if set(cause.actions) <= seen and sure is Confidence.HIGH:
        return Certainty(sure, f"{reason} The logs hold calls of the same actions by others, so these are logged.")
    level = Confidence.MEDIUM if sure is Confidence.HIGH else Confidence.LOW
    return Certainty(level, f"{reason} That CloudTrail logs every action of this service is not established.")
