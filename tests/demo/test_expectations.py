"""The example company, collected over HTTP by the ordinary collectors and audited, gives what was expected of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from audit.cli.demo import StandingClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import CollectOptions, SilentProgress
from audit.demo.company import AS_OF, example_company, example_window
from audit.demo.expectations import Expectation, expectations
from audit.demo.server import local_aws
from audit.model.activity import Observation
from audit.model.result import AuditResult
from audit.model.snapshot import GapReason, Manifest
from audit.pipeline import AuditOptions, audit_snapshot
from audit.rules.registry import rule_infos
from audit.snapshot.merge import merge_snapshots
from audit.snapshot.reader import open_input

EXPECTATIONS = expectations()
LABELLING, PAYMENTS = "111122223333", "444455556666"
MANAGEMENT, LOG_ARCHIVE = "777788889999", "666677778888"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[AuditResult, Mapping[str, Manifest]]:
    """The audit's result, and what was collected by account."""
    folder = tmp_path_factory.mktemp("example")
    manifests = {}
    with local_aws(example_company()) as aws, pytest.MonkeyPatch.context() as environment:
        for account_id in aws.account_ids:
            for name, value in aws.environment(account_id).items():
                environment.setenv(name, value)
            options = CollectOptions(out=folder / account_id, window=example_window(), calls_per_second=None)
            manifests[account_id] = collect_snapshot(options, progress=SilentProgress(), clock=StandingClock(AS_OF))
    merge_snapshots([folder / account_id for account_id in manifests], folder / "all")
    options_of_audit = AuditOptions(now=datetime(2026, 11, 23, tzinfo=UTC))
    return audit_snapshot(open_input(folder / "all"), options_of_audit), manifests


@pytest.fixture(scope="module")
def result(collected: tuple[AuditResult, Mapping[str, Manifest]]) -> AuditResult:
    return collected[0]


@pytest.fixture(scope="module")
def named(result: AuditResult) -> Mapping[tuple[str, str], Set[str]]:
    """The principals that the findings of a rule name, by rule and account."""
    subjects: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in result.findings:
        subjects[finding.rule, finding.account_id].update(finding.subjects)
    return subjects


def test_nothing_is_missing_from_the_collection(collected: tuple[AuditResult, Mapping[str, Manifest]]) -> None:
    result, manifests = collected
    assert [manifests[account_id].gaps for account_id in (LABELLING, PAYMENTS)] == [(), ()]
    others = [gap for account_id in (MANAGEMENT, LOG_ARCHIVE) for gap in manifests[account_id].gaps]
    assert {(gap.reason, gap.source.partition(":")[0]) for gap in others} == {(GapReason.NOT_APPLICABLE, "mturk")}
    assert result.not_evaluated == ()
    assert result.defects == ()
    assert len(result.principals) == 148


def test_every_principal_of_an_expectation_is_there(result: AuditResult) -> None:
    arns = {principal.arn for principal in result.principals}
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


def test_the_bonuses_of_the_window_add_up_less_those_on_hits_that_are_gone(result: AuditResult) -> None:
    bonuses = {row.account_id: row for row in result.activity if row.action == "mechanicalturk:SendBonus"}
    paid = bonuses[LABELLING]
    assert (paid.observation, paid.count, paid.amount) == (Observation.OBSERVED, 160, Decimal("434.29"))
    unpaid = bonuses[PAYMENTS]
    assert (unpaid.observation, unpaid.count) == (Observation.NOT_OBSERVED, 0)
