"""Who can pay bonuses in an account that paid none in the window."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.activity import ActionActivity, Observation
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.snapshot import Window
from audit.rules.assemble import Certainty, cause_finding
from audit.rules.cause import Cause, by_statement
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.wording import can, confidence, through, who

SEND_BONUS = "mechanicalturk:SendBonus"

INFO = RuleInfo(
    id="can-pay-but-nothing-was-paid",
    title="Principals that can pay bonuses where none was paid",
    severity=Severity.CRITICAL,
    description=(
        "SendBonus is the privilege with the most to lose, and the account's list of bonus payments shows none in the "
        "window. A privilege that the whole account did without can go from every principal at once."
    ),
    remediation=(
        "Remove SendBonus from the statement. If bonuses are paid once in a while, give it to one role for the days of "
        "the payment."
    ),
    false_positive=(
        "It does not apply where bonuses are paid less often than once in a window, on a schedule that somebody can "
        "name, nor where the payments were made on HITs that ListHITs no longer shows."
    ),
    controls=controls_on("unused access", "privileged access"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that gives SendBonus, if the payments were read in full and there was none."""
    activity = context.activity.get(SEND_BONUS)
    if context.window is None or activity is None or activity.observation is not Observation.NOT_OBSERVED:
        return
    window = _window_words(context.window)
    for cause in by_statement(context, {SEND_BONUS}):
        title = (
            f"{who(context, cause.subjects)} {can(cause)} pay bonuses through {through(context, cause.refs)}, "
            f"and the account paid none in {window}"
        )
        yield cause_finding(
            context,
            INFO,
            cause,
            title,
            certainty=_certainty(context, cause, activity),
            facts=(("bonuses paid in the window", "0"), ("window", window)),
        )


def _certainty(context: RuleContext, cause: Cause, activity: ActionActivity) -> Certainty:
    """High only where the logs bear it out: a bonus on a HIT that is gone from ListHITs is not seen in the list."""
    sure, reason = confidence(cause)
    reach, window = context.log_reach, context.window
    logged = reach is not None and window is not None and reach.logs(SEND_BONUS)
    if reach and window and logged and not reach.undated and not reach.missing_days(window.since, window.until):
        return Certainty(
            sure, f"{reason} CloudTrail's logs hold every day of the window and no call that paid, either."
        )
    unseen = activity.note or "payments are listed HIT by HIT, so that one on a HIT that is gone is not seen"
    words = f"{reason} The list may lack payments: {unseen.rstrip('.')}."
    return Certainty(Confidence.MEDIUM if sure is Confidence.HIGH else Confidence.LOW, words)


def _window_words(window: Window) -> str:
    """`2026-Q3`, or its first and last day."""
    return window.label or f"{window.since:%Y-%m-%d} to {window.until:%Y-%m-%d} (not included)"
