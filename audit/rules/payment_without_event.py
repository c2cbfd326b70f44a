"""Money that was paid and that no event explains."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import Explanation, Outcome
from audit.rules.acts import WEBSITE, WINDOW_IDENTITY, act_facts, act_finding, during, payments, unseen, worth
from audit.rules.assemble import Certainty
from audit.rules.interface import RuleContext

INFO = RuleInfo(
    id="payment-without-event",
    title="Bonuses paid that no event explains",
    severity=Severity.HIGH,
    description=(
        "The account's list of payments holds these bonuses and CloudTrail no call that made them, so that nobody can "
        "say who paid. They were made on the requester website, or the call was not logged."
    ),
    remediation=(
        "Ask those who have the requester account's Amazon login, and whoever may stop the trail. Keep the account's "
        "transaction history, pay through one role alone, and mend the trail where days are missing."
    ),
    false_positive=(
        "It does not apply to payments that somebody made on the requester website and can show; keep them as an "
        "exception, which holds for this window alone."
    ),
    controls=controls_on("evidence", "privileged access"),
    identity=(*WINDOW_IDENTITY, "explanation"),
)

_REASONS = {
    Explanation.UNEXPLAINED: Certainty(
        Confidence.MEDIUM,
        "The logs hold the days of the payments; AWS does not establish that every call of this service is logged.",
    ),
}
_WITHOUT_LOGS = Certainty(
    Confidence.LOW, "The logs of that time are not there, so that an ordinary call may stand behind each of them."
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for each way in which the event is missing."""
    alone = payments(context, Outcome.NO_EVENT)
    paid = payments(context)
    for explanation in Explanation:
        rows = [row for row in alone if row.explanation is explanation]
        if not rows:
            continue
        yield act_finding(
            context,
            INFO,
            f"{worth(rows)}, of {worth(paid)}{during(context)}, {'has' if len(rows) == 1 else 'have'} no event "
            f"{unseen(explanation)}",
            subjects=[""],
            severity=Severity.HIGH if explanation is Explanation.UNEXPLAINED else Severity.MEDIUM,
            certainty=_REASONS.get(explanation, _WITHOUT_LOGS),
            facts=act_facts(rows),
            considered=(WEBSITE,),
            identity={"explanation": explanation.name.lower()},
        )
