"""Who can delete the records that a review rests on."""

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
    id="destroys-evidence",
    title="Principals that can delete HITs or qualification types",
    severity=Severity.HIGH,
    description=(
        "A deleted HIT leaves ListHITs, and its assignments and bonus payments can no longer be listed; a deleted "
        "qualification type takes its HIT types along. Whoever holds these privileges can remove what a review of "
        "payments rests on."
    ),
    remediation=(
        "Take DeleteHIT and DeleteQualificationType out of the statement. HITs leave the listing by themselves after "
        "120 days, so that no job needs to delete them; save a snapshot before anything is deleted."
    ),
    false_positive=(
        "It does not apply to a clean-up role that nobody assumes by hand and that runs only after the evidence was "
        "saved; name that job in the exception."
    ),
    controls=controls_on("evidence"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that lets somebody delete."""
    for cause in by_statement(context, privileges_of(context, RiskClass.DESTROYS_EVIDENCE)):
        title = (
            f"{who(context, cause.subjects)} {can(cause)} delete Mechanical Turk records "
            f"through {through(context, cause.refs)}"
        )
        yield cause_finding(context, INFO, cause, title)
