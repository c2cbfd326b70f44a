"""several-payers-of-a-worker: grouped by who the payers are."""

from __future__ import annotations

from audit.rules import several_payers_of_a_worker as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import paid


def test_workers_with_the_same_payers_are_one_finding() -> None:
    account = Account()
    ann, payroll = account.user("ann"), account.role("Payroll")
    rows = [paid(by=arn, worker=worker) for worker in ("w1", "w2") for arn in (ann, payroll)]
    found = only(rule, account.context(reconciliation=(*rows, paid(by=ann, worker="w3"))))
    assert found.title == "2 workers had bonuses from each of Payroll and ann in 2026-Q3"
    assert found.subjects == (payroll, ann)
    assert ("amount", "$4.00") in found.facts


def test_one_payer_or_an_unknown_one_beside_it_is_none() -> None:
    account = Account()
    ann = account.user("ann")
    assert not findings(rule, account.context(reconciliation=(paid(by=ann), paid(by=ann), paid())))
