"""Roles and users that hold privileges and were not used at all since before the window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from audit.catalog.controls import controls_on
from audit.model.activity import Observation
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.principal import Principal, PrincipalType
from audit.model.privilege import Severity
from audit.model.snapshot import Window
from audit.rules.assemble import NO_REMEDY, Certainty, cause_finding
from audit.rules.cause import CAUSES_IDENTITY, Cause, by_principal
from audit.rules.interface import RuleContext
from audit.rules.wording import LISTED, at_most, enumeration, share, through, who, worst

CAP = Severity.MEDIUM
"""Others say what the privileges could do; that nobody uses them makes them easy to take away."""

INFO = RuleInfo(
    id="unused-principal",
    title="Principals not used in the window that hold privileges",
    severity=CAP,
    description=(
        "AWS records when a role, a password and an access key were last used for any service. These roles and users "
        "existed before the window began and were last used before it, or never in the time that AWS looks back: their "
        "privileges serve nobody, and whoever takes one over would not be noticed by its owner."
    ),
    remediation=(
        "Ask the owner, then delete the role or user; where it must stay, remove its Mechanical Turk privileges. A "
        "role of IAM Identity Center is deleted by removing the assignment of its permission set."
    ),
    false_positive=(
        "It does not apply to roles kept for emergencies and to yearly jobs. Who was used after the window does not "
        "appear, as AWS keeps only the last use; users appear only where the credential report was collected."
    ),
    controls=controls_on("unused access"),
    identity=CAUSES_IDENTITY,
)

_REASON = (
    "AWS keeps only the last use, over a tracking period of its own of some 400 days and with a delay of hours; "
    "no date means no use in that period, not that there never was one."
)
_BORNE_OUT = "CloudTrail's logs hold every day of the window and no call of theirs to the service, either."


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every set of statements that unused roles have their privileges from."""
    if context.window is None:
        return
    window = context.window
    unused = {arn for arn in context.entitlements if _unused(context, context.principals[arn], window)}
    for cause in by_principal(context, context.privileges, among=unused):
        title = (
            f"{who(context, cause.subjects)} {'was' if len(cause.subjects) == 1 else 'were'} last used before "
            f"{window.since:%Y-%m-%d} or never, with {len(cause.actions)} of {len(context.privileges)} privileges "
            f"through {through(context, cause.refs)}"
        )
        yield cause_finding(
            context,
            INFO,
            cause,
            title,
            severity=at_most(worst(context, cause.actions), CAP),
            certainty=_certainty(cause),
            facts=(("last used", _last_uses(context, cause)), *_attempts(context, cause)),
            # The role must go; others may have the same policy and use it.
            change=NO_REMEDY,
        )


def _unused(context: RuleContext, principal: Principal, window: Window) -> bool:
    """Only by evidence: AWS was asked, the principal is older than the window, and was last used before it."""
    known, used = _last_use(context, principal)
    if not known or principal.created_at is None or principal.created_at >= window.since:
        return False
    if used is not None and used >= window.since:
        return False
    return all(each.observation is not Observation.OBSERVED for each in context.entitlements[principal.arn].values())


def _last_use(context: RuleContext, principal: Principal) -> tuple[bool, datetime | None]:
    """Whether AWS was asked, and the last use: of a role, or of any credential of a user."""
    report = context.credentials.get(principal.arn)
    if principal.type is not PrincipalType.USER or report is None:
        return principal.last_used_known, principal.last_used_at
    times = [report.password_last_used_at, *(key.last_used_at for key in report.keys)]
    return True, max((moment for moment in times if moment), default=None)


def _certainty(cause: Cause) -> Certainty:
    """Surer where the events were there to be looked into and hold nothing."""
    if all(each.observation is Observation.NOT_OBSERVED for each in cause.uses()):
        return Certainty(Confidence.MEDIUM, f"{_REASON} {_BORNE_OUT}")
    return Certainty(Confidence.LOW, _REASON)


def _attempts(context: RuleContext, cause: Cause) -> tuple[tuple[str, str], ...]:
    """What Access Advisor says of the service itself; it counts attempts and looks back 400 days or more."""
    asked = [context.last_accesses[arn] for arn in cause.subjects if arn in context.last_accesses]
    if not asked:
        return ()
    never = sum(row.last_attempt_at is None for row in asked)
    return (("no attempt at the service by Access Advisor", share(never, len(asked))),)


def _last_uses(context: RuleContext, cause: Cause) -> str:
    """The date of each role, by name."""
    words = []
    for arn in cause.subjects:
        principal = context.principals[arn]
        _, used = _last_use(context, principal)
        words.append(f"{principal.name}: {f'{used:%Y-%m-%d}' if used else 'not in the tracking period'}")
    return enumeration(words, "further principal", most=LISTED)
