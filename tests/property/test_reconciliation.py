"""Laws of the reconciliation: nothing is lost, nothing counts twice, and order and repetition do not matter."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.matching import paired
from audit.model.activity import BonusPayment
from audit.model.event import TrailEvent
from audit.model.reconciliation import Explanation, Outcome, ReconciliationRow, Subject
from audit.model.snapshot import Window
from tests.unit.evidence.evidence import QUARTER, actor, event, payment
from tests.unit.evidence.reconciling import reconciled

_ASSIGNMENTS, _WORKERS, _AMOUNTS = st.sampled_from("PQ"), st.sampled_from("AB"), st.sampled_from(["0.10", "0.20"])
# Minutes around the window's beginning and inside it: pairs, chains of pairs, and edges are all likely.
_TIMES = st.one_of(st.integers(-8, 8), st.integers(60, 90)).map(
    lambda minute: (QUARTER.since + timedelta(minutes=minute)).replace(tzinfo=None).isoformat()
)
PAYMENTS = st.lists(st.builds(payment, _TIMES, amount=_AMOUNTS, worker=_WORKERS, assignment=_ASSIGNMENTS), max_size=7)


@st.composite
def calls(draw: st.DrawFn) -> list[TrailEvent]:
    return [
        event(
            draw(_TIMES),
            event_id=str(place),
            by=actor(draw(st.sampled_from(["Payer", "Other"]))),
            assignment_id=draw(st.one_of(st.just(""), _ASSIGNMENTS)),
            worker_ids=draw(st.one_of(st.just(()), st.tuples(_WORKERS))),
            amount=draw(st.one_of(st.none(), _AMOUNTS.map(Decimal))),
            token=draw(st.sampled_from(["", "", "t"])),
            error_code=draw(st.sampled_from(["", "", "AccessDenied"])),
        )
        for place in range(draw(st.integers(0, 7)))
    ]


def bonus_rows(
    payments: list[BonusPayment], events: list[TrailEvent], window: Window | None
) -> list[ReconciliationRow]:
    return [row for row in reconciled(payments, events, window=window).rows if row.subject is Subject.BONUS]


@given(PAYMENTS, calls())
def test_every_payment_and_every_performed_call_is_in_exactly_one_row(
    payments: list[BonusPayment], events: list[TrailEvent]
) -> None:
    rows = bonus_rows(payments, events, None)
    listed = Counter((each.granted_at, each.assignment_id, each.worker_id, each.amount) for each in payments)
    assert Counter((row.paid_at, row.assignment_id, row.worker, row.amount) for row in rows if row.paid_at) == listed
    assert sorted(row.event_id for row in rows if row.event_id) == sorted(
        each.event_id for each in events if each.performed
    )
    for row in rows:
        paired_ = row.paid_at is not None and row.event_at is not None
        assert paired_ == (row.outcome in (Outcome.MATCHED, Outcome.CONTRADICTORY))


@given(PAYMENTS, calls())
def test_money_is_conserved_in_the_window(payments: list[BonusPayment], events: list[TrailEvent]) -> None:
    found = reconciled(payments, events)
    paid = sum((each.amount for each in payments if QUARTER.holds(each.granted_at)), Decimal(0))
    outcomes = {total.outcome: total.amount or Decimal(0) for total in found.totals if total.subject is Subject.BONUS}
    assert set(outcomes) == set(Outcome)
    assert outcomes[Outcome.MATCHED] + outcomes[Outcome.NO_EVENT] + outcomes[Outcome.CONTRADICTORY] == paid
    assert sum((row.amount for row in found.principal_payments), Decimal(0)) == paid
    asked = sum(
        (row.event_amount or Decimal(0) for row in found.rows if row.explanation != Explanation.REPEATED), Decimal(0)
    )
    assert sum((total.event_amount or Decimal(0) for total in found.totals), Decimal(0)) == asked


@given(st.data(), PAYMENTS, calls())
def test_order_and_repetition_change_nothing(
    data: st.DataObject, payments: list[BonusPayment], events: list[TrailEvent]
) -> None:
    again = data.draw(st.permutations([*events, *events[:2]]))
    assert reconciled(data.draw(st.permutations(payments)), again) == reconciled(payments, events)


@given(PAYMENTS, calls())
def test_windows_that_follow_each_other_share_the_rows_out(
    payments: list[BonusPayment], events: list[TrailEvent]
) -> None:
    long = QUARTER.since - timedelta(days=1), QUARTER.since, QUARTER.until
    windows = [Window(since=long[place], until=long[place + 1]) for place in (0, 1)]
    parts = [row for window in windows for row in bonus_rows(payments, events, window)]
    assert Counter(parts) == Counter(bonus_rows(payments, events, None))


_MOMENTS = st.lists(st.integers(0, 9).map(lambda second: QUARTER.since + timedelta(seconds=second)), max_size=5).map(
    sorted
)


@given(_MOMENTS, _MOMENTS, st.integers(0, 4).map(lambda seconds: timedelta(seconds=seconds)))
def test_as_many_moments_as_possible_are_paired_and_the_closest(
    ones: list[datetime], others: list[datetime], tolerance: timedelta
) -> None:
    pairs = paired(ones, others, tolerance)
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    apart = [abs(ones[one] - others[other]) for one, other in pairs]
    assert all(each <= tolerance for each in apart)
    assert (len(pairs), -sum(apart, timedelta())) == _best(ones, others, tolerance)


def _best(ones: list[datetime], others: list[datetime], tolerance: timedelta) -> tuple[int, timedelta]:
    """By trying every pairing."""
    if not ones:
        return 0, timedelta()
    found = [_best(ones[1:], others, tolerance)]
    for place, other in enumerate(others):
        if abs(ones[0] - other) <= tolerance:
            count, apart = _best(ones[1:], others[:place] + others[place + 1 :], tolerance)
            found.append((count + 1, apart - abs(ones[0] - other)))
    return max(found)
