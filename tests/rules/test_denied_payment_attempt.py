"""denied-payment-attempt: refused by IAM, and never called a use."""

from __future__ import annotations

from audit.rules import denied_payment_attempt as rule
from tests.rules.account import Account, findings, full, only
from tests.rules.acts import tried


def test_attempts_of_one_principal_are_one_finding() -> None:
    account = Account()
    arn = account.role("Curious")
    found = only(rule, account.context(usage=(tried(arn), tried(arn, "ApproveAssignment", denied=1))))
    assert found.title == "Curious was refused 4 calls of ApproveAssignment and SendBonus in 2026-Q3"
    assert found.privileges == (full("ApproveAssignment"), full("SendBonus"))
    assert ("the last one", "2026-08-01 12:00 UTC") in found.facts
    assert found.subjects == (arn,)


def test_other_actions_performed_calls_and_the_sandbox_are_none() -> None:
    rows = (
        tried("a", "ListHITs"),
        tried("b", denied=0, count=5),
        tried("c", environment="sandbox"),
        tried("d", denied=0, failed=2),
    )
    assert not findings(rule, Account().context(usage=rows))
