"""Grants that name no action: a wildcard, or everything but a few."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.policy.document import Statement
from audit.policy.wildcard import matches_action
from audit.rules.assemble import cause_finding, removal_once_closed
from audit.rules.cause import by_statement
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.wording import count, enumeration, through, who

INFO = RuleInfo(
    id="wildcard-grant",
    title="Privileges given by a wildcard or by NotAction",
    severity=Severity.CRITICAL,
    description=(
        "A wildcard in Action gives what it happens to match, today and whenever AWS adds an action; NotAction gives "
        "everything that its author did not think of. Nobody decided on the single privileges, so that paying workers "
        "comes along with listing HITs."
    ),
    remediation=(
        "Replace the wildcard by the actions that are needed, taken from what the principals used. Where the statement "
        "is meant for other services, exclude this one with NotAction or move the rest into statements of their own."
    ),
    false_positive=(
        "It does not apply where every privilege behind the wildcard is needed, as for a break-glass role; a wildcard "
        "over harmless actions alone shows with low severity."
    ),
    controls=controls_on("least privilege"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every such statement through which somebody has a privilege, or a group without members."""
    for cause in by_statement(context, context.privileges, empty_groups=True):
        statement = cause.grants[0].statements[0]
        patterns = _wildcards(statement)
        actions = _by_wildcard(statement, patterns, cause.actions)
        if not actions:
            continue
        through_it = cause.only(actions)
        total = f"{len(actions)} of {len(context.privileges)}"
        title = (
            f"{through(context, cause.refs)} gives {total} privileges by {_words(statement, patterns)} "
            f"to {who(context, through_it.subjects)}"
        )
        written = _written(statement, patterns)
        yield cause_finding(
            context,
            INFO,
            through_it,
            title,
            facts=(written, ("adds up to", total)),
            # Which of the privileges are needed is the owner's choice.
            change=removal_once_closed(context, cause.grants),
        )


def _wildcards(statement: Statement) -> tuple[str, ...]:
    """The action patterns that are no plain names."""
    return tuple(pattern for pattern in statement.actions or () if "*" in pattern or "?" in pattern)


def _by_wildcard(statement: Statement, patterns: tuple[str, ...], actions: tuple[str, ...]) -> set[str]:
    """Those of `actions` that the statement gives by something else than their names."""
    if statement.not_actions is not None:
        return set(actions)
    named = {pattern.lower() for pattern in statement.actions or ()}
    return {
        action
        for action in actions
        if action.lower() not in named and any(matches_action(pattern, action) for pattern in patterns)
    }


def _words(statement: Statement, patterns: tuple[str, ...]) -> str:
    return "NotAction" if statement.not_actions is not None else "a wildcard" if len(patterns) == 1 else "wildcards"


def _written(statement: Statement, patterns: tuple[str, ...]) -> tuple[str, str]:
    """What the statement has instead of names."""
    if statement.not_actions is not None:
        return "NotAction", enumeration(statement.not_actions, "further pattern")
    return "Action", f"{count(len(patterns), 'pattern')}: {enumeration(patterns, 'further pattern')}"
