"""Duties that must not lie in one hand, and do once what one can become is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.catalog.separation_of_duties import Conflict, load_conflicts
from audit.model.entitlement import StatementRef
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import ReachedConflict
from audit.rules.interface import RuleContext
from audit.rules.way import account_of, certainty, considered, short_name
from audit.rules.wording import at_most, enumeration, short, who

CAP = Severity.HIGH
"""One step more than having both at once: somebody may notice the step."""

INFO = RuleInfo(
    id="separation-of-duties-by-reach",
    title="Conflicting duties within reach of one principal",
    severity=CAP,
    description=(
        "No principal holds both sides by itself, and one person has them all the same: it holds one and can assume a "
        "role with the other, or can assume both."
    ),
    remediation="Take one of the roles out of the person's reach; let different people be trusted with each side.",
    false_positive=(
        "It does not apply where assuming the second role needs another person's approval, such as a role that only a "
        "ticket opens for a while; name that control in the exception."
    ),
    controls=controls_on("separation of duties"),
    identity=("account", "conflict"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every conflict: each principal is named with the gravest that is in its reach."""
    conflicts = {conflict.id: conflict for conflict in load_conflicts()}
    gravest: dict[str, ReachedConflict] = {}
    for one in context.reach.conflicts if context.reach else ():
        before = gravest.get(one.start)
        if account_of(one.start) == context.account_id and (
            before is None or _gravity(conflicts[one.conflict_id]) > _gravity(conflicts[before.conflict_id])
        ):
            gravest[one.start] = one
    groups: dict[str, list[ReachedConflict]] = defaultdict(list)
    for one in gravest.values():
        groups[one.conflict_id].append(one)
    for conflict_id, found in sorted(groups.items()):
        last = (ref for one in found for path in one.paths for ref in path.steps[-1].statements[:1])
        yield _finding(context, conflicts[conflict_id], tuple(dict.fromkeys(last)), found)


def _gravity(conflict: Conflict) -> tuple[int, int]:
    return conflict.severity.rank, len(conflict.duties)


def _finding(
    context: RuleContext, conflict: Conflict, causes: tuple[StatementRef, ...], found: list[ReachedConflict]
) -> Finding:
    starts = tuple(sorted(one.start for one in found))
    paths = [path for one in found for path in one.paths]
    confidence, reason = certainty(paths)
    holders = sorted({short_name(path.holder) for path in paths})
    return Finding(
        rule=INFO.id,
        title=f"{who(context, starts)} can {conflict.title} once {enumeration(holders, 'further role')} is counted",
        severity=at_most(conflict.severity, CAP),
        confidence=confidence,
        confidence_reason=reason,
        account_id=context.account_id,
        subjects=starts,
        privileges=tuple(sorted({action for path in paths for action in path.actions})),
        causes=causes,
        considered=(conflict.why, *considered(context, paths)),
        facts=(
            ("holds itself", enumeration(short(found[0].own), "further action") or "nothing of it"),
            ("becomes", enumeration(holders, "further role")),
        ),
        identity=(("account", context.account_id), ("conflict", conflict.id)),
    )
