"""Roles that hold privileges and were not used at all since before the window."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.principal import Principal
from audit.model.privilege import Severity
from audit.model.snapshot import Window
from audit.rules.assemble import NO_REMEDY, Certainty, cause_finding
from audit.rules.cause import CAUSES_IDENTITY, Cause, by_principal
from audit.rules.interface import RuleContext
from audit.rules.wording import LISTED, at_most, enumeration, through, who, worst

CAP = Severity.MEDIUM
"""Others say what the privileges could do; that nobody uses them makes them easy to take away."""

INFO = RuleInfo(
    id="unused-principal",
    title="Principals not used in the window that hold privileges",
    severity=CAP,
    description=(
        "AWS records when a role was last used for any service. These roles existed before the window began and were "
        "last used before it, or never in the time that AWS looks back: their privileges serve nobody, and whoever "
        "takes a role over would not be noticed by its owner."
    ),
    remediation=(
        "Ask the owner, then delete the role; where it must stay, remove its Mechanical Turk privileges. A role of "
        "IAM Identity Center is deleted by removing the assignment of its permission set."
    ),
    false_positive=(
        "It does not apply to roles kept for emergencies and to yearly jobs. A role that was used after the window "
        "does not appear, as AWS keeps only the last use; users do not appear either, as this evidence holds no last "
        "use of theirs."
    ),
    controls=controls_on("unused access"),
    identity=CAUSES_IDENTITY,
)

_REASON = (
    "AWS keeps only the last use, over a tracking period of its own of some 400 days and with a delay of hours; "
    "no date means no use in that period, not that there never was one."
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every set of statements that unused roles have their privileges from."""
    if context.window is None:
        return
    window = context.window
    unused = {arn for arn, principal in context.principals.items() if _unused(principal, window)}
    for cause in by_principal(context, context.privileges, among=unused):
        title = (
            f"{who(context, cause.subjects)} {'was' if len(cause.held) == 1 else 'were'} last used before "
            f"{window.since:%Y-%m-%d} or never, with {len(cause.actions)} of {len(context.privileges)} privileges "
            f"through {through(context, cause.refs)}"
        )
        yield cause_finding(
            context,
            INFO,
            cause,
            title,
            severity=at_most(worst(context, cause.actions), CAP),
            certainty=Certainty(Confidence.LOW, _REASON),
            facts=(("last used", _last_uses(context, cause)),),
            # The role must go; others may have the same policy and use it.
            change=NO_REMEDY,
        )


def _unused(principal: Principal, window: Window) -> bool:
    """Only by evidence: AWS was asked, the principal is older than the window, and was last used before it."""
    if not principal.last_used_known or principal.created_at is None or principal.created_at >= window.since:
        return False
    return principal.last_used_at is None or principal.last_used_at < window.since


def _last_uses(context: RuleContext, cause: Cause) -> str:
    """The date of each role, by name."""
    words = []
    for arn in cause.subjects:
        principal = context.principals[arn]
        used = principal.last_used_at
        words.append(f"{principal.name}: {f'{used:%Y-%m-%d}' if used else 'not in the tracking period'}")
    return enumeration(words, "further role", most=LISTED)
