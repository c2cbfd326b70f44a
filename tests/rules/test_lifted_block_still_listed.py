"""lifted-block-still-listed: the list contradicts the last call."""

from __future__ import annotations

from audit.model.reconciliation import Outcome
from audit.rules import lifted_block_still_listed as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import blocked


def test_whoever_lifted_it_is_named() -> None:
    found = only(rule, Account().context(reconciliation=(blocked(Outcome.CONTRADICTORY, "arn:aws:iam::1:user/a"),)))
    assert found.title == "1 worker whose block was lifted is still blocked"
    assert found.subjects == ("arn:aws:iam::1:user/a",)


def test_blocks_that_fit_are_none() -> None:
    rows = tuple(blocked(outcome, "a") for outcome in Outcome if outcome is not Outcome.CONTRADICTORY)
    assert not findings(rule, Account().context(reconciliation=rows))
