"""The graph of reach, drawn and written for other tools."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import msgspec
import networkx
from hypothesis import given
from hypothesis import strategies as st

from audit.model.entitlement import Verdict
from audit.model.reach import ReachPath, ReachStep
from audit.model.result import AuditResult
from audit.render.chart_canvas import Chart
from audit.render.chart_places import apart, places_of
from audit.render.chart_reach import MOST_NODES, finding_chart, reach_chart
from audit.render.graphml import render_graphml
from tests.rules.reaching import arn, company


def test_the_drawing_has_a_text_alternative_that_names_the_ways() -> None:
    chart = reach_chart(company())
    assert chart is not None
    root = ElementTree.fromstring(chart.svg)
    assert root.get("role") == "img"
    assert "role/Bridge to role/Second (sts:AssumeRole)." in chart.description
    again = reach_chart(company())
    assert again is not None
    assert chart.svg == again.svg


def test_a_finding_is_drawn_with_its_own_ways_only() -> None:
    (finding,) = [
        each
        for each in company().findings
        if each.rule == "reaches-money-through-roles" and "role/Second" in each.title
    ]
    chart = finding_chart(company(), finding)
    assert chart is not None
    assert "role/Second" in chart.description
    assert "role/Payer" not in chart.description


def test_what_is_not_about_reach_has_no_drawing() -> None:
    finding = next(each for each in company().findings if each.rule == "can-pay-money")
    assert finding_chart(company(), msgspec.structs.replace(finding, causes=(), subjects=())) is None


def test_a_holder_stands_level_with_those_who_come_to_it() -> None:
    result = company()
    assert result.reach is not None
    way = next(path for path in result.reach.paths if path.holder == arn("role/Second"))
    ways = [_started(way, f"arn:aws:iam::111122223333:user/u{number}") for number in range(9)]
    places = places_of(ways, {way.holder})
    rows = sorted(places[each.start].row for each in ways)
    assert rows == list(range(9))
    assert places[way.holder].row == 4
    assert places[way.holder].column == len(way.steps)
    assert len({(place.column, place.row) for place in places.values()}) == len(places)


@given(st.lists(st.floats(min_value=0, max_value=20), max_size=21).map(sorted), st.integers(min_value=0, max_value=9))
def test_rows_are_apart_in_their_order_and_none_is_beyond_the_last(levels: list[float], further: int) -> None:
    rows = len(levels) + further
    found = apart(levels, rows)
    assert found == sorted(set(found))
    assert all(0 <= row < rows for row in found)


def test_a_level_that_is_free_is_taken() -> None:
    assert apart([2.0, 2.0, 7.4], 12) == [2, 3, 7]
    assert apart([9.0, 9.0], 10) == [8, 9]


def test_a_step_from_holder_to_holder_is_drawn_around_those_between() -> None:
    result = company()
    assert result.reach is not None
    straight = next(path for path in result.reach.paths if path.holder == arn("role/Second") and path.hops == 1)
    onward = msgspec.structs.replace(straight, start=straight.holder, holder=straight.start, steps=_turned(straight))
    chart = reach_chart(_with_paths(result, straight))
    around = reach_chart(_with_paths(result, straight, onward))
    assert chart is not None
    assert around is not None
    # Both are holders now, in one column: out, along and back for each step, where one line went across.
    assert _drawn(around) - _drawn(chart) == 2 * 3 - 1


def _drawn(chart: Chart) -> int:
    """Lines and boxes, without the outlines of letters, which have names."""
    return len(re.findall(r"<path (?!id=)", chart.svg))


def _turned(way: ReachPath) -> tuple[ReachStep, ...]:
    return tuple(msgspec.structs.replace(step, source=step.target, target=step.source) for step in way.steps[::-1])


def _with_paths(result: AuditResult, *paths: ReachPath) -> AuditResult:
    assert result.reach is not None
    return msgspec.structs.replace(result, reach=msgspec.structs.replace(result.reach, paths=paths, entrances=()))


def test_it_never_draws_more_than_a_hundred_nodes() -> None:
    result = company()
    assert result.reach is not None
    way = next(path for path in result.reach.paths if path.holder == arn("role/Second"))
    many = tuple(_started(way, f"arn:aws:iam::111122223333:user/u{number}") for number in range(3 * MOST_NODES))
    chart = reach_chart(msgspec.structs.replace(result, reach=msgspec.structs.replace(result.reach, paths=many)))
    assert chart is not None
    assert chart.description.count(" to ") <= MOST_NODES
    assert "further ways" in chart.description


def _started(way: ReachPath, start: str) -> ReachPath:
    steps = (msgspec.structs.replace(way.steps[0], source=start), *way.steps[1:])
    return msgspec.structs.replace(way, start=start, steps=steps)


def test_graphml_is_read_by_networkx_with_every_step() -> None:
    result = company()
    assert result.reach is not None
    graph = networkx.parse_graphml(render_graphml(result).decode(), force_multigraph=True)
    assert graph.number_of_edges() == len(result.reach.steps)
    assert graph.nodes[arn("role/Second")]["pays"] == "true"


def test_text_that_xml_cannot_write_does_not_break_the_file() -> None:
    result = company()
    assert result.reach is not None
    hostile = msgspec.structs.replace(result.reach.steps[0], reason="a\x00<b>&\ud83d" + chr(0xFFFF))
    reach = msgspec.structs.replace(result.reach, steps=(hostile,))
    ElementTree.fromstring(render_graphml(msgspec.structs.replace(result, reach=reach)))


def test_where_there_is_no_room_for_all_ways_those_that_hang_on_no_condition_are_drawn() -> None:
    result = company()
    assert result.reach is not None
    way = result.reach.paths[0]
    doubtful = tuple(_from(way, arn(f"role/A{place:03d}"), Verdict.CONDITIONAL) for place in range(200))
    sure = _from(way, arn("role/Z"), Verdict.ALLOW)
    reach = msgspec.structs.replace(result.reach, paths=(*doubtful, sure), entrances=())
    chart = reach_chart(msgspec.structs.replace(result, reach=reach))
    assert chart is not None
    assert chart.description.startswith("role/Z to ")


def _from(way: ReachPath, start: str, verdict: Verdict) -> ReachPath:
    """The same way for another."""
    (first, *others) = way.steps
    steps = (msgspec.structs.replace(first, source=start), *others)
    return msgspec.structs.replace(way, start=start, verdict=verdict, steps=steps)
