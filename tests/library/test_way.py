"""Ways between two ends: the shortest one, what it depends on, and none where there is none."""

from __future__ import annotations

import pytest

from audit.library.way import Way, find_way
from audit.model.entitlement import Verdict
from audit.model.error import InputError
from audit.model.reach import NodeType, Reach, ReachNode, ReachStep, StepType

ROLE = "arn:aws:iam::111122223333:role/"


def _node(name: str) -> ReachNode:
    return ReachNode(id=ROLE + name, type=NodeType.PRINCIPAL, label=name)


def _step(source: str, target: str, verdict: Verdict = Verdict.ALLOW) -> ReachStep:
    return ReachStep(
        source=ROLE + source, target=ROLE + target, type=StepType.ASSUME_ROLE, verdict=verdict, reason=f"<{source}>"
    )


REACH = Reach(
    actions=("mechanicalturk:SendBonus",),
    nodes=tuple(_node(name) for name in ("a", "b", "c", "d", "lone")),
    steps=(
        _step("a", "b"),
        _step("a", "d", Verdict.CONDITIONAL),
        _step("b", "a"),
        _step("b", "c"),
        _step("c", "d"),
    ),
    paths=(),
)


def _names(way: Way) -> list[str]:
    return [step.target.removeprefix(ROLE) for step in way.steps]


def test_the_shortest_way_is_found_by_name_or_arn() -> None:
    assert _names(find_way(REACH, "a", ROLE + "c")) == ["b", "c"]
    assert find_way(REACH, "a", "c").verdict is Verdict.ALLOW


def test_a_way_is_as_sure_as_its_least_sure_step() -> None:
    way = find_way(REACH, "a", "d")
    assert (_names(way), way.verdict) == (["d"], Verdict.CONDITIONAL)


def test_where_there_is_no_way_it_says_so() -> None:
    way = find_way(REACH, "d", "a")
    assert not way
    assert len(way) == 0
    assert way.verdict is Verdict.IMPLICIT_DENY
    assert repr(way).startswith(f"no way from {ROLE}d to {ROLE}a")
    assert "no way" in way._repr_html_()


def test_it_draws_its_steps_escaped() -> None:
    html = find_way(REACH, "b", "d")._repr_html_()
    assert html.count("<tr>") == 3
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("name", ["nobody", ""])
def test_an_end_that_nobody_knows_is_told(name: str) -> None:
    with pytest.raises(InputError, match="none of those who lead to a payment"):
        find_way(REACH, name, "a")


def test_a_name_that_fits_several_is_told() -> None:
    twice = Reach(
        actions=(),
        nodes=(_node("a"), ReachNode(id="arn:aws:iam::444455556666:role/a", type=NodeType.PRINCIPAL, label="a")),
        steps=(),
        paths=(),
    )
    with pytest.raises(InputError, match="fits 2 of those"):
        find_way(twice, "a", "a")
