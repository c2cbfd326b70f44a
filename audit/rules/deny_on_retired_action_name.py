"""Deny statements, and exclusions by NotAction, on names that no API answers to: they protect nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.policy.document import Effect, Statement
from audit.rules.cause import Cause
from audit.rules.edit import with_names_replaced
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.names import NameBook, Named, retired_words, successors
from audit.rules.remedy import remedy
from audit.rules.text import bearers, statements, still_open, text_finding
from audit.rules.wording import count, enumeration, share, short, through, worst

INFO = RuleInfo(
    id="deny-on-retired-action-name",
    title="Deny on a retired action name",
    severity=Severity.CRITICAL,
    description=(
        "Somebody meant to forbid something and named the action of an API that ended on 2019-06-01: a Deny on "
        "GrantBonus does not stop SendBonus. The same holds for a retired name that NotAction leaves out of an Allow. "
        "The policy looks like a guard and is none."
    ),
    remediation=(
        "Put the action of today in the place of the retired name, then ask who used it meanwhile. Where more than "
        "one action took the old one's place, deny all of them."
    ),
    false_positive=(
        "It matters little where another statement, a boundary or a service control policy denies the action of "
        "today: the finding names who can still use it, and has low severity where nobody can."
    ),
    controls=controls_on("policy hygiene", "least privilege"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every such statement; it is as severe as what stays open to those whom it was to stop."""
    for grant, statement, dead in statements(context, partial(_guards, context.names)):
        retired = tuple({action.name: action for name in dead for action in name.retired}.values())
        meant = bearers(context, grant.policy)
        still = still_open(context, grant, meant, successors(context.profile, retired))
        verb = "denies" if statement.effect is Effect.DENY else "leaves out"
        names = enumeration([action.name for action in retired], "further name")
        title = f"{through(context, grant.refs)} {verb} {names}, which protects nothing: {_open_words(still)}"
        replaced = {name.pattern: successors(context.profile, name.retired) for name in dead}
        yield text_finding(
            context,
            INFO,
            grant,
            title,
            severity=worst(context, still.actions),
            change=remedy(context, (grant,), with_names_replaced(replaced)),
            left_open=still,
            facts=(
                ("retired names", enumeration(retired_words(retired), "further name")),
                ("not kept from what was meant", share(len(still.held), len(meant))),
            ),
        )


def _guards(names: NameBook, statement: Statement) -> tuple[Named, ...]:
    """Retired names in a Deny on Action, or left out of an Allow by NotAction."""
    element = statement.actions if statement.effect is Effect.DENY else statement.not_actions
    return tuple(name for name in names.of(statement) if name.dead) if element is not None else ()


def _open_words(still: Cause) -> str:
    if not still.held:
        return "nobody whom it concerns can use its successor"
    verb = "stays" if len(still.actions) == 1 else "stay"
    return f"{enumeration(short(still.actions), 'further action')} {verb} open to {count(len(still.held), 'principal')}"
