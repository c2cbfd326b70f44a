"""Workers who are blocked, and no call tells by whom."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import Outcome, Subject
from audit.rules.acts import WEBSITE, WINDOW_IDENTITY, act_facts, act_finding
from audit.rules.assemble import Certainty
from audit.rules.interface import RuleContext
from audit.rules.wording import share

CREATE_BLOCK = "mechanicalturk:CreateWorkerBlock"

INFO = RuleInfo(
    id="block-without-event",
    title="Worker blocks that no event explains",
    severity=Severity.LOW,
    description=(
        "These workers are blocked and no call in the logs set the block. AWS tells neither when a block was set nor "
        "by whom, so that an old one looks like one from the requester website; a worker with many blocks may lose "
        "the account."
    ),
    remediation="Ask who blocked them and for what; lift the blocks that nobody can give a reason for.",
    false_positive="It does not apply to blocks that are older than the logs, which earlier snapshots can show.",
    controls=controls_on("evidence", "worker data"),
    identity=WINDOW_IDENTITY,
)

_CERTAINTY = Certainty(Confidence.LOW, "Blocks have no time, so that each of them may be older than the logs.")


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for the account."""
    blocks = [row for row in context.reconciliation if row.subject is Subject.BLOCK]
    standing = [row for row in blocks if row.outcome is not Outcome.NO_PAYMENT]
    rows = [row for row in standing if row.outcome is Outcome.NO_EVENT]
    if rows:
        yield act_finding(
            context,
            INFO,
            f"{share(len(rows), len(standing))} worker blocks that stand have no event",
            subjects=[""],
            severity=INFO.severity,
            certainty=_CERTAINTY,
            facts=act_facts(rows),
            considered=(WEBSITE,),
            privileges=(CREATE_BLOCK,),
            identity={},
        )
