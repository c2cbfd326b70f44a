"""One request decided: resources, trust, accounts, boundaries, sessions, organizations, and what cannot be read."""

from __future__ import annotations

import pytest

from tests.unit.policy.decisions import Decided
from tests.unit.policy.decisions_on_limits import BOUNDARIES, ORGANIZATIONS, SESSIONS, UNREADABLE
from tests.unit.policy.decisions_on_resources import ACCOUNTS, ALL_BUT, NOT_PRINCIPALS, OTHER_ACTIONS, RESOURCES, TRUST


@pytest.mark.parametrize("row", [*RESOURCES, *ALL_BUT, *OTHER_ACTIONS], ids=lambda row: row.why)
def test_a_statement_is_about_what_it_names(row: Decided) -> None:
    assert row.agrees()


@pytest.mark.parametrize("row", [*TRUST, *NOT_PRINCIPALS], ids=lambda row: row.why)
def test_a_role_is_assumed_by_whom_its_trust_policy_names(row: Decided) -> None:
    assert row.agrees()


@pytest.mark.parametrize("row", ACCOUNTS, ids=lambda row: row.why)
def test_across_accounts_both_sides_must_allow(row: Decided) -> None:
    assert row.agrees()


@pytest.mark.parametrize("row", [*BOUNDARIES, *SESSIONS], ids=lambda row: row.why)
def test_a_boundary_or_session_policy_must_allow_unless_it_is_gone_past(row: Decided) -> None:
    assert row.agrees()


@pytest.mark.parametrize("row", ORGANIZATIONS, ids=lambda row: row.why)
def test_the_organization_refuses_whom_it_binds(row: Decided) -> None:
    assert row.agrees()


@pytest.mark.parametrize("row", UNREADABLE, ids=lambda row: row.why)
def test_what_cannot_be_read_is_neither_an_allow_nor_nothing(row: Decided) -> None:
    assert row.agrees()


@pytest.mark.parametrize("row", [row for row in [*RESOURCES, *TRUST, *ACCOUNTS] if row.verdict == "allow"], ids=str)
def test_an_allow_names_the_statements_that_grant_it(row: Decided) -> None:
    assert row.decision().allows
    assert not row.decision().denies
