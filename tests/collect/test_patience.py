"""When a walk stops asking."""

from __future__ import annotations

import pytest

from audit.collect.interface import Failure
from audit.collect.patience import Patience
from audit.model.error import CollectError
from audit.model.snapshot import GapReason

DENIED = Failure(reason=GapReason.DENIED, detail="denied")
THROTTLED = Failure(reason=GapReason.THROTTLED, detail="throttled", transient=True)
DOWN = Failure(reason=GapReason.FAILED, detail="down", unreachable=True)
RETIRED = Failure(reason=GapReason.RETIRED, detail="closed")


def after(*outcomes: Failure | None) -> Failure | None:
    patience = Patience("mturk:ListBonusPayments")
    for outcome in outcomes:
        patience.learn(outcome)
    return patience.lost


def test_five_equal_failures_and_no_answer_are_enough() -> None:
    assert after(*[DENIED] * 4) is None
    assert after(*[DENIED] * 5) == DENIED


def test_different_failures_are_no_pattern() -> None:
    assert after(*[DENIED, THROTTLED] * 10) is None


def test_one_answer_keeps_the_walk_going() -> None:
    assert after(None, *[DENIED] * 100) is None


def test_a_retired_service_is_asked_once() -> None:
    assert after(RETIRED) == RETIRED


def test_an_endpoint_that_was_never_there_is_given_up_soon() -> None:
    assert after(*[DOWN] * 3) == DOWN


def test_a_connection_that_was_there_is_waited_for_by_the_user() -> None:
    assert after(None, DOWN, DOWN, None, DOWN, DOWN) is None
    with pytest.raises(CollectError, match="the connection was lost after 1 items"):
        after(None, DOWN, DOWN, DOWN)
