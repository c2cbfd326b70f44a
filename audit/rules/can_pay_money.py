"""Who can pay workers, and through which statement."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import RiskClass, Severity
from audit.rules.assemble import cause_finding, privileges_of
from audit.rules.cause import by_statement
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.wording import can, through, who

INFO = RuleInfo(
    id="can-pay-money",
    title="Principals that can pay workers",
    severity=Severity.CRITICAL,
    description=(
        "SendBonus pays any amount to any worker who had an assignment in the past six months, and ApproveAssignment "
        "pays the reward and the fee. IAM has no limit on the amount, so that whoever holds one of them holds the "
        "account's money."
    ),
    remediation=(
        "Keep both actions to the one role that runs payments, for as long as there is something to pay, and have "
        "people assume it with MFA. Take them out of every other statement; detach AWS managed policies that give "
        "them and attach a policy of your own with what is left."
    ),
    false_positive=(
        "It does not apply to the payment role itself, and not where a service control policy denies both actions in "
        "the account: keep it then as an exception that names the owner and the limit set outside IAM, such as the "
        "prepaid balance."
    ),
    controls=controls_on("privileged access"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that lets somebody pay."""
    for cause in by_statement(context, privileges_of(context, RiskClass.PAYS_MONEY)):
        title = f"{who(context, cause.subjects)} {can(cause)} pay workers through {through(context, cause.refs)}"
        yield cause_finding(context, INFO, cause, title)
