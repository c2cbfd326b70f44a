"""Payments added up by worker and by week: none is lost, and none counts twice."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.payments import by_week, by_worker, payments_in
from audit.evidence.pseudonym import Workers, key_of_evidence
from audit.model.activity import BonusPayment
from audit.model.snapshot import AccountSummary
from audit.snapshot.content import AccountEvidence, Snapshot
from tests.unit.evidence.evidence import ACCOUNT, QUARTER, account, payment

WORKERS = Workers(b"a key")

payments = st.lists(
    st.builds(
        BonusPayment,
        hit_id=st.just("3HIT"),
        assignment_id=st.text("AB12", min_size=1, max_size=3),
        worker_id=st.sampled_from(["A1", "A2", "A3"]),
        amount=st.decimals("0.01", "10", places=2),
        reason=st.text(max_size=3),
        granted_at=st.integers(-40, 140).map(lambda day: QUARTER.since + timedelta(days=day, hours=day % 24)),
    ),
    max_size=30,
).map(tuple)


@given(payments)
def test_workers_and_weeks_add_up_to_what_was_paid_in_the_window(paid: tuple[BonusPayment, ...]) -> None:
    evidence = account(paid)
    inside = [each for each in paid if QUARTER.holds(each.granted_at)]
    total = sum((each.amount for each in inside), Decimal(0))
    for rows in (by_worker(evidence, QUARTER, WORKERS), by_week(evidence, QUARTER)):
        assert sum(row.count for row in rows) == len(inside)
        assert sum((row.amount for row in rows), Decimal(0)) == total
    assert len(payments_in(evidence, None)) == len(paid)


def test_weeks_cover_the_window_without_overlap() -> None:
    weeks = by_week(account(), QUARTER)
    assert (weeks[0].since, weeks[-1].until) == (QUARTER.since, QUARTER.until)
    assert all(before.until == after.since for before, after in itertools.pairwise(weeks))
    assert all(week.until.weekday() == 0 for week in weeks[:-1])


def test_no_weeks_where_payments_were_not_collected() -> None:
    assert by_week(account(None), QUARTER) == ()


def test_the_largest_sum_comes_first() -> None:
    paid = (payment("2026-08-01T00:00:00", "1.00", "A1"), payment("2026-08-02T00:00:00", "5.00", "A2"))
    assert [row.amount for row in by_worker(account(paid), QUARTER, WORKERS)] == [Decimal("5.00"), Decimal("1.00")]


def test_a_worker_is_named_by_a_keyed_pseudonym_unless_asked() -> None:
    name = WORKERS.name("A1WORKER")
    assert name.startswith("worker-")
    assert "A1WORKER" not in name
    assert name == Workers(b"a key").name("A1WORKER")
    assert name != Workers(b"another key").name("A1WORKER")
    assert Workers(b"a key", plain=True).name("A1WORKER") == "A1WORKER"


def snapshot(evidence: AccountEvidence) -> Snapshot:
    return Snapshot(name="2026-Q3", sha256="", manifest=None, accounts=(evidence,))


def test_without_a_key_the_evidence_itself_is_one() -> None:
    paid = snapshot(account((payment("2026-08-01T00:00:00"),)))
    other = snapshot(account((payment("2026-08-01T00:00:00", assignment="3OTHER"),)))
    assert key_of_evidence(paid) == key_of_evidence(paid)
    assert key_of_evidence(paid) != key_of_evidence(other)
    assert AccountSummary(account_id=ACCOUNT) == paid.accounts[0].account
