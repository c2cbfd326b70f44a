"""The example company, collected over HTTP by the ordinary collectors and audited, gives what was expected of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from audit.catalog.load import load_profile
from audit.cli.demo import StandingClock, demo_settings
from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from audit.demo.company import AS_OF, MANAGEMENT, example_company
from audit.demo.expectations import Expectation, expectations, expected_reconciliations
from audit.demo.expected_reach import ClosedEntrance, ExpectedEntrance, ExpectedPath, NearMiss, expected_reach
from audit.demo.server import local_aws
from audit.model.activity import Observation
from audit.model.result import AuditResult
from audit.model.snapshot import GapReason, Manifest
from audit.model.threshold import Thresholds
from audit.pipeline import AuditOptions, audit_snapshot
from audit.review.access_file import read_access_model
from audit.rules.registry import rule_infos
from audit.snapshot.reader import open_input

EXPECTATIONS = expectations()
LABELLING, PAYMENTS = "111122223333", "444455556666"
LOG_ARCHIVE, ACQUIRED, SUSPENDED = "666677778888", "888899990000", "222211110000"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[AuditResult, Manifest]:
    """The audit's result, and what was collected, as the demo does both."""
    settings = demo_settings(tmp_path_factory.mktemp("example") / "all")
    with local_aws(example_company()) as aws, pytest.MonkeyPatch.context() as environment:
        for name, value in aws.environment(MANAGEMENT).items():
            environment.setenv(name, value)
        manifest = collect_snapshot(settings, progress=SilentProgress(), clock=StandingClock(AS_OF))
    model = Path(str(files("audit.demo"))) / "data" / "access.toml"
    options_of_audit = AuditOptions(
        now=datetime(2026, 11, 23, tzinfo=UTC),
        thresholds=Thresholds(bonus=Decimal("3.00")),
        access_model=read_access_model(model, load_profile()),
    )
    return audit_snapshot(open_input(settings.out), options_of_audit), manifest


@pytest.fixture(scope="module")
def result(collected: tuple[AuditResult, Manifest]) -> AuditResult:
    return collected[0]


@pytest.fixture(scope="module")
def named(result: AuditResult) -> Mapping[tuple[str, str], Set[str]]:
    """The principals that the findings of a rule name, by rule and account."""
    subjects: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in result.findings:
        subjects[finding.rule, finding.account_id].update(finding.subjects)
    return subjects


def test_nothing_is_missing_but_what_was_planted(collected: tuple[AuditResult, Manifest]) -> None:
    result, manifest = collected
    gaps = {(gap.account_id, gap.source.partition(":")[0], gap.reason) for gap in manifest.gaps}
    assert gaps == {
        (LABELLING, "cloudtrail events", GapReason.GONE),  # a day without files
        (LABELLING, "cloudtrail events", GapReason.UNREADABLE),  # a file that is cut
        (LABELLING, "mturk", GapReason.GONE),  # HITs that were deleted, whose assignments CloudTrail tells
        (MANAGEMENT, "mturk", GapReason.NOT_APPLICABLE),
        (LOG_ARCHIVE, "mturk", GapReason.NOT_APPLICABLE),
        (ACQUIRED, "sts", GapReason.DENIED),
        (SUSPENDED, "organizations", GapReason.NOT_ASKED),
    }
    assert result.defects == ()
    assert len(result.principals) == 152


def test_every_principal_of_an_expectation_is_there(result: AuditResult) -> None:
    arns = {principal.arn for principal in result.principals} | {row.principal_arn for row in result.usage}
    assert {arn for row in EXPECTATIONS for arn in (*row.must, *row.must_not)} - arns == set()


def test_every_rule_has_a_principal_that_it_must_name_and_one_that_it_must_not() -> None:
    rules = {info.id for info in rule_infos()}
    assert {row.rule for row in EXPECTATIONS if row.must} == rules
    assert {row.rule for row in EXPECTATIONS if row.must_not} == rules


@pytest.mark.parametrize("row", EXPECTATIONS, ids=lambda row: f"{row.rule}-{row.account_id}")
def test_findings_name_whom_they_must_and_nobody_whom_they_must_not(
    row: Expectation, named: Mapping[tuple[str, str], Set[str]]
) -> None:
    found = named.get((row.rule, row.account_id), set())
    assert set(row.must) - found == set()
    assert set(row.must_not) & found == set()


def test_the_bonuses_of_the_window_add_up_with_those_on_hits_that_are_listed_no_more(result: AuditResult) -> None:
    bonuses = {row.account_id: row for row in result.activity if row.action == "mechanicalturk:SendBonus"}
    paid = bonuses[LABELLING]
    assert (paid.observation, paid.count, paid.amount) == (Observation.OBSERVED, 166, Decimal("442.29"))
    unpaid = bonuses[PAYMENTS]
    assert (unpaid.observation, unpaid.count) == (Observation.NOT_OBSERVED, 0)


def test_what_was_collected_is_reconciled_to_the_cent(result: AuditResult) -> None:
    """With assignments asked about that only CloudTrail knows, late bonuses are there and deleted HITs are told."""
    for expected in expected_reconciliations():
        found = Counter[tuple[str, str]]()
        money: dict[str, Decimal] = defaultdict(Decimal)
        for row in result.reconciliation:
            if row.account_id == expected.account_id:
                found[row.subject, row.outcome] += 1
                money[row.outcome] += row.amount or 0
        wanted = Counter[tuple[str, str]]()
        for total in expected.totals:
            wanted[total.subject, total.outcome] += total.count
        assert found == wanted
        assert sum(money.values()) == expected.amount
        rows = {(row.event_id, row.assignment_id, row.paid_at): row for row in result.reconciliation}
        for plant in expected.rows:
            row = rows[plant.event_id, plant.assignment_id, plant.paid_at]
            assert (row.outcome, row.amount, row.event_amount, row.event_at, row.principal_arn) == (
                plant.outcome,
                plant.amount,
                plant.event_amount,
                plant.event_at,
                plant.principal_arn,
            ), plant
            if plant.explanation:
                assert row.explanation == plant.explanation, plant


REACH = expected_reach()


@pytest.mark.parametrize("row", REACH.paths, ids=lambda row: f"{row.start[-20:]}-{row.holder[-12:]}")
def test_each_planted_way_to_money_is_found_with_its_stations(row: ExpectedPath, result: AuditResult) -> None:
    assert result.reach is not None
    ends = row.path if len(row.path) > 1 else (row.start, row.start)
    ways = [path for path in result.reach.paths if (path.start, *(step.target for step in path.steps)) == ends]
    assert ways
    assert not row.technique or {path.steps[-1].technique for path in ways} == {row.technique}
    assert not row.verdict or {path.verdict.value for path in ways} == {row.verdict}


@pytest.mark.parametrize("near", REACH.near_misses, ids=lambda near: f"{near.principal[-16:]}-{near.target[-12:]}")
def test_no_way_is_found_where_one_is_stopped(near: NearMiss, result: AuditResult) -> None:
    assert result.reach is not None
    ways = [path for path in result.reach.paths if path.start == near.principal]
    assert [path for path in ways if near.target in {step.target for step in path.steps}] == []


@pytest.mark.parametrize("row", REACH.entrances, ids=lambda row: row.role[-16:])
def test_each_planted_entrance_leads_to_money_and_is_judged(row: ExpectedEntrance, result: AuditResult) -> None:
    assert result.reach is not None
    (found,) = [one for one in result.reach.entrances if (one.outside, one.role_arn) == (row.outside, row.role)]
    assert found.step.type == row.kind
    assert found.path is not None
    assert bool(found.weaknesses) is bool(row.weakness)


@pytest.mark.parametrize("row", REACH.closed_entrances, ids=lambda row: row.role[-16:])
def test_no_entrance_to_money_is_found_where_it_is_closed(row: ClosedEntrance, result: AuditResult) -> None:
    assert result.reach is not None
    into = [one for one in result.reach.entrances if (one.outside, one.role_arn) == (row.outside, row.role)]
    assert [one for one in into if one.path is not None] == []


def test_refusals_and_deleted_principals_are_found(result: AuditResult) -> None:
    assert result.reach is not None
    refused = {(one.principal_arn, one.role_arn, one.refused_by) for one in result.reach.refusals}
    assert {(row.principal, row.role, row.refused_by) for row in REACH.refusals} <= refused
    assert {(one.role_arn, one.unique_id) for one in result.reach.deleted} == {
        (row.role, row.unique_id) for row in REACH.deleted
    }
