"""What breaks a reach: the sets are smallest, and without them nothing is reached any more."""

from __future__ import annotations

import pytest

from audit.evaluate.reach_cuts import smallest
from tests.property.reach_removal import audited, without
from tests.rules.account import ACCOUNT
from tests.rules.reaching import arn, details


def key(name: str) -> tuple[str, str, int]:
    return (name, "", 0)


@pytest.mark.parametrize(
    ("ways", "size"),
    [
        (["ab"], 1),
        (["ab", "bc"], 1),
        (["ab", "cd"], 2),
        (["ab", "bc", "ca"], 2),
        (["a", "b", "c", "d"], 4),
        (["ae", "be", "ce", "de", "fg"], 2),
    ],
)
def test_it_finds_a_smallest_set_that_meets_every_way(ways: list[str], size: int) -> None:
    witnesses = [frozenset(map(key, way)) for way in ways]
    found = smallest(witnesses)
    assert len(found) == size
    assert all(found & witness for witness in witnesses)


def test_without_the_statements_of_each_cut_its_starts_reach_nobody() -> None:
    worlds = {ACCOUNT: details()}
    reach = audited(worlds).reach
    assert reach is not None
    assert {start for cut in reach.cuts for start in cut.starts} == {path.start for path in reach.paths}
    for cut in reach.cuts:
        left = audited(without(worlds, cut.statements)).reach
        assert left is not None
        assert {path.start for path in left.paths}.isdisjoint(cut.starts)


def test_a_way_of_one_statement_is_cut_there_and_the_privilege_itself_is_left() -> None:
    reach = audited({ACCOUNT: details()}).reach
    assert reach is not None
    (cut,) = [one for one in reach.cuts if arn("role/Bridge") in one.starts]
    assert [ref.policy.owner_arn for ref in cut.statements] == [arn("role/Second")]
