"""Activity by privilege: observed, not observed, not tracked and not collected are four different things."""

from __future__ import annotations

from decimal import Decimal

import pytest

from audit.catalog.load import load_profile
from audit.evidence.activity import activity_of
from audit.evidence.calls import calls_of
from audit.model.activity import ActionActivity, Observation
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.content import AccountEvidence
from tests.unit.evidence.evidence import ACCOUNT, QUARTER, account, block, event, gap, hit, moment, payment, reach

BONUSES = "mturk:ListBonusPayments"


def rows(evidence: AccountEvidence, *gaps: Gap) -> dict[str, ActionActivity]:
    there = None if evidence.events is None else reach()
    calls = calls_of(evidence.events or (), ACCOUNT, load_profile(), QUARTER, there)
    found = activity_of(evidence, load_profile(), QUARTER, gaps, calls)
    assert [row.action for row in found] == [privilege.action for privilege in load_profile().privileges]
    return {row.action.partition(":")[2]: row for row in found}


def test_payments_of_the_window_are_counted_and_added_up_to_the_cent() -> None:
    paid = (
        payment("2026-06-30T23:59:59", "100.00"),
        payment("2026-07-01T00:00:00", "0.10"),
        payment("2026-09-30T23:59:59", "0.20"),
        payment("2026-10-01T00:00:00", "100.00"),
    )
    row = rows(account(paid))["SendBonus"]
    assert row.observation is Observation.OBSERVED
    assert (row.count, row.amount) == (2, Decimal("0.30"))
    assert (row.first_at, row.last_at) == (moment("2026-07-01T00:00:00"), moment("2026-09-30T23:59:59"))


def test_no_payment_where_all_were_collected_is_not_observed() -> None:
    row = rows(account())["SendBonus"]
    assert (row.observation, row.count, row.amount) == (Observation.NOT_OBSERVED, 0, Decimal(0))
    assert "120 days" in row.note


@pytest.mark.parametrize(
    ("evidence", "gaps"),
    [
        (account(None, hits=None), ()),
        (account(None), (gap(BONUSES),)),
        (account(), (gap(BONUSES, item="3HIT"),)),
        (account(), (gap(BONUSES, GapReason.GONE, item="3HIT"),)),
        (account(), (gap("mturk:ListHITs", GapReason.RETIRED),)),
    ],
    ids=["no file", "no answer", "one HIT failed", "one HIT gone", "HITs not listed"],
)
def test_no_payment_where_some_may_be_missing_is_not_collected_and_no_zero(
    evidence: AccountEvidence, gaps: tuple[Gap, ...]
) -> None:
    row = rows(evidence, *gaps)["SendBonus"]
    assert (row.observation, row.count, row.amount) == (Observation.NOT_COLLECTED, None, None)
    assert row.note


def test_payments_with_a_gap_are_observed_as_a_lower_bound() -> None:
    row = rows(account((payment("2026-08-01T00:00:00"),)), gap(BONUSES, GapReason.GONE, item="3HIT"))["SendBonus"]
    assert (row.observation, row.count) == (Observation.OBSERVED, 1)
    assert "lower bound" in row.note


def test_blocks_have_a_count_and_no_time() -> None:
    row = rows(account(blocks=(block(), block("A2"))))["CreateWorkerBlock"]
    assert (row.observation, row.count, row.first_at) == (Observation.OBSERVED, 2, None)
    assert rows(account(blocks=None))["CreateWorkerBlock"].observation is Observation.NOT_COLLECTED


def test_hits_count_once_though_two_calls_can_have_made_them() -> None:
    found = rows(account(hits=(hit("2026-08-01T10:00:00"), hit("2026-01-01T10:00:00"))))
    assert (found["CreateHIT"].observation, found["CreateHIT"].count) == (Observation.OBSERVED, 1)
    assert (found["CreateHITWithHITType"].observation, found["CreateHITWithHITType"].count) == (
        Observation.NOT_TRACKED,
        None,
    )


def test_no_hit_speaks_for_both_calls() -> None:
    found = rows(account())
    assert found["CreateHIT"].observation is found["CreateHITWithHITType"].observation is Observation.NOT_OBSERVED


def test_what_only_events_would_tell_is_not_collected_without_them() -> None:
    row = rows(account())["DeleteHIT"]
    assert (row.observation, row.count) == (Observation.NOT_COLLECTED, None)
    assert "CloudTrail" in row.note


def test_events_tell_of_what_no_list_does() -> None:
    found = rows(account(events=(event("2026-08-01", "DeleteHIT"), event("2026-08-02", "GetHIT", error_code="X"))))
    assert (found["DeleteHIT"].observation, found["DeleteHIT"].count) == (Observation.OBSERVED, 1)
    assert (found["GetHIT"].observation, found["GetHIT"].count) == (Observation.NOT_OBSERVED, 0)
    assert found["DeleteHIT"].source == "CloudTrail log files"


def test_a_list_that_shows_nothing_gives_way_to_an_event() -> None:
    """A bonus on a HIT that is gone is in no list; that nothing was paid must not be said of it."""
    row = rows(account(events=(event("2026-08-01"),)))["SendBonus"]
    assert (row.observation, row.count, row.amount) == (Observation.OBSERVED, 1, Decimal("1.00"))


def test_events_tell_the_two_calls_that_make_hits_apart() -> None:
    made = account(hits=(hit("2026-08-01T10:00:00"),), events=(event("2026-08-01T10:00:00", "CreateHITWithHITType"),))
    found = rows(made)
    assert found["CreateHIT"].observation is Observation.NOT_OBSERVED
    assert found["CreateHITWithHITType"].count == 1
