"""What breaks a reach: the sets are smallest, and without them nothing is reached any more."""

from __future__ import annotations

import pytest

from audit.evaluate import reach_cuts
from audit.evaluate.reach_cuts import smallest
from tests.property.reach_removal import audited, cut_off, reaching, without
from tests.rules.account import ACCOUNT, MFA, allow
from tests.rules.reaching import PARTNER, PAY, arn, details, role, trust, user


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
    assert sorted(cut_off(reach)) == sorted(reaching(reach))
    assert (reach.cuts_not_sought, reach.cuts_not_found) == ((), ())
    for cut in reach.cuts:
        assert reaching(audited(without(worlds, cut.statements)).reach).isdisjoint(cut.starts)


def test_a_second_statement_that_lets_the_same_outsider_in_is_cut_too() -> None:
    worlds = {ACCOUNT: details()}
    (vendor,) = [role for role in worlds[ACCOUNT]["RoleDetailList"] if role["RoleName"] == "Vendor"]
    first = vendor["AssumeRolePolicyDocument"]["Statement"][0]
    vendor["AssumeRolePolicyDocument"]["Statement"].append({**first, "Condition": MFA})
    reach = audited(worlds).reach
    assert reach is not None
    (cut,) = [one for one in reach.cuts if PARTNER in one.starts]
    assert [ref.index for ref in cut.statements] == [0, 1]
    assert PARTNER in reaching(audited(without(worlds, cut.statements[:1])).reach)
    assert PARTNER not in reaching(audited(without(worlds, cut.statements)).reach)


@pytest.mark.parametrize(("bound", "most"), [("MOST_STARTS", 2), ("MOST_HOPS", 0), ("MOST_WAYS", 1)])
def test_starts_beyond_a_bound_are_named_as_not_worked_out(
    bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach_cuts, bound, most)
    reach = audited({ACCOUNT: details()}).reach
    assert reach is not None
    assert reach.cuts_not_sought
    assert reach.cuts_not_found == ()
    assert sorted(cut_off(reach)) == sorted(reaching(reach))


def test_what_an_edge_leads_to_that_fell_whole_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_cuts, "MOST_HOPS", 20)
    world = details()
    runners = [role(f"Runner{number}", trust("lambda.amazonaws.com", kind="Service"), PAY) for number in range(30)]
    passing = allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")
    starts = [user(f"hal{number}", passing) for number in range(10)]
    reach = audited({ACCOUNT: {**world, "RoleDetailList": runners, "UserDetailList": starts}}).reach
    assert reach is not None
    assert len(reach.paths) >= len(starts)
    assert (reach.cuts_not_sought, reach.cuts_not_found) == ((), ())
    assert sorted(cut_off(reach)) == sorted(reaching(reach))


def test_a_way_of_one_statement_is_cut_there_and_the_privilege_itself_is_left() -> None:
    reach = audited({ACCOUNT: details()}).reach
    assert reach is not None
    (cut,) = [one for one in reach.cuts if arn("role/Bridge") in one.starts]
    assert [ref.policy.owner_arn for ref in cut.statements] == [arn("role/Second")]


def test_somebody_from_outside_is_kept_out_at_the_door() -> None:
    reach = audited({ACCOUNT: details()}).reach
    assert reach is not None
    (cut,) = [one for one in reach.cuts if PARTNER in one.starts]
    assert [ref.policy.owner_arn for ref in cut.statements] == [arn("role/Vendor")]
