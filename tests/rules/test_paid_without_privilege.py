"""paid-without-privilege: who paid then and cannot now."""

from __future__ import annotations

from audit.model.entitlement import Verdict
from audit.model.event import ActorType
from audit.rules import paid_without_privilege as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import ROOT, paid, payer


def test_a_payer_that_is_gone_or_denied_today_is_named() -> None:
    account = Account()
    lost = account.role("Lost")
    gone = "arn:aws:iam::111122223333:role/Gone"
    rows = (paid(by=lost), paid(by=gone))
    context = account.context(reconciliation=rows, payers=(payer(lost, Verdict.IMPLICIT_DENY), payer(gone, None)))
    assert sorted(found.title for found in findings(rule, context)) == [
        "Lost paid bonuses in 2026-Q3, 2 worth $2.50, and may not today (implicit deny)",
        f"{gone} paid bonuses in 2026-Q3, 2 worth $2.50, and is not in the account's IAM today",
    ]


def test_a_role_that_was_made_again_is_another_one() -> None:
    account = Account()
    again = account.role("Again")
    old = only(rule, account.context(reconciliation=(paid(by=again),), payers=(payer(again, None),)))
    new = only(rule, account.context(payers=(payer(again, Verdict.EXPLICIT_DENY),)))
    assert dict(old.identity)["principal"] == again
    assert dict(new.identity)["principal"] == "AROAAGAIN"


def test_payers_who_still_may_and_those_that_iam_never_holds_are_none() -> None:
    account = Account()
    arn = account.role("Payer")
    allowed = [payer(arn, verdict) for verdict in (Verdict.ALLOW, Verdict.CONDITIONAL, Verdict.NOT_EVALUATED)]
    outside = [payer(ROOT, None, ActorType.ROOT), payer("arn:aws:iam::9:role/X", None, ActorType.OTHER_ACCOUNT)]
    assert not findings(rule, account.context(payers=(*allowed, *outside)))
