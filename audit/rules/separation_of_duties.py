"""Duties that must not lie in one hand, and do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from audit.catalog.controls import controls_on
from audit.catalog.separation_of_duties import Conflict, load_conflicts
from audit.model.entitlement import Verdict
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.assemble import cause_finding, causes_text, removal_once_closed
from audit.rules.cause import Cause, Enough, by_combination
from audit.rules.interface import RuleContext
from audit.rules.wording import can, enumeration, short, through, who

INFO = RuleInfo(
    id="separation-of-duties",
    title="Conflicting duties in one hand",
    severity=Severity.CRITICAL,
    description=(
        "Some privileges are harmless apart and a fraud together: who publishes work must not accept it, who chooses "
        "the payee must not pay, who pays must not delete the record. Where one principal holds both sides, nobody "
        "else has to notice."
    ),
    remediation=(
        "Give the sides to different roles with different people in them, and take one side out of this statement; "
        "the paying or deleting side is mostly the one that fewer people need."
    ),
    false_positive=(
        "It does not apply to an automated job whose code and deployment two people must approve, as the review then "
        "separates the duties; name that control in the exception. A pair that can be held only under exclusive "
        "conditions is no conflict either: compare the conditions that are named."
    ),
    controls=controls_on("separation of duties"),
    identity=("account", "conflict", "causes"),
)

_WATCHED_WORDS = "Actions of other services count where they are allowed on every resource; one trail's ARN does not."


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every conflict and set of statements that gives both sides to somebody."""
    said: dict[str, set[tuple[str, Verdict]]] = defaultdict(set)
    # The gravest variants come first, so that the milder ones know whom they need not name: those who have the graver
    # one as surely. It takes more, so that it is never surer.
    for conflict in sorted(load_conflicts(), key=lambda conflict: (-len(conflict.duties), conflict.id)):
        graver = {holder for name in conflict.unless for holder in said[name]}
        actions = {action for duty in conflict.duties for action in duty.actions}
        for cause in by_combination(context, actions, _all_of(conflict)):
            holders = set(cause.verdicts.items())
            said[conflict.id] |= holders
            named = cause.among({arn for arn, _ in holders - graver})
            if named.shares:
                yield _finding(context, conflict, named)


def _all_of(conflict: Conflict) -> Enough:
    """Whether a set of actions has one of each duty."""

    def enough(actions: AbstractSet[str]) -> bool:
        return all(not actions.isdisjoint(duty.actions) for duty in conflict.duties)

    return enough


def _finding(context: RuleContext, conflict: Conflict, cause: Cause) -> Finding:
    foreign = any(action not in context.privileges for action in cause.actions)
    return cause_finding(
        context,
        INFO,
        cause,
        f"{who(context, cause.subjects)} {can(cause)} {conflict.title} through {through(context, cause.refs)}",
        severity=conflict.severity,
        facts=tuple((duty.does, _held_words(cause, duty.actions)) for duty in conflict.duties),
        notes=(conflict.why, *((_WATCHED_WORDS,) if foreign else ())),
        # Which side must go is the owner's choice.
        change=removal_once_closed(context, cause.grants),
        identity=(
            ("account", context.account_id),
            ("conflict", conflict.id),
            ("causes", causes_text(cause.grants)),
        ),
    )


def _held_words(cause: Cause, actions: tuple[str, ...]) -> str:
    return enumeration(short(action for action in cause.actions if action in actions), "further action")
