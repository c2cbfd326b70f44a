"""The short form of who can assume what is exact: it says what the single decision says of every pair."""

from __future__ import annotations

import msgspec
from hypothesis import Phase, given, settings

from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_caller import Grade
from audit.evaluate.reach_decision import Decisions, trust_policy
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population
from audit.model.entitlement import Verdict
from audit.policy.open_decision import Question, decide_open
from tests.property.naive import Json
from tests.property.reach_removal import audited, cut_off, reaching, without
from tests.property.reach_worlds import ROLES, paying_worlds, populations

GRADES = {Verdict.ALLOW: Grade.SURE, Verdict.CONDITIONAL: Grade.OPEN}


def by_decision(caller: Actor, role: Actor) -> Grade:
    """The single decision on one pair, and on the session that trust policies name."""
    grades = [Grade.NO]
    for arn in (caller.arn, *sessions(caller)):
        held = msgspec.structs.replace(caller.account.held(caller), resource=trust_policy(role), rcps=role.account.rcps)
        question = Question(
            principal_arn=arn, action="sts:AssumeRole", resource=role.arn, resource_account=role.account.account_id
        )
        grade = GRADES.get(decide_open(question, held, caller.account.known_of(caller)).verdict, Grade.NO)
        grades.append(grade if arn == caller.arn else min(grade, Grade.OPEN))
    return max(grades)


def sessions(caller: Actor) -> list[str]:
    name = caller.arn.rpartition(":role/")[2]
    account = caller.account.account_id
    return [f"arn:aws:sts::{account}:assumed-role/{name}/nightly"] if name == ROLES[0] else []


def by_graph(graph: Graph, caller: int, role: int) -> Grade:
    """The best way from one to the other through stations alone."""
    best = {caller: Grade.SURE}
    found = Grade.NO
    stack = [caller]
    while stack:
        node = stack.pop()
        for edge in graph.edges(node):
            target, grade = edge >> 1, min(best[node], Grade.OPEN if edge & 1 else Grade.SURE)
            if target == role:
                found = max(found, grade)
            if target >= graph.actors and best.get(target, Grade.NO) < grade:
                best[target] = grade
                stack.append(target)
    return found


def graph_of(population: Population) -> Graph:
    graph = Graph(len(population.actors))
    AssumeEdges(population, Decisions(population), graph).build()
    return graph


@settings(max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(populations())
def test_the_graph_says_what_the_decision_says_of_every_pair(population: Population) -> None:
    graph = graph_of(population)
    different = [
        (caller.arn, role.arn, by_decision(caller, role), by_graph(graph, caller.id, role.id))
        for caller in population.actors
        for role in population.actors
        if role.role is not None and by_decision(caller, role) is not by_graph(graph, caller.id, role.id)
    ]
    assert different == []


@settings(max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(paying_worlds())
def test_without_the_statements_of_a_cut_its_starts_reach_nobody_any_more(worlds: dict[str, Json]) -> None:
    reach = audited(worlds).reach
    assert reach is not None
    assert sorted(cut_off(reach)) == sorted(reaching(reach))
    for cut in reach.cuts:
        assert reaching(audited(without(worlds, cut.statements)).reach).isdisjoint(cut.starts)
