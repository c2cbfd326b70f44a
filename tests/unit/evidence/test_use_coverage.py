"""Coverage of who did what: the road, the days, and why there is nothing where there is nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from audit.evidence.use_coverage import use_coverage
from audit.model.event import EventCoverage
from audit.model.last_access import ServiceLastAccess
from audit.model.result import CoverageRow, CoverageState
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.content import AccountEvidence
from tests.unit.evidence.evidence import QUARTER, account, coverage, event, gap, payment, reach, role
from tests.unit.evidence.reconciling import reconciled


def rows(evidence: AccountEvidence, *gaps: Gap, covered: EventCoverage | None = None) -> dict[str, CoverageRow]:
    there = None if evidence.events is None else reach(**msgspec.structs.asdict(covered or coverage()))
    held = reconciled(evidence.bonus_payments, evidence.events or (), covered=covered).rows if there else ()
    return {row.part: row for row in use_coverage(evidence, gaps, there, QUARTER, held, (role(), role("Other")))}


def test_whole_logs_are_complete_and_name_their_road() -> None:
    row = rows(account(events=(event("2026-08-01"),)))["use by principal"]
    assert (row.state, row.answered, row.total) == (CoverageState.COMPLETE, 92, 92)
    assert row.detail == "Days of the time under review; log files of s3://fernhill-trail. 1 event of the service."


@pytest.mark.parametrize(
    ("logs", "answered", "words"),
    [
        ({"missing_days": (date(2026, 8, 3),)}, 91, "No logs, or not all, of 2026-08-03."),
        ({"damaged_files": ("/2026/08/03/a", "b")}, 91, "2 log files are damaged: /2026/08/03/a and 1 more."),
        ({"logs_reads": False}, 92, "The trail does not log calls that only read."),
        ({"logs_writes": None}, 92, "It is not known whether the trail logs calls that change something."),
    ],
)  # fmt: skip
def test_what_the_logs_lack_makes_it_partial(logs: dict[str, Any], answered: int, words: str) -> None:
    covered = coverage(files=9, duplicates=2, **logs)
    row = rows(account(events=(), covered=covered), covered=covered)["use by principal"]
    assert (row.state, row.answered) == (CoverageState.PARTIAL, answered)
    assert words in row.detail
    assert "9 files read" in row.detail
    assert "2 records were there more than once and counted once." in row.detail


@pytest.mark.parametrize("source", ["cloudtrail:LookupEvents", "cloudtrail events", "cloudtrail:DescribeTrails"])
def test_without_events_the_row_says_why(source: str) -> None:
    row = rows(account(), gap(source, GapReason.DENIED))["use by principal"]
    assert (row.state, row.answered) == (CoverageState.NOT_COLLECTED, None)
    assert row.detail.lower().startswith(f"{source.lower()} gave no answer.")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (account(None, events=(event("2026-08-01"),)), "no bonus payments"),
        (account((payment("2026-08-01"),)), "no events"),
        (account(None), "no events and no bonus payments"),
    ],
)
def test_payments_are_held_against_events_only_where_both_are_there(evidence: AccountEvidence, words: str) -> None:
    row = rows(evidence)["payments by principal"]
    assert (row.state, row.answered, row.total) == (CoverageState.NOT_COLLECTED, None, None)
    assert f"the evidence has {words}." in row.detail


def test_an_account_without_a_requester_has_no_payments_to_explain() -> None:
    found = rows(account(None, events=()), gap("mturk:ListBonusPayments", GapReason.NOT_APPLICABLE))
    assert found["payments by principal"].state is CoverageState.NOT_APPLICABLE


def test_payments_of_days_without_logs_make_it_partial_and_unexplained_ones_do_not() -> None:
    paid = (payment("2026-08-01"), payment("2026-08-03T12:00:00"))
    held = account(paid, events=(event("2026-08-01"),))
    row = rows(held)["payments by principal"]
    assert (row.state, row.answered, row.total) == (CoverageState.COMPLETE, 1, 2)
    assert rows(held, covered=coverage(missing_days=(date(2026, 8, 3),)))["payments by principal"].detail == (
        "1 of 2 payments are of times that the logs do not hold."
    )


def test_what_iam_saw_has_rows_of_its_own() -> None:
    asked = ServiceLastAccess(principal_arn=role().arn, service="mechanicalturk", last_attempt_at=None)
    evidence = msgspec.structs.replace(account(), last_accesses=(asked,))
    found = rows(evidence, gap("iam:GetCredentialReport", GapReason.DENIED))
    seen = found["last access by service"]
    assert (seen.state, seen.answered, seen.total) == (CoverageState.COMPLETE, 1, 2)
    assert found["credential report"].state is CoverageState.NOT_COLLECTED
