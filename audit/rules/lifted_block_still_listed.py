"""Blocks that the last call lifted and that are in the list all the same."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import Outcome, Subject
from audit.rules.acts import WEBSITE, WINDOW_IDENTITY, act_facts, act_finding
from audit.rules.assemble import Certainty
from audit.rules.interface import RuleContext
from audit.rules.wording import count

DELETE_BLOCK = "mechanicalturk:DeleteWorkerBlock"

INFO = RuleInfo(
    id="lifted-block-still-listed",
    title="Blocks that were lifted and are still listed",
    severity=Severity.LOW,
    description=(
        "The last call about these workers lifted their block, and the list of blocks still holds them: somebody "
        "blocked them again where no log sees it, or the call had no effect."
    ),
    remediation="Look the workers up on the requester website and lift the blocks again, or find who set them anew.",
    false_positive="It does not apply to blocks that were set again after the end of the logs.",
    controls=controls_on("evidence", "worker data"),
    identity=WINDOW_IDENTITY,
)

_CERTAINTY = Certainty(
    Confidence.MEDIUM, "The logs between the call and their end are whole; what came after is not in them."
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for the account."""
    rows = [
        row for row in context.reconciliation if row.subject is Subject.BLOCK and row.outcome is Outcome.CONTRADICTORY
    ]
    if rows:
        yield act_finding(
            context,
            INFO,
            f"{count(len(rows), 'worker')} whose block was lifted {'is' if len(rows) == 1 else 'are'} still blocked",
            subjects=[row.principal_arn for row in rows],
            severity=INFO.severity,
            certainty=_CERTAINTY,
            facts=act_facts(rows),
            considered=(WEBSITE,),
            privileges=(DELETE_BLOCK,),
            identity={},
        )
