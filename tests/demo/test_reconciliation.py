"""Everything that is planted in the example company's payments and calls ends in the right row, to the cent."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from audit.demo.company import AS_OF, example_company
from audit.demo.expectations import ExpectedReconciliation, expected_reconciliations
from audit.model.reconciliation import Outcome, Subject
from audit.model.result import AuditResult
from audit.pipeline import AuditOptions, audit_snapshot
from tests.demo.evidence import example_snapshot, put_log_files

EXPECTED = expected_reconciliations()


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    company = example_company()
    logs = put_log_files(company, tmp_path_factory.mktemp("trail"))
    return audit_snapshot(example_snapshot(company, logs), AuditOptions(now=AS_OF, plain_worker_ids=True))


accounts = pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.account_id)


@accounts
def test_totals_are_as_planted(result: AuditResult, expected: ExpectedReconciliation) -> None:
    rows = [row for row in result.reconciliation if row.account_id == expected.account_id]
    for total in expected.totals:
        own = [row for row in rows if (row.subject, row.outcome) == (total.subject, total.outcome)]
        if total.explanation:
            own = [row for row in own if row.explanation == total.explanation]
        assert len(own) == total.count, total
        assert sum((row.amount or Decimal(0) for row in own), Decimal(0)) == (total.amount or 0)
        assert sum((row.event_amount or Decimal(0) for row in own), Decimal(0)) == (total.event_amount or 0)
    assert len(rows) == sum(total.count for total in expected.totals)


@accounts
def test_every_plant_is_in_its_row(result: AuditResult, expected: ExpectedReconciliation) -> None:
    rows = {
        (row.subject.value, row.event_id, row.assignment_id, row.paid_at): row
        for row in result.reconciliation
        if row.account_id == expected.account_id
    }
    for plant in expected.rows:
        row = rows[plant.subject, plant.event_id, plant.assignment_id, plant.paid_at]
        assert (row.outcome, row.worker) == (plant.outcome, plant.worker_id), plant
        assert (row.amount, row.event_amount, row.event_at) == (plant.amount, plant.event_amount, plant.event_at)
        assert (row.principal_arn, row.actor_type or "") == (plant.principal_arn, plant.actor_type), plant
        if plant.explanation or plant.outcome == Outcome.MATCHED:
            assert row.explanation == plant.explanation, plant


@accounts
def test_payers_are_as_planted_and_add_up(result: AuditResult, expected: ExpectedReconciliation) -> None:
    payers = [row for row in result.principal_payments if row.account_id == expected.account_id]
    assert {(row.principal_arn, row.actor_type or "", row.count, row.amount, row.workers) for row in payers} == {
        (row.principal_arn, row.actor_type, row.count, row.amount, row.workers) for row in expected.paid_by
    }
    assert sum(row.count for row in payers) == expected.payments
    assert sum((row.amount for row in payers), Decimal(0)) == expected.amount


@accounts
def test_attempts_are_no_use_and_the_sandbox_stands_apart(
    result: AuditResult, expected: ExpectedReconciliation
) -> None:
    usage = [row for row in result.usage if row.account_id == expected.account_id]
    wanted = Counter(attempt.kind for attempt in expected.attempts)
    production = [row for row in usage if row.environment == "production"]
    assert sum(row.denied for row in production) == wanted["denied"]
    assert sum(row.failed for row in production) == wanted["failed"]
    assert sum(row.count for row in usage if row.environment == "sandbox") == wanted["sandbox"]
    performed = Counter[str]()
    for row in production:
        performed[row.action] += row.count
    assert +performed == expected.performed
    tried = {attempt.event_id for attempt in expected.attempts}
    assert not tried & {row.event_id for row in result.reconciliation}


@accounts
def test_each_attempt_and_each_call_in_the_sandbox_is_in_the_row_of_who_made_it(
    result: AuditResult, expected: ExpectedReconciliation
) -> None:
    found = Counter[tuple[str, str, str]]()
    for row in result.usage:
        if row.account_id == expected.account_id:
            tried = {"denied": row.denied, "failed": row.failed}
            done = {"sandbox": row.denied + row.failed + row.count}
            for kind, count in (tried if row.environment == "production" else done).items():
                found[kind, row.principal_arn, row.action] += count
    assert +found == Counter((each.kind, each.principal_arn, each.action) for each in expected.attempts)
    for attempt in (each for each in expected.attempts if each.kind == "denied"):
        (row,) = [
            row
            for row in result.usage
            if (row.account_id, row.principal_arn, row.action, row.environment)
            == (expected.account_id, attempt.principal_arn, attempt.action, "production")
        ]
        assert row.last_denied_at is not None
        assert row.last_denied_at >= attempt.event_at


@accounts
def test_a_record_that_is_in_the_files_twice_is_in_one_row(
    result: AuditResult, expected: ExpectedReconciliation
) -> None:
    rows = [row for row in result.reconciliation if row.account_id == expected.account_id]
    counted = Counter(row.event_id for row in rows if row.event_id)
    assert {event_id: count for event_id, count in counted.items() if count > 1} == {}
    paid = Counter((row.assignment_id, row.paid_at, row.amount) for row in rows if row.amount is not None)
    assert sum(paid.values()) == expected.payments, "each payment is in one row"


@accounts
def test_the_logs_lack_what_was_taken_out_of_them(result: AuditResult, expected: ExpectedReconciliation) -> None:
    (events,) = [row for row in result.account_events if row.account_id == expected.account_id]
    assert events.coverage.missing_days == expected.missing_days
    assert events.coverage.duplicates == expected.duplicates
    assert len(events.coverage.damaged_files) == len(expected.damaged_files)


@accounts
def test_several_payers_of_a_worker_are_found(result: AuditResult, expected: ExpectedReconciliation) -> None:
    named = {
        finding.subjects: dict(finding.facts)["workers"].partition(":")[0]
        for finding in result.findings
        if (finding.rule, finding.account_id) == ("several-payers-of-a-worker", expected.account_id)
    }
    planted = Counter(tuple(sorted(row.principal_arns)) for row in expected.several_payers)
    assert named == {arns: str(number) for arns, number in planted.items()}


def test_every_rule_about_acts_finds_what_is_planted_for_it(result: AuditResult) -> None:
    found = {finding.rule for finding in result.findings if not finding.causes}
    assert found == {
        "block-without-event",
        "contradictory-payment",
        "denied-payment-attempt",
        "lifted-block-still-listed",
        "paid-by-root-or-outsider",
        "paid-without-privilege",
        "payment-without-event",
        "several-payers-of-a-worker",
    }
    assert Subject.BLOCK in {row.subject for row in result.reconciliation_totals}
