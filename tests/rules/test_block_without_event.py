"""block-without-event: low and unsure, since a block has no time."""

from __future__ import annotations

from audit.model.finding import Confidence
from audit.model.reconciliation import Outcome
from audit.rules import block_without_event as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import blocked, paid


def test_blocks_without_a_call_are_counted_among_those_that_stand() -> None:
    rows = (blocked(Outcome.NO_EVENT), blocked(Outcome.MATCHED, "a"), blocked(Outcome.NO_PAYMENT, "a"))
    found = only(rule, Account().context(reconciliation=rows))
    assert found.title == "1 of 2 worker blocks that stand have no event"
    assert found.confidence is Confidence.LOW


def test_blocks_whose_call_is_known_and_payments_are_none() -> None:
    assert not findings(rule, Account().context(reconciliation=(blocked(Outcome.MATCHED, "a"), paid())))
