"""Allow statements on action names that no API answers to any more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.policy.document import Effect, Statement
from audit.rules.edit import with_names_replaced
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.names import NameBook, Named, retired_words
from audit.rules.remedy import remedy
from audit.rules.text import statements, text_finding
from audit.rules.wording import count, enumeration, through

INFO = RuleInfo(
    id="retired-action-name",
    title="Allow on a retired action name",
    severity=Severity.LOW,
    description=(
        "These action names belong to the API of 2014-08-15, which ended on 2019-06-01. They grant nothing, and they "
        "tell that nobody has read the policy since: it may not say any more what its owner thinks it does."
    ),
    remediation=(
        "Delete the retired names. Do not put their successors in without need: whoever used this policy has worked "
        "without them since 2019."
    ),
    false_positive="There is none: no request carries these names.",
    controls=controls_on("policy hygiene"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every Allow statement with such names."""
    for grant, _, dead in statements(context, partial(_dead, context.names)):
        retired = tuple({action.name: action for name in dead for action in name.retired}.values())
        words = enumeration(retired_words(retired), "further name")
        title = (
            f"{through(context, grant.refs)} allows {count(len(retired), 'retired action name')}, "
            f"which {'grants' if len(retired) == 1 else 'grant'} nothing: {words}"
        )
        change = remedy(context, (grant,), with_names_replaced({name.pattern: () for name in dead}))
        yield text_finding(
            context, INFO, grant, title, severity=Severity.LOW, change=change, facts=(("retired names", words),)
        )


def _dead(names: NameBook, statement: Statement) -> tuple[Named, ...]:
    if statement.effect is not Effect.ALLOW or statement.actions is None:
        return ()
    return tuple(name for name in names.of(statement) if name.dead)
