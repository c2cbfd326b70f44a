"""Deny statements that stop nothing, since their Resource is one that the actions do not have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.policy.document import Effect, Statement
from audit.rules.cause import Cause
from audit.rules.edit import on_every_resource
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.grant_without_effect import resource_words
from audit.rules.interface import RuleContext
from audit.rules.names import NameBook, Named
from audit.rules.remedy import remedy
from audit.rules.text import bearers, reaches_everything, statements, still_open, text_finding
from audit.rules.wording import count, share, through, worst

INFO = RuleInfo(
    id="deny-without-effect",
    title="Deny that cannot take effect",
    severity=Severity.CRITICAL,
    description=(
        'Mechanical Turk\'s actions have no resource types, so that only `Resource: "*"` matches them. A Deny on an '
        "ARN stops none of them: somebody meant to forbid something, and it is still allowed."
    ),
    remediation=(
        "Set the resource of the Deny to `*`; where the statement denies actions of other services as well, give the "
        "Mechanical Turk actions a Deny of their own. Then ask who used them meanwhile."
    ),
    false_positive=(
        "It matters little where another statement, a boundary or a service control policy denies the same actions: "
        "the finding names who can still use them, and has low severity where nobody can."
    ),
    controls=controls_on("policy hygiene", "least privilege"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every such Deny; it is as severe as what stays open to those whom it was to stop."""
    for grant, statement, names in statements(context, partial(_idle, context.names)):
        denied = tuple(sorted({action for name in names for action in name.privileges}))
        meant = bearers(context, grant.policy)
        still = still_open(context, grant, meant, denied)
        title = (
            f"{through(context, grant.refs)} denies {count(len(denied), 'privilege')} on "
            f"{resource_words(statement)}, which protects nothing: {_open_words(still)}"
        )
        yield text_finding(
            context,
            INFO,
            grant,
            title,
            severity=worst(context, still.actions),
            change=remedy(context, (grant,), on_every_resource([name.pattern for name in names])),
            left_open=still,
            facts=(
                ("privileges that it names", share(len(denied), len(context.privileges))),
                ("not kept from them", share(len(still.held), len(meant))),
            ),
        )


def _open_words(still: Cause) -> str:
    if not still.held:
        return "nobody whom it concerns can use them"
    verb = "stays" if len(still.actions) == 1 else "stay"
    return f"{len(still.actions)} of them {verb} open to {count(len(still.held), 'principal')}"


def _idle(names: NameBook, statement: Statement) -> tuple[Named, ...]:
    if statement.effect is not Effect.DENY or statement.actions is None or reaches_everything(statement):
        return ()
    return tuple(name for name in names.of(statement) if name.privileges)
