"""Who can read what workers answered, uploaded, scored, were paid and are accused of."""

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
    id="exposes-worker-data",
    title="Principals that can read workers' data",
    severity=Severity.HIGH,
    description=(
        "Answers, uploaded files, test results, payments and the reasons of blocks are personal data, and a worker id "
        "equals that person's public Amazon profile id. The access levels List and Read sound harmless, and "
        "`mechanicalturk:Get*` with `mechanicalturk:List*` opens all of it."
    ),
    remediation=(
        "Name the few actions that a report needs, such as ListHITs and GetAccountBalance, in place of `Get*` and "
        "`List*`, and detach AmazonMechanicalTurkReadOnly. Give answers only to the role that processes them."
    ),
    false_positive=(
        "It does not apply to the pipeline that fetches results, and not to reviewers whose access to workers' data "
        "is recorded with its purpose."
    ),
    controls=controls_on("worker data"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that lets somebody read workers' data."""
    for cause in by_statement(context, privileges_of(context, RiskClass.EXPOSES_WORKER_DATA)):
        title = f"{who(context, cause.subjects)} {can(cause)} read workers' data through {through(context, cause.refs)}"
        yield cause_finding(context, INFO, cause, title)
