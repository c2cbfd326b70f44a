"""Allow statements that give nothing, since their Resource is one that the actions do not have."""

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
from audit.rules.names import NameBook, Named
from audit.rules.remedy import remedy
from audit.rules.text import reaches_everything, statements, still_open, text_finding
from audit.rules.wording import count, enumeration, share, through

INFO = RuleInfo(
    id="grant-without-effect",
    title="Allow that cannot take effect",
    severity=Severity.LOW,
    description=(
        'Mechanical Turk\'s actions have no resource types, so that only `Resource: "*"` matches them. With an ARN, '
        "even `arn:aws:mechanicalturk:*:*:*`, the statement grants nothing. Its owner believes in an access, or in a "
        "limit of it, that is not there."
    ),
    remediation=(
        "Delete the Mechanical Turk actions from the statement. Do not widen the resource to `*` without need: that "
        "would give all that the statement names, at once."
    ),
    false_positive="There is none: the grant has no effect for anybody. Other statements may give the same actions.",
    controls=controls_on("policy hygiene"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every Allow statement that names such actions on something else than everything."""
    for grant, statement, names in statements(context, partial(_idle, context.names)):
        actions = tuple(sorted({action for name in names for action in name.privileges}))
        subjects = (*grant.policy.holders, *grant.policy.boundary_of)
        change = remedy(context, (grant,), with_names_replaced({name.pattern: () for name in names}))
        title = (
            f"{through(context, grant.refs)} allows {count(len(actions), 'privilege')} on "
            f"{resource_words(statement)}: it grants nothing"
        )
        yield text_finding(
            context,
            INFO,
            grant,
            title,
            severity=Severity.LOW,
            change=change,
            facts=(
                ("privileges that it names", share(len(actions), len(context.privileges))),
                ("have some of them otherwise", str(len(still_open(context, grant, subjects, actions).held))),
            ),
        )


def resource_words(statement: Statement) -> str:
    """What the statement has for a resource: `arn:aws:s3:::x`, `all but *`."""
    if statement.not_resources is not None:
        return f"all but {enumeration(statement.not_resources, 'further resource', most=2)}"
    return enumeration(statement.resources or (), "further resource", most=2)


def _idle(names: NameBook, statement: Statement) -> tuple[Named, ...]:
    if statement.effect is not Effect.ALLOW or statement.actions is None or reaches_everything(statement):
        return ()
    return tuple(name for name in names.of(statement) if name.privileges)
