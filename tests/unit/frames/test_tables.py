"""Every table has the columns it names, in the types it promises, and loses nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pandas as pd
import pytest

from audit.frames.access import ENTITLEMENTS, GRANTS, NOT_EVALUATED, PRINCIPALS
from audit.frames.evidence import ACTIVITY, DEFECTS, WORKER_PAYMENTS
from audit.frames.findings import FINDING_SUBJECTS, FINDINGS
from audit.frames.table import CELL_LIMIT, Cell, Kind, Table, format_time, frame
from audit.frames.tables import TABLES
from audit.model.entitlement import Verdict
from audit.model.result import AuditResult
from tests.render.factory import empty_result, hostile_result, one_result, sized_result, typical_result

FITS: dict[Kind, Callable[[Cell], bool]] = {
    Kind.TEXT: lambda cell: isinstance(cell, str),
    Kind.CATEGORY: lambda cell: isinstance(cell, str),
    Kind.COUNT: lambda cell: cell is None or (isinstance(cell, int) and not isinstance(cell, bool)),
    Kind.FLAG: lambda cell: isinstance(cell, bool),
    Kind.MONEY: lambda cell: cell is None or isinstance(cell, Decimal),
    Kind.TIME: lambda cell: cell is None or (isinstance(cell, datetime) and cell.utcoffset() == timedelta(0)),
}


@pytest.fixture(scope="module")
def typical() -> AuditResult:
    return typical_result()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("make", [typical_result, hostile_result, one_result, empty_result])
def test_cells_are_what_their_columns_say(table: Table, make: Callable[[], AuditResult]) -> None:
    for row in table.rows(make()):
        assert len(row) == len(table.columns)
        for column, cell in zip(table.columns, row, strict=True):
            assert FITS[column.kind](cell), (column.name, cell)


def test_column_names_are_unique_and_snake_case() -> None:
    for table in TABLES.values():
        assert len(set(table.header)) == len(table.header)
        assert all(name.isidentifier() and name.islower() for name in table.header)


def test_entitlements_begin_with_the_published_columns() -> None:
    assert ENTITLEMENTS.header[:9] == (
        "principal_arn", "principal_type", "account_id", "action", "verdict", "used", "last_used_at", "policy",
        "statement",
    )  # fmt: skip


def test_entitlements_hold_what_is_allowed_and_the_rest_has_a_table_of_its_own(typical: AuditResult) -> None:
    verdict = ENTITLEMENTS.header.index("verdict")
    allowed, unknown = list(ENTITLEMENTS.rows(typical)), list(NOT_EVALUATED.rows(typical))
    assert {row[verdict] for row in allowed} == {"allow", "conditional"}
    assert {row[verdict] for row in unknown} == {"not_evaluated"}
    assert len(allowed) + len(unknown) == len(typical.entitlements)


def test_an_entitlement_names_its_deciding_statement_and_how_many_offer_it(typical: AuditResult) -> None:
    several = next(entitlement for entitlement in typical.entitlements if len(entitlement.grants) > 1)
    row = next(
        dict(zip(ENTITLEMENTS.header, row, strict=True))
        for row in ENTITLEMENTS.rows(typical)
        if (row[0], row[3]) == (several.principal_arn, several.action)
    )
    assert row["policy"] == several.grants[0].policy.label
    assert row["statement"] == several.grants[0].label
    assert row["grants"] == len(several.grants)


def test_an_entitlement_to_an_action_outside_the_catalog_keeps_its_row(typical: AuditResult) -> None:
    watched = msgspec.structs.replace(typical.entitlements[0], action="cloudtrail:StopLogging", verdict=Verdict.ALLOW)
    rows = list(ENTITLEMENTS.rows(msgspec.structs.replace(typical, entitlements=(watched,))))
    assert [row[3] for row in rows] == ["cloudtrail:StopLogging"]
    assert rows[0][ENTITLEMENTS.header.index("severity")] == ""


def test_grants_name_every_statement_behind_every_entitlement(typical: AuditResult) -> None:
    rows = frame(GRANTS, typical)
    assert len(rows) == sum(len(entitlement.grants) for entitlement in typical.entitlements)
    assert rows["deciding"].sum() == sum(bool(entitlement.grants) for entitlement in typical.entitlements)


def test_principals_tell_who_was_not_fully_evaluated(typical: AuditResult) -> None:
    rows = frame(PRINCIPALS, typical)
    assert set(rows.loc[~rows["complete"], "principal_arn"]) == set(typical.not_evaluated)
    assert rows["allowed"].sum() == sum(entitlement.verdict is Verdict.ALLOW for entitlement in typical.entitlements)


def test_findings_keep_their_fingerprint_and_order(typical: AuditResult) -> None:
    rows = frame(FINDINGS, typical)
    assert list(rows["fingerprint"]) == [finding.fingerprint for finding in typical.findings]
    assert (rows["severity"] >= "high").sum() == sum(finding.severity.rank >= 3 for finding in typical.findings)


def test_a_list_that_no_cell_can_hold_is_replaced_by_the_name_of_its_table() -> None:
    large = sized_result(2500)
    everyone = tuple(principal.arn for principal in large.principals)
    finding = msgspec.structs.replace(large.findings[0], subjects=everyone)
    result = msgspec.structs.replace(large, findings=(finding,))
    (row,) = FINDINGS.rows(result)
    assert row[FINDINGS.header.index("subject_count")] == 2500
    assert row[FINDINGS.header.index("subjects")] == "see finding-subjects"
    assert sum(map(len, everyone)) > CELL_LIMIT
    assert [subject for *_, subject in FINDING_SUBJECTS.rows(result)] == list(everyone)


def test_principals_that_a_defect_makes_uncertain_are_named(typical: AuditResult) -> None:
    (row,) = DEFECTS.rows(typical)
    assert row[DEFECTS.header.index("principal_count")] == 5
    assert str(row[DEFECTS.header.index("principals")]).count("role/old-annotator-") == 5


def test_what_is_not_known_is_missing_and_never_zero(typical: AuditResult) -> None:
    rows = frame(ACTIVITY, typical)
    unknown = rows[rows["used"].isin(["not collected", "not tracked"])]
    assert len(unknown) > 0
    assert unknown["count"].isna().all()
    assert (rows.loc[rows["used"] == "not observed", "count"] == 0).all()


def test_money_stays_exact(typical: AuditResult) -> None:
    amounts = frame(WORKER_PAYMENTS, typical)["amount"]
    assert all(isinstance(amount, Decimal) for amount in amounts)
    assert sum(amounts, Decimal()) == sum((row.amount for row in typical.worker_payments), Decimal())


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_data_frames_are_tidy(table: Table, typical: AuditResult) -> None:
    made = frame(table, typical)
    assert tuple(made.columns) == table.header
    for column in table.columns:
        dtype = made[column.name].dtype
        if column.kind is Kind.TIME:
            assert isinstance(dtype, pd.DatetimeTZDtype)
            assert str(dtype.tz) == "UTC"
        if column.kind is Kind.CATEGORY:
            assert isinstance(dtype, pd.CategoricalDtype)
        assert not [cell for cell in made[column.name] if isinstance(cell, list | dict | tuple | set)]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_an_empty_frame_has_the_same_columns_and_types(table: Table, typical: AuditResult) -> None:
    full, nothing = frame(table, typical), frame(table, empty_result())
    assert list(nothing.columns) == list(full.columns)
    for column in table.columns:
        if column.kind is not Kind.CATEGORY:  # the categories themselves come from the rows
            assert nothing[column.name].dtype == full[column.name].dtype


def test_times_are_written_in_utc_whatever_zone_they_are_in() -> None:
    moment = datetime(2026, 9, 30, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert format_time(moment) == "2026-10-01T01:30:00Z"
    assert format_time(datetime(2026, 9, 30, 14, 5, 6, 120_000, tzinfo=UTC)) == "2026-09-30T14:05:06.120000Z"


def test_rows_need_no_pandas() -> None:
    """Tables are on the way of every report; pandas alone takes longer to import than most of them to write."""
    code = "import sys, audit.frames.tables; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
