"""The table of escalations: every row can be applied, and names where it is described."""

from __future__ import annotations

import pytest

from audit.catalog.escalations import Escalation, Gain, load_escalations
from audit.catalog.services import load_services

ROWS = load_escalations()
ACTIONS = {
    action.action for action in load_services(sorted({need.split(":")[0] for row in ROWS for need in row.needs}))
}


def test_there_are_at_least_as_many_as_public_catalogs_list_and_each_once() -> None:
    assert len(ROWS) >= 60
    assert len({row.id for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_needs_actions_that_exist_and_says_what_it_hangs_on(row: Escalation) -> None:
    assert set(row.needs) <= ACTIONS
    assert row.effect.endswith(".")
    assert row.reference.startswith("https://")
    assert len(row.reference.rstrip("/").split("/")) > 4, "the page that lists it, and not a catalog's front page"
    assert not row.reference.endswith("/paths/")
    assert bool(row.service) is (row.target in (Gain.PASS_ROLE, Gain.RUNNING))
    assert row.precondition or not row.open
