"""Each near miss of the example company is missed for the one reason that is told: without it there is the way."""

from __future__ import annotations

import pytest

from audit.demo.expected_reach import ClosedEntrance, NearMiss, expected_reach
from tests.demo.company_worlds import Coming, worlds
from tests.demo.stops import CHANGES, after

NEAR_MISSES, CLOSED = expected_reach().near_misses, expected_reach().closed_entrances


def comes_by(coming: Coming, near: NearMiss) -> bool:
    """Whether the principal pays itself, or in one step becomes its target, or what that gives it, which pays."""
    start, end = coming.starts[near.principal], coming.starts.get(near.target)
    if near.principal == near.target and start.id in coming.ways.goals:
        return True
    ends = [hop[-1] for hop in coming.book.hops(start.id, coming.ways)]
    names = {coming.book.name(end) for end in ends if end in coming.ways.goals}
    # A group is nobody: who joins it stays who it is, with more permissions.
    return (near.target if end is not None else near.principal) in names


@pytest.fixture(scope="module")
def standing() -> Coming:
    return Coming(worlds())


@pytest.mark.parametrize("near", NEAR_MISSES, ids=lambda near: f"{near.principal[-16:]}-{near.target[-12:]}")
def test_without_what_stops_it_the_way_is_found(near: NearMiss, standing: Coming) -> None:
    assert not comes_by(standing, near)
    assert comes_by(Coming(*after(near.reason, near.principal, near.target)), near)


@pytest.mark.parametrize("closed", CLOSED, ids=lambda closed: closed.role[-16:])
def test_without_what_closes_it_the_entrance_leads_to_money(closed: ClosedEntrance, standing: Coming) -> None:
    def open_(coming: Coming) -> set[str]:
        return {way.role.arn for way in coming.book.ways_in() if way.node.id == closed.outside} & {
            arn for arn in coming.starts if coming.comes(arn)
        }

    assert closed.role not in open_(standing)
    assert closed.role in open_(Coming(*after(closed.reason, closed.role, closed.role)))


def test_every_kind_of_stop_is_planted_for_roles_and_for_escalations() -> None:
    kinds = {(near.reason, near.principal == near.target) for near in NEAR_MISSES}
    for reason in ("boundary stops it", "SCP stops it", "condition never true"):
        assert {(reason, True), (reason, False)} <= kinds
    assert ("trust refuses", False) in kinds
    assert {near.reason for near in NEAR_MISSES} == {*CHANGES}
    assert len({closed.reason for closed in CLOSED}) == len(CLOSED) == 4
