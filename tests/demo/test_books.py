"""The company's books: its log files agree with its payments and blocks, but for what is planted, to the cent."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from audit.cloudtrail.event import MARK, decode_event
from audit.demo.account import Account, Bucket
from audit.demo.company import AS_OF, example_company, example_window
from audit.demo.expectations import ExpectedReconciliation, expected_reconciliations
from audit.demo.requester import LISTED_FOR
from audit.model.event import ActorType, TrailEvent
from audit.model.reconciliation import Explanation, Outcome, Subject
from audit.snapshot.authorization import parse_time

COMPANY = example_company()
WINDOW = example_window()
(BUCKET,) = COMPANY.buckets
ACCOUNTS = {account.account_id: account for account in COMPANY.accounts}
EXPECTED = {expected.account_id: expected for expected in expected_reconciliations()}
LABELLING = "111122223333"


class Files(msgspec.Struct, frozen=True):
    """What the log files of one account hold."""

    events: dict[str, TrailEvent]
    """Mechanical Turk's, by event id."""
    repeated: int
    damaged: tuple[str, ...]
    days: frozenset[datetime]


def _read(bucket: Bucket, account_id: str) -> Files:
    events: dict[str, TrailEvent] = {}
    repeated = 0
    damaged = []
    days = set()
    for stored in bucket.objects:
        found = re.search(rf"/{account_id}/CloudTrail/us-east-1/(\d+/\d+/\d+)/", stored.key)
        if found is None:
            continue
        days.add(datetime.strptime(found[1], "%Y/%m/%d").replace(tzinfo=UTC))
        try:
            records = msgspec.json.decode(gzip.decompress(stored.body), type=dict[str, list[msgspec.Raw]])["Records"]
        except (EOFError, zlib.error):
            damaged.append(stored.key)
            continue
        for record in records:
            event = decode_event(record)
            if event is not None:
                repeated += event.event_id in events
                events[event.event_id] = event
    return Files(events, repeated, tuple(damaged), frozenset(days))


FILES = {account_id: _read(BUCKET, account_id) for account_id in ACCOUNTS}


def _in_window(account_id: str) -> list[TrailEvent]:
    return [event for event in FILES[account_id].events.values() if WINDOW.holds(event.at)]


def _performed(account_id: str) -> list[TrailEvent]:
    return [event for event in _in_window(account_id) if event.performed and event.environment == "production"]


def _payments(account: Account) -> Counter[tuple[str, datetime, Decimal]]:
    assert account.marketplace is not None
    return Counter(
        (payment.assignment_id, payment.granted_at, payment.amount)
        for payment in account.marketplace.payments
        if WINDOW.holds(payment.granted_at)
    )


def _bonuses(account_id: str) -> Counter[tuple[str, datetime, Decimal]]:
    return Counter(
        (event.assignment_id, event.at, event.amount)
        for event in _performed(account_id)
        if event.action == "mechanicalturk:SendBonus" and event.amount is not None
    )


@pytest.mark.parametrize("expected", EXPECTED.values(), ids=lambda expected: expected.account_id)
def test_payments_and_events_agree_but_for_what_is_planted(expected: ExpectedReconciliation) -> None:
    payments, bonuses = _payments(ACCOUNTS[expected.account_id]), _bonuses(expected.account_id)
    odd = [row for row in expected.rows if row.subject == "bonus payment" and row.outcome != Outcome.MATCHED]
    alone = Counter((row.assignment_id, row.paid_at, row.amount) for row in odd if row.amount is not None)
    called = Counter((row.assignment_id, row.event_at, row.event_amount) for row in odd if row.event_id)
    assert payments - bonuses == alone
    assert bonuses - payments == called


@pytest.mark.parametrize("expected", EXPECTED.values(), ids=lambda expected: expected.account_id)
def test_the_totals_are_the_sums_of_payments_and_events(expected: ExpectedReconciliation) -> None:
    paid = sum(
        (amount * count for (_, _, amount), count in _payments(ACCOUNTS[expected.account_id]).items()), Decimal(0)
    )
    called = sum((amount * count for (_, _, amount), count in _bonuses(expected.account_id).items()), Decimal(0))
    assert paid == expected.amount == sum(total.amount or 0 for total in expected.totals)
    assert called == sum(total.event_amount or 0 for total in expected.totals)
    assert paid == sum(payer.amount for payer in expected.paid_by)
    assert expected.payments == sum(payer.count for payer in expected.paid_by)
    for total in expected.totals:
        rows = [
            row
            for row in expected.rows
            if (row.subject, row.outcome, row.explanation) == (total.subject, total.outcome, total.explanation)
        ]
        if total.subject == "bonus payment" and total.outcome != Outcome.MATCHED:
            assert len(rows) == total.count
            assert sum(row.amount or 0 for row in rows) == (total.amount or 0)


@pytest.mark.parametrize("expected", EXPECTED.values(), ids=lambda expected: expected.account_id)
def test_blocks_and_their_calls_agree_but_for_what_is_planted(expected: ExpectedReconciliation) -> None:
    marketplace = ACCOUNTS[expected.account_id].marketplace
    assert marketplace is not None
    blocked = {block.worker_id for block in marketplace.blocks}
    calls = [event for event in _performed(expected.account_id) if "WorkerBlock" in event.action]
    by_outcome = {total.outcome: total.count for total in expected.totals if total.subject == Subject.BLOCK}
    called = {event.worker_ids[0] for event in calls}
    still = {event.worker_ids[0] for event in calls if event.action.endswith("DeleteWorkerBlock")} & blocked
    assert by_outcome.get(Outcome.MATCHED, 0) == len(called & blocked - still)
    assert by_outcome.get(Outcome.CONTRADICTORY, 0) == len(still)
    assert by_outcome[Outcome.NO_EVENT] == len(blocked - called)
    planted = [row for row in expected.rows if row.subject == Subject.BLOCK]
    assert {event.event_id for event in calls if event.worker_ids[0] not in blocked - still} == {
        row.event_id for row in planted
    }
    assert by_outcome.get(Outcome.NO_PAYMENT, 0) == sum(row.outcome == Outcome.NO_PAYMENT for row in planted)


@pytest.mark.parametrize("expected", EXPECTED.values(), ids=lambda expected: expected.account_id)
def test_attempts_and_the_sandbox_are_kept_apart_from_what_was_done(expected: ExpectedReconciliation) -> None:
    odd = {
        event.event_id: event
        for event in _in_window(expected.account_id)
        if event not in _performed(expected.account_id)
    }
    assert set(odd) == {attempt.event_id for attempt in expected.attempts}
    for attempt in expected.attempts:
        event = odd[attempt.event_id]
        assert event.denied == (attempt.kind == "denied")
        assert (event.environment == "sandbox") == (attempt.kind == "sandbox")
        assert (event.action, event.at, event.amount, event.actor.principal_arn) == (
            attempt.action,
            attempt.event_at,
            attempt.amount,
            attempt.principal_arn,
        )


@pytest.mark.parametrize("expected", EXPECTED.values(), ids=lambda expected: expected.account_id)
def test_what_was_performed_is_counted_once(expected: ExpectedReconciliation) -> None:
    assert Counter(event.action for event in _performed(expected.account_id)) == expected.performed
    assert FILES[expected.account_id].repeated == expected.duplicates
    assert FILES[expected.account_id].damaged == expected.damaged_files


@pytest.mark.parametrize("account_id", ACCOUNTS)
def test_every_account_has_files_of_every_day_but_the_missing_one(account_id: str) -> None:
    days = {WINDOW.since + timedelta(days=number) for number in range((WINDOW.until - WINDOW.since).days)}
    missing = {day.date() for day in days - FILES[account_id].days}
    assert missing == set(EXPECTED[account_id].missing_days if account_id in EXPECTED else ())


def test_every_kind_of_oddity_is_planted() -> None:
    rows = EXPECTED[LABELLING].rows
    assert Counter(row.plant for row in rows) == {
        "website": 3,
        "missing day": 3,
        "amount": 1,
        "HIT gone": 7,
        "late bonus": 6,
        "root": 1,
        "no such privilege today": 1,
        "principal gone": 1,
        "other account": 1,
        "repeated": 1,
        "lifted": 4,
        "not listed": 1,
        "still listed": 2,
    }
    assert Counter(attempt.kind for attempt in EXPECTED[LABELLING].attempts) == {"denied": 5, "failed": 1, "sandbox": 3}
    assert len(EXPECTED[LABELLING].several_payers) > 20
    spelt = {row.explanation for row in rows} - {""}
    assert spelt <= set(Explanation)
    assert {row.actor_type for row in rows} - {""} <= set(ActorType)


def test_rows_name_the_events_as_the_files_have_them() -> None:
    events = FILES[LABELLING].events
    for row in EXPECTED[LABELLING].rows:
        if row.event_id:
            event = events[row.event_id]
            assert (event.at, event.action, event.amount) == (row.event_at, row.action, row.event_amount)
            assert (event.actor.principal_arn, event.actor.type) == (row.principal_arn, row.actor_type)
            assert event.worker_ids == (row.worker_id,)


def test_late_bonuses_are_on_hits_that_are_listed_no_more_and_their_assignments_are_known() -> None:
    marketplace = ACCOUNTS[LABELLING].marketplace
    assert marketplace is not None
    hits = {hit.hit_id: hit for hit in marketplace.hits}
    of_assignment = {assignment.assignment_id: assignment.hit_id for assignment in marketplace.assignments}
    for row in EXPECTED[LABELLING].rows:
        if row.plant == "late bonus":
            assert hits[of_assignment[row.assignment_id]].expires_at + LISTED_FOR <= AS_OF
        if row.plant == "HIT gone":
            assert row.assignment_id not in of_assignment


def test_workers_with_several_payers_are_those_of_the_events() -> None:
    payers = defaultdict(set)
    for event in _performed(LABELLING):
        if event.action == "mechanicalturk:SendBonus":
            payers[event.worker_ids[0]].add(event.actor.principal_arn)
    for row in EXPECTED[LABELLING].several_payers:
        assert set(row.principal_arns) <= payers[row.worker_id]
        assert len(row.principal_arns) > 1


def test_digests_and_insights_lie_beside_the_files_and_insights_name_the_source() -> None:
    kinds = Counter(re.findall(r"/(CloudTrail[\w-]*)/", stored.key)[0] for stored in BUCKET.objects)
    assert set(kinds) == {"CloudTrail", "CloudTrail-Digest", "CloudTrail-Insight"}
    insights = [gzip.decompress(stored.body) for stored in BUCKET.objects if "CloudTrail-Insight" in stored.key]
    assert all(MARK in body for body in insights)
    assert any("/CloudTrail/eu-west-1/" in stored.key for stored in BUCKET.objects)


@pytest.mark.parametrize("account", COMPANY.accounts, ids=lambda account: account.alias)
def test_last_use_of_roles_services_and_keys_agrees_with_the_calls(account: Account) -> None:
    last: dict[str, datetime] = {}
    for record in account.records:
        event = decode_event(record.record)
        assert event is not None
        last[event.actor.principal_arn] = max(event.at, last.get(event.actor.principal_arn, event.at))
    for role in account.authorization.role_detail_list:
        if role.arn in last:
            assert role.role_last_used is not None
            used_at = parse_time(role.role_last_used.last_used_date)
            assert used_at is not None
            assert used_at >= last[role.arn]
    assert {access.principal_arn: access.last_attempt_at for access in account.last_accesses} == last
    keys = {row.principal_arn: row.keys for row in account.credentials}
    for user in account.authorization.user_detail_list:
        if user.arn in last:
            assert keys[user.arn][0].last_used_at == last[user.arn]


def test_the_event_history_still_has_the_day_whose_files_are_missing() -> None:
    (day,) = EXPECTED[LABELLING].missing_days
    lost = [record for record in ACCOUNTS[LABELLING].records if record.at.date() == day]
    assert sum(record.name == "SendBonus" for record in lost) == 3
    assert not {record.event_id for record in lost} & set(FILES[LABELLING].events)


def test_principals_did_no_more_than_their_creation_permits() -> None:
    for account in COMPANY.accounts:
        created = {
            **{user.arn: parse_time(user.create_date) for user in account.authorization.user_detail_list},
            **{role.arn: parse_time(role.create_date) for role in account.authorization.role_detail_list},
        }
        for record in account.records:
            event = decode_event(record.record)
            assert event is not None
            begun_at = created.get(event.actor.principal_arn)
            assert begun_at is None or begun_at < event.at
