"""payment-without-event: money without a caller, told apart by what the logs could have shown."""

from __future__ import annotations

from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.model.reconciliation import Explanation
from audit.rules import payment_without_event as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import ROOT, paid

PAYER = "arn:aws:iam::111122223333:role/Payer"


def test_payments_without_an_event_are_added_up_and_nobody_is_blamed() -> None:
    rows = (paid(), paid(amount="2.50", worker="worker-2"), paid(by=PAYER, amount="7.00"))
    found = only(rule, Account().context(reconciliation=rows))
    assert found.title == (
        "2 bonuses worth $3.50, of 3 bonuses worth $10.50 in 2026-Q3, have no event although the logs hold the day"
    )
    assert found.subjects == (ROOT,)
    assert found.severity is Severity.HIGH
    assert ("workers", "2: worker-1 and worker-2") in found.facts


def test_days_without_logs_are_a_finding_of_their_own_and_less_sure() -> None:
    rows = (paid(), paid(explanation=Explanation.LOG_GAP), paid(explanation=Explanation.OUTSIDE_LOGS))
    found = findings(rule, Account().context(reconciliation=rows))
    assert len({each.fingerprint for each in found}) == 3
    unlogged = [each for each in found if "logs are missing" in each.title or "do not reach" in each.title]
    assert [each.confidence for each in unlogged] == [Confidence.LOW] * 2
    assert [each.severity for each in unlogged] == [Severity.MEDIUM] * 2


def test_another_window_is_another_finding() -> None:
    context = Account().context(reconciliation=(paid(),))
    other = Account().context(reconciliation=(paid(),), window=None)
    assert only(rule, context).fingerprint != only(rule, other).fingerprint


def test_payments_with_an_event_and_accounts_without_rows_are_fine() -> None:
    assert not findings(rule, Account().context(reconciliation=(paid(by=PAYER),)))
    assert not findings(rule, Account().context())
