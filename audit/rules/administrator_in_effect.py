"""Who holds the whole account, whatever the policy is called."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from audit.catalog.controls import controls_on
from audit.catalog.watched import PERMISSION_WRITING, SPREAD, SPREAD_QUORUM
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.assemble import NO_REMEDY, Certainty, cause_finding
from audit.rules.cause import CAUSES_IDENTITY, Cause, by_combination
from audit.rules.interface import RuleContext
from audit.rules.wording import can, confidence, share, through, who

INFO = RuleInfo(
    id="administrator-in-effect",
    title="Principals that are administrators in effect",
    severity=Severity.CRITICAL,
    description=(
        "An administrator can do everything in the account: pay and delete in Mechanical Turk, stop the log, and hand "
        "itself or anybody else what is missing, so that no other limit in the account's policies holds for it. The "
        "audit asks for actions of unrelated services on every resource and for actions that write permissions, "
        "instead of looking for a policy's name."
    ),
    remediation=(
        "Keep administration to a break-glass role that people assume with MFA, and give daily work a policy that "
        "names its services. For the rest of the account's life with Mechanical Turk, deny the service to everybody "
        "by a service control policy, which no administrator of a member account can lift; it does not reach the "
        "management account."
    ),
    false_positive=(
        "It does not apply to the break-glass role and the role of the account's owner, if their use is alarmed and "
        "reviewed; a condition that they cannot meet by themselves, such as MFA, makes it less grave and is named."
    ),
    controls=controls_on("privileged access", "full administration"),
    identity=CAUSES_IDENTITY,
)

_ASKED = frozenset(SPREAD) | frozenset(PERMISSION_WRITING)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every set of statements that makes somebody an administrator."""
    for cause in by_combination(context, _ASKED | set(context.privileges), _administers):
        probes = cause.only(_ASKED)
        title = f"{who(context, probes.subjects)} {_are(probes)} in effect through {through(context, cause.refs)}"
        yield cause_finding(
            context,
            INFO,
            probes,
            title,
            privileges=tuple(action for action in cause.actions if action in context.privileges),
            severity=Severity.CRITICAL,
            certainty=_certainty(probes),
            facts=_facts(probes),
            change=NO_REMEDY,
        )


def _administers(actions: AbstractSet[str]) -> bool:
    """Permission-writing, and most of what has nothing in common but the account."""
    return not actions.isdisjoint(PERMISSION_WRITING) and len(actions & frozenset(SPREAD)) >= SPREAD_QUORUM


def _are(probes: Cause) -> str:
    one = len(probes.held) == 1
    noun = "an administrator" if one else "administrators"
    verb = "is" if one else "are"
    return {
        "can": f"{verb} {noun}",
        "can, under conditions,": f"{verb}, under conditions, {noun}",
    }.get(can(probes), f"may be {noun}")


def _certainty(probes: Cause) -> Certainty:
    """High only where nothing that was asked for is refused: a guard may be meant as a limit."""
    sure, reason = confidence(probes)
    missing = len(_ASKED) - min(len(held) for held in probes.held.values())
    if missing and sure is Confidence.HIGH:
        return Certainty(
            Confidence.MEDIUM, f"{reason} For one of them or more, {missing} of {len(_ASKED)} are refused."
        )
    return Certainty(sure, reason)


def _facts(probes: Cause) -> tuple[tuple[str, str], ...]:
    """What was asked for and answered yes, for the principal that has least of it."""
    least = min((frozenset(each.action for each in held) for held in probes.held.values()), key=len)
    return (
        ("actions of unrelated services on every resource", share(len(least & frozenset(SPREAD)), len(SPREAD))),
        ("actions that write permissions", share(len(least & frozenset(PERMISSION_WRITING)), len(PERMISSION_WRITING))),
    )
