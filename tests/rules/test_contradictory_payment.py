"""contradictory-payment: a payment and its call do not agree."""

from __future__ import annotations

from decimal import Decimal

from audit.model.reconciliation import Explanation, Outcome
from audit.rules import contradictory_payment as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import paid

PAYER = "arn:aws:iam::111122223333:role/Payer"


def test_both_amounts_are_shown() -> None:
    row = paid(
        by=PAYER,
        amount="0.80",
        outcome=Outcome.CONTRADICTORY,
        explanation=Explanation.AMOUNT_DIFFERS,
        event_amount=Decimal(12),
    )
    found = only(rule, Account().context(reconciliation=(row, paid(by=PAYER))))
    assert found.title == "1 bonus worth $0.80 in 2026-Q3 contradicts its call"
    assert found.subjects == (PAYER,)
    assert ("differences", "3ASSIGNMENT: paid $0.80, called $12.00 (the amounts differ)") in found.facts


def test_payments_that_agree_or_stand_alone_are_none() -> None:
    assert not findings(rule, Account().context(reconciliation=(paid(by=PAYER), paid())))
