"""Who can become a principal that pays: built for all accounts of a snapshot together, and told as records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from audit.catalog.watched import PERMISSION_WRITING, SPREAD, SPREAD_QUORUM
from audit.evaluate.account import EvaluatedAccount
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach_actions import reach_index
from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_cuts import cuts_of
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_escalation import EscalationEdges
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_outside import Outside, WayIn
from audit.evaluate.reach_population import Actor, Population, ReachAccount
from audit.evaluate.reach_refusals import deleted_of, refusals_of
from audit.evaluate.reach_steps import Steps
from audit.evaluate.reach_ways import Ways
from audit.model.entitlement import Verdict
from audit.model.organization import Organization
from audit.model.privilege import RiskClass, ServiceProfile
from audit.model.reach import Entrance, NodeType, Reach, ReachNode, ReachPath, ReachStep, StepType

_HELD = (Verdict.ALLOW, Verdict.CONDITIONAL)


class ReachBook:
    """The graph of all accounts, with what is asked of it. `build` must have run."""

    def __init__(
        self,
        accounts: Iterable[EvaluatedAccount],
        profile: ServiceProfile,
        as_of: datetime,
        organization: Organization | None,
        known_accounts: Mapping[str, str],
        shown: ShownDocuments,
    ) -> None:
        self._evaluated = {account.account_id: account for account in accounts}
        index = reach_index()
        self.population = Population(
            ReachAccount(account.account_id, account.evaluators[0].policies, index, as_of, organization)
            for account in self._evaluated.values()
        )
        self.profile = profile
        self.paying = tuple(
            sorted(one.action for one in profile.privileges if RiskClass.PAYS_MONEY in one.risk_classes)
        )
        self.decisions = Decisions(self.population)
        self.graph = Graph(len(self.population.actors))
        self.assume = AssumeEdges(self.population, self.decisions, self.graph)
        self.escalation = EscalationEdges(self.population, self.decisions, self.assume, self.graph)
        self.steps = Steps(self.population, self.decisions, self.escalation.techniques, shown)
        self.outside = Outside(
            self.population, self.decisions, self.steps, known_accounts, organization.id if organization else ""
        )
        self._held: dict[int, Mapping[str, Verdict]] = {}

    def build(self) -> ReachBook:
        """Add all edges."""
        self.assume.build()
        self.escalation.build()
        return self

    def actors(self) -> Iterator[Actor]:
        """Principals, then what they make of themselves."""
        yield from self.population.actors
        yield from self.population.gained.values()

    def held(self, actor: Actor) -> Mapping[str, Verdict]:
        """The privileges of the profile that an actor holds itself, and the watched actions."""
        found = self._held.get(actor.id)
        if found is None:
            found = {}
            for evaluator in self._evaluated[actor.account.account_id].evaluators[:2]:
                permissions = evaluator.of(actor.holder)
                for action in evaluator.index.names(permissions.allowed | permissions.conditional):
                    found[action] = permissions.verdict(evaluator.index.bit(action))
            self._held[actor.id] = found
        return found

    def ways_to(self, actions: Collection[str]) -> Ways:
        """Ways to whoever holds any of the actions."""
        holders = [(actor, {self.held(actor).get(action) for action in actions}) for actor in self.actors()]
        return Ways(
            self.population,
            self.graph,
            [actor.id for actor, verdicts in holders if Verdict.ALLOW in verdicts],
            [actor.id for actor, verdicts in holders if verdicts & {*_HELD}],
        )

    def ways_to_administrators(self) -> Ways:
        """Ways to whoever is an administrator in effect."""
        goals = [actor.id for actor in self.actors() if is_administrator(self.held(actor))]
        return Ways(self.population, self.graph, goals, goals)

    def path(self, ways: Ways, node: int, actions: Collection[str], first: ReachStep | None = None) -> ReachPath | None:
        """The way from a node in records, after a first step from outside; None where there is no step at all."""
        steps = [self.steps.of(hop) for hop in ways.hops(node)]
        ends = [node, *(hop[-1] for hop in ways.hops(node))]
        if first is not None:
            steps.insert(0, first)
        end, start = self.population.actor(ends[-1]), self.population.actor(node)
        if not steps or end is None or start is None:
            return None
        held = self.held(end)
        mine = tuple(action for action in sorted(actions) if action in held)
        sure = all(step.verdict is Verdict.ALLOW for step in steps) and any(
            held[action] is Verdict.ALLOW for action in mine
        )
        return ReachPath(
            start=first.source if first else start.arn,
            holder=end.arn,
            actions=mine,
            verdict=Verdict.ALLOW if sure else Verdict.CONDITIONAL,
            steps=tuple(steps),
        )

    def hops(self, node: int, ways: Ways) -> Iterator[tuple[int, ...]]:
        """The steps that leave an actor towards a goal: the actor, the stations behind it, and the next actor."""
        stack: list[tuple[int, ...]] = [(node,)]
        seen: set[tuple[int, int]] = set()
        while stack:
            hop = stack.pop()
            for edge in self.graph.edges(hop[-1]):
                following = edge >> 1
                if not ways.reaches(following):
                    continue
                if self.population.actor(following) is None:
                    stack.append((*hop, following))
                elif following != node and (hop[1] if len(hop) > 1 else following, following) not in seen:
                    seen.add((hop[1] if len(hop) > 1 else following, following))
                    yield (*hop, following)

    def ways_in(self) -> Iterator[WayIn]:
        """All ways in from outside."""
        for actor in self.population.actors:
            if actor.role is not None:
                yield from self.outside.of(actor)


def is_administrator(held: Mapping[str, Verdict]) -> bool:
    """Whether somebody with these actions writes permissions, and can do most of what there is."""
    return any(one in held for one in PERMISSION_WRITING) and sum(one in held for one in SPREAD) >= SPREAD_QUORUM


def reach_of(book: ReachBook) -> Reach:
    """What a report shows of the graph."""
    ways = book.ways_to(book.paying)
    goals = sorted(ways.goals)
    reached = book.graph.collected({goal: 1 << place for place, goal in enumerate(goals)})
    paths = []
    for actor in book.population.actors:
        if actor.id not in ways.goals and ways.reaches(actor.id):
            path = book.path(ways, actor.id, book.paying)
            if path is not None:
                paths.append(msgspec.structs.replace(path, others=reached[actor.id].bit_count() - 1))
    entrances = list(_entrances(book, ways, reached))
    steps = {step for path in paths for step in path.steps} | {
        step for one in entrances for step in (one.step, *(one.path.steps if one.path else ()))
    }
    ordered = tuple(sorted(steps, key=_step_order))
    return Reach(
        actions=book.paying,
        nodes=tuple(_nodes(book, ordered, paths)),
        steps=ordered,
        paths=tuple(sorted(paths, key=lambda path: path.start)),
        entrances=tuple(entrances),
        cuts=cuts_of(book, ways),
        refusals=refusals_of(book.population, book.decisions, book.steps),
        deleted=deleted_of(book.population, book.decisions, book.steps),
        undecided=book.assume.undecided,
        node_count=len(book.graph),
        step_count=book.graph.edge_count(),
    )


def _entrances(book: ReachBook, ways: Ways, reached: list[int]) -> Iterator[Entrance]:
    found = []
    for way in book.ways_in():
        path = None
        if ways.reaches(way.role.id):
            path = book.path(ways, way.role.id, book.paying, way.step)
        if path is not None:
            path = msgspec.structs.replace(path, others=max(0, reached[way.role.id].bit_count() - 1))
        # A service is no way in by itself: it is listed where it can be made to pay for others.
        wanted = path is not None and way.weaknesses if way.node.type is NodeType.SERVICE else path or way.weaknesses
        if wanted:
            found.append(
                Entrance(
                    outside=way.node.id,
                    label=way.node.label,
                    outside_type=way.node.type,
                    known=way.node.known,
                    role_arn=way.role.arn,
                    step=way.step,
                    weaknesses=way.weaknesses,
                    path=path,
                )
            )
    return iter(sorted(found, key=lambda one: (one.outside, one.role_arn, one.step.type)))


def _nodes(book: ReachBook, steps: Iterable[ReachStep], paths: Iterable[ReachPath]) -> Iterator[ReachNode]:
    ids = {end for step in steps for end in (step.source, step.target)} | {path.holder for path in paths}
    outside = {way.node.id: way.node for way in book.ways_in()}
    for one in sorted(ids):
        if one in outside:
            yield outside[one]
        else:
            resource = one.rpartition(":")[2]
            account = one.split(":")[4] if one.count(":") >= 5 else ""
            yield ReachNode(id=one, type=NodeType.PRINCIPAL, label=resource, account_id=account, inside=True)


def _step_order(step: ReachStep) -> tuple[str, str, StepType, str]:
    return step.source, step.target, step.type, step.technique
