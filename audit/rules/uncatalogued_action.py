"""Action names and prefixes that no catalog holds, in policies written for the service."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.policy.document import Effect, Statement
from audit.rules.assemble import NO_REMEDY
from audit.rules.edit import with_names_replaced
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.names import NameBook, Named
from audit.rules.remedy import remedy
from audit.rules.text import statements, text_finding
from audit.rules.wording import enumeration, through

INFO = RuleInfo(
    id="uncatalogued-action",
    title="Actions that are in no catalog",
    severity=Severity.MEDIUM,
    description=(
        "The prefix `crowd:` of two AWS managed policies is in no catalog of AWS, and neither is a misspelt action "
        "name. What is not in the catalog cannot be evaluated: an Allow on it gives nothing that is known, and a Deny "
        "on it stops nothing that is known."
    ),
    remediation=(
        "Detach the AWS managed policies AmazonMechanicalTurkCrowdFullAccess and "
        "AmazonMechanicalTurkCrowdReadOnlyAccess, and delete the names from your own policies. In a Deny, find out "
        "which action was meant and name it."
    ),
    false_positive=(
        "It does not apply if AWS added the action after the date of the catalog that this report names; compare it "
        "with the service authorization reference."
    ),
    controls=controls_on("policy hygiene"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement with such names; a Deny is the graver case, for it was to protect something."""
    for grant, statement, unknown in statements(context, partial(_unknown, context.names)):
        words = enumeration([name.pattern for name in unknown], "further pattern")
        denies = statement.effect is Effect.DENY
        verb, effect = ("denies", "protects") if denies else ("allows", "grants")
        title = (
            f"{through(context, grant.refs)} {verb} {words}, which no catalog holds: it {effect} nothing that is known"
        )
        change = remedy(context, (grant,), with_names_replaced({name.pattern: () for name in unknown}))
        yield text_finding(
            context,
            INFO,
            grant,
            title,
            severity=Severity.MEDIUM if denies else Severity.LOW,
            change=NO_REMEDY if denies else change,
            facts=(("not in the catalog", words), ("catalog", context.profile.version)),
        )


def _unknown(names: NameBook, statement: Statement) -> tuple[Named, ...]:
    if statement.actions is None:
        return ()
    return tuple(name for name in names.of(statement) if name.unknown)
