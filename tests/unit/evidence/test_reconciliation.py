"""Payments held against calls: four outcomes, what explains them, who paid, and totals to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit.evidence.pseudonym import Workers
from audit.model.entitlement import Verdict
from audit.model.event import Actor, ActorType, TrailEvent
from audit.model.reconciliation import Explanation, Outcome, ReconciliationRow, Subject
from audit.model.snapshot import GapReason
from tests.unit.evidence.evidence import ACCOUNT, actor, block, coverage, event, gap, hit, moment, payment, role
from tests.unit.evidence.reconciling import reconciled

NOON = "2026-08-01T12:00:00"


def bonus_rows(*args: Any, **options: Any) -> list[ReconciliationRow]:
    return [row for row in reconciled(*args, **options).rows if row.subject is Subject.BONUS]


def only(*args: Any, **options: Any) -> ReconciliationRow:
    (row,) = bonus_rows(*args, **options)
    return row


@pytest.mark.parametrize(
    ("told", "outcome", "explanation"),
    [
        ({}, Outcome.MATCHED, Explanation.NONE),
        ({"amount": None}, Outcome.MATCHED, Explanation.NONE),
        ({"worker_ids": ()}, Outcome.MATCHED, Explanation.NONE),
        ({"assignment_id": ""}, Outcome.MATCHED, Explanation.NONE),
        ({"amount": None, "worker_ids": ()}, Outcome.MATCHED, Explanation.NONE),
        ({"amount": Decimal("1.0")}, Outcome.MATCHED, Explanation.NONE),
        ({"amount": Decimal("1.01")}, Outcome.CONTRADICTORY, Explanation.AMOUNT_DIFFERS),
        ({"worker_ids": ("A2",)}, Outcome.CONTRADICTORY, Explanation.WORKER_DIFFERS),
        ({"worker_ids": ("A2",), "amount": Decimal(9)}, Outcome.CONTRADICTORY, Explanation.WORKER_DIFFERS),
    ],
)
def test_a_call_and_a_payment_on_one_assignment_agree_in_what_is_told_or_contradict_each_other(
    told: dict[str, Any], outcome: Outcome, explanation: Explanation
) -> None:
    row = only([payment(NOON)], [event("2026-08-01T12:04:59", **told)])
    assert (row.outcome, row.explanation) == (outcome, explanation)
    assert (row.amount, row.event_amount) == (Decimal("1.00"), told.get("amount", Decimal("1.00")))
    assert row.principal_arn == role().arn


@pytest.mark.parametrize(
    "other",
    [
        event("2026-08-01T12:05:01"),
        event(NOON, assignment_id="3OTHER"),
        event(NOON, assignment_id="", worker_ids=()),
        event(NOON, assignment_id="", amount=Decimal(2)),
    ],
    ids=["too late", "another assignment", "tells neither", "another amount, no assignment"],
)
def test_what_does_not_fit_stands_alone_on_both_sides(other: TrailEvent) -> None:
    assert {row.outcome for row in bonus_rows([payment(NOON)], [other])} == {Outcome.NO_EVENT, Outcome.NO_PAYMENT}


def test_a_call_that_was_refused_or_made_elsewhere_pays_nothing() -> None:
    calls = [
        event(NOON, error_code="AccessDenied"),
        event(NOON, event_id="2", error_code="RequestError"),
        event(NOON, event_id="3", environment="sandbox"),
    ]
    assert only([payment(NOON)], calls).outcome is Outcome.NO_EVENT
    assert only([payment(NOON)], calls, environment="sandbox").outcome is Outcome.MATCHED


def test_several_bonuses_on_one_assignment_each_find_the_closest_call() -> None:
    paid = [payment(f"2026-08-01T12:0{minute}:00") for minute in (0, 3, 6)]
    calls = [event(f"2026-08-01T12:0{minute}:30", event_id=str(minute)) for minute in (2, 5, 8)]
    rows = bonus_rows(paid, calls)
    assert [row.outcome for row in rows] == [Outcome.MATCHED] * 3
    assert [row.event_id for row in rows] == ["2", "5", "8"]


def test_two_equal_payments_are_two() -> None:
    found = reconciled([payment(NOON), payment(NOON)], [event(NOON)])
    assert [row.outcome for row in found.rows] == [Outcome.MATCHED, Outcome.NO_EVENT]


def test_a_repeated_request_token_is_no_second_payment() -> None:
    calls = [event(NOON, token="t"), event("2026-08-01T12:00:02", token="t")]
    found = reconciled([payment(NOON)], calls)
    assert [(row.outcome, row.explanation) for row in found.rows] == [
        (Outcome.MATCHED, Explanation.NONE),
        (Outcome.NO_PAYMENT, Explanation.REPEATED),
    ]
    alone = next(total for total in found.totals if total.outcome is Outcome.NO_PAYMENT)
    assert (alone.count, alone.event_amount) == (1, None)


def test_one_token_for_two_workers_is_no_repetition() -> None:
    calls = [event(NOON, token="t"), event("2026-08-01T12:00:02", token="t", worker_ids=("A2",))]
    assert Explanation.REPEATED not in [row.explanation for row in bonus_rows([], calls)]


@pytest.mark.parametrize(
    ("when", "logs", "explanation"),
    [
        (NOON, {}, Explanation.UNEXPLAINED),
        (NOON, {"missing_days": (date(2026, 8, 1),)}, Explanation.LOG_GAP),
        ("2026-08-02T00:04:00", {"missing_days": (date(2026, 8, 1),)}, Explanation.LOG_GAP),
        (NOON, {"missing_days": (date(2026, 8, 2),)}, Explanation.UNEXPLAINED),
        (NOON, {"damaged_files": ("1/2026/08/01/x.json.gz",)}, Explanation.LOG_GAP),
        (NOON, {"logs_writes": False}, Explanation.LOG_GAP),
        (NOON, {"since": moment("2026-08-02")}, Explanation.OUTSIDE_LOGS),
        (NOON, {"until": moment("2026-08-01T12:01:00")}, Explanation.OUTSIDE_LOGS),
    ],
)  # fmt: skip
def test_a_payment_without_an_event_is_explained_by_the_logs(
    when: str, logs: dict[str, Any], explanation: Explanation
) -> None:
    row = only([payment(when)], [], covered=coverage(**logs))
    assert (row.outcome, row.explanation, row.actor_type) == (Outcome.NO_EVENT, explanation, None)


BONUSES = "mturk:ListBonusPayments"


@pytest.mark.parametrize(
    ("told", "gaps", "explanation"),
    [
        ({}, (), Explanation.NOT_LISTED),
        ({}, (gap(BONUSES, GapReason.GONE, "assignment 3ASSIGNMENT"),), Explanation.HIT_GONE),
        ({}, (gap(BONUSES, GapReason.FAILED, "assignment 3ASSIGNMENT"),), Explanation.PAYMENTS_MISSING),
        ({}, (gap(BONUSES, GapReason.GONE, "3HITx"),), Explanation.PAYMENTS_MISSING),
        ({}, (gap("mturk:ListHITs", GapReason.FAILED),), Explanation.PAYMENTS_MISSING),
        ({"hit_id": "3HITx"}, (gap(BONUSES, GapReason.GONE, "3HITx"),), Explanation.HIT_GONE),
        ({"hit_id": "3HITx"}, (), Explanation.HIT_GONE),
        ({"hit_id": "3HIT2026-07-01"}, (), Explanation.NOT_LISTED),
    ],
)
def test_a_call_without_a_payment_is_explained_by_the_lists(
    told: dict[str, Any], gaps: tuple[Any, ...], explanation: Explanation
) -> None:
    row = only([], [event(NOON, **told)], gaps=gaps, hits=[hit("2026-07-01")])
    assert (row.outcome, row.explanation) == (Outcome.NO_PAYMENT, explanation)


def test_a_late_bonus_whose_assignment_was_asked_about_is_listed() -> None:
    late = event("2026-08-09T12:00:00")
    assert [row.explanation for row in bonus_rows([payment(NOON)], [event(NOON, event_id="1"), late])] == [
        Explanation.NONE,
        Explanation.NOT_LISTED,
    ]


def test_a_pair_over_the_windows_edge_is_of_the_window_of_its_payment() -> None:
    paid, call = payment("2026-10-01T00:00:01"), event("2026-09-30T23:59:59")
    assert bonus_rows([paid], [call]) == []
    assert only([paid], [call], window=None).outcome is Outcome.MATCHED


def test_totals_are_there_for_every_outcome_and_to_the_cent() -> None:
    paid = [
        payment("2026-08-01T10:00:00", "0.10"),
        payment("2026-08-02T10:00:00", "0.20"),
        payment("2026-08-03T10:00:00", "5.05"),
    ]
    calls = [
        event("2026-08-01T10:00:00", amount=Decimal("0.10")),
        event("2026-08-03T10:00:00", amount=Decimal("5.50")),
        event("2026-08-04T10:00:00", amount=Decimal("7.00")),
    ]
    totals = [total for total in reconciled(paid, calls, blocks=None).totals if total.subject is Subject.BONUS]
    assert [(total.outcome, total.count, total.amount, total.event_amount) for total in totals] == [
        (Outcome.MATCHED, 1, Decimal("0.10"), Decimal("0.10")),
        (Outcome.NO_EVENT, 1, Decimal("0.20"), None),
        (Outcome.NO_PAYMENT, 1, None, Decimal("7.00")),
        (Outcome.CONTRADICTORY, 1, Decimal("5.05"), Decimal("5.50")),
    ]


def test_an_account_without_a_list_of_payments_has_no_rows_and_no_totals() -> None:
    found = reconciled(None, [event(NOON)], blocks=None)
    assert (found.rows, found.totals, found.principal_payments) == ((), (), ())


def test_who_paid_is_named_with_the_verdict_of_today_and_the_unexplained_comes_last() -> None:
    gone = actor("Gone", unique_id="AROAOLD")
    root = Actor(type=ActorType.ROOT, principal_arn=f"arn:aws:iam::{ACCOUNT}:root", account_id=ACCOUNT)
    paid = [payment(f"2026-08-0{day}T10:00:00", amount) for day, amount in enumerate(("1", "3", "2", "9"), 1)]
    calls = [
        event(each.granted_at.isoformat(), by=by, amount=each.amount)
        for each, by in zip(paid, (actor(), gone, root), strict=False)
    ]
    rows = reconciled(paid, calls, principals=(role(), role("Gone"))).principal_payments
    assert [(row.principal_arn.rpartition(":")[2], row.amount, row.verdict) for row in rows] == [
        ("role/Gone", Decimal(3), None),
        ("root", Decimal(2), None),
        ("role/Payer", Decimal(1), Verdict.ALLOW),
        ("", Decimal(9), None),
    ]


def test_workers_are_pseudonyms_on_both_sides() -> None:
    workers = Workers(b"a key")
    rows = bonus_rows([payment(NOON)], [event("2026-09-01", worker_ids=("A2",))], workers=workers)
    assert [row.worker for row in rows] == [workers.name("A1WORKER"), workers.name("A2")]


def create(day: int, **fields: Any) -> TrailEvent:
    return event(f"2026-08-0{day}", "CreateWorkerBlock", **{"worker_ids": ("A1WORKER",), **fields})


def delete(day: int) -> TrailEvent:
    return event(f"2026-08-0{day}", "DeleteWorkerBlock", worker_ids=("A1WORKER",))


ALONE = Outcome.NO_PAYMENT


@pytest.mark.parametrize(
    ("blocks", "calls", "expected"),
    [
        ([block()], [create(1)], [(Outcome.MATCHED, Explanation.NONE)]),
        ([], [create(1)], [(ALONE, Explanation.NOT_LISTED)]),
        ([], [create(1), delete(2)], [(ALONE, Explanation.LIFTED), (ALONE, Explanation.LIFTS)]),
        ([block()], [create(1), delete(2), create(3)],
         [(Outcome.MATCHED, Explanation.NONE), (ALONE, Explanation.LIFTED), (ALONE, Explanation.LIFTS)]),
        ([block()], [create(1), create(2)], [(Outcome.MATCHED, Explanation.NONE), (ALONE, Explanation.REPEATED)]),
        ([block()], [create(1), delete(2)],
         [(ALONE, Explanation.LIFTED), (Outcome.CONTRADICTORY, Explanation.STILL_BLOCKED)]),
        ([block()], [], [(Outcome.NO_EVENT, Explanation.UNDATED)]),
        ([block()], [create(1, error_code="AccessDenied")], [(Outcome.NO_EVENT, Explanation.UNDATED)]),
        ([], [create(1, worker_ids=())], [(ALONE, Explanation.NOT_LISTED)]),
    ],
    ids=["set", "vanished", "lifted", "set again", "set twice", "lifted yet listed", "no call", "denied", "untold"],
)  # fmt: skip
def test_blocks_are_read_in_the_order_of_their_calls(
    blocks: Any, calls: list[TrailEvent], expected: list[tuple[Outcome, Explanation]]
) -> None:
    rows = reconciled((), calls, blocks=blocks).rows
    assert [(row.outcome, row.explanation) for row in rows] == expected
    assert {row.subject for row in rows} == {Subject.BLOCK}


def test_a_block_may_be_set_again_on_a_day_without_logs() -> None:
    covered = coverage(missing_days=(date(2026, 8, 5),))
    rows = reconciled((), [create(1), delete(2)], blocks=[block()], covered=covered).rows
    assert [(row.outcome, row.explanation) for row in rows] == [
        (Outcome.NO_EVENT, Explanation.LOG_GAP),
        (ALONE, Explanation.LIFTED),
        (ALONE, Explanation.LIFTS),
    ]


def test_a_list_that_is_not_whole_may_hold_the_block() -> None:
    lacking = (gap("mturk:ListWorkerBlocks", GapReason.FAILED, "page 2"),)
    assert reconciled((), [create(1)], gaps=lacking).rows[0].explanation is Explanation.PAYMENTS_MISSING
