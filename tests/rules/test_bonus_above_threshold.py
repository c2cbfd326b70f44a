"""bonus-above-threshold: by the user's own measure, and by none where none is set."""

from __future__ import annotations

from decimal import Decimal

from audit.model.threshold import Thresholds
from audit.rules import bonus_above_threshold as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import ROOT, paid

FIFTY = Thresholds(bonus=Decimal(50))


def test_each_payers_large_bonuses_are_one_finding() -> None:
    account = Account()
    ann = account.user("ann")
    rows = (paid(by=ann, amount="50.00"), paid(by=ann, amount="50.01"), paid(by=ann, amount="1200"))
    found = only(rule, account.context(reconciliation=rows, thresholds=FIFTY))
    assert found.title == "ann paid 2 bonuses worth $1,250.01 in 2026-Q3, each above $50.00"
    assert ("the largest", "$1,200.00") in found.facts


def test_a_large_one_whose_payer_is_not_known_counts_too() -> None:
    found = only(rule, Account().context(reconciliation=(paid(amount="60"),), thresholds=FIFTY))
    assert found.title.startswith("Somebody whom the events do not name paid 1 bonus")
    assert found.subjects == (ROOT,)


def test_without_a_threshold_no_bonus_is_large() -> None:
    assert not findings(rule, Account().context(reconciliation=(paid(amount="100000"),)))
