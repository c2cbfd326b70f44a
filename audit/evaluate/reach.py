"""Who can become a principal that pays: built for all accounts of a snapshot together, and told as records."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice

import msgspec

from audit.catalog.watched import PERMISSION_WRITING, SPREAD, SPREAD_QUORUM
from audit.evaluate.evaluators import AccountEvaluators
from audit.evaluate.layers import Permissions
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach_actions import reach_index
from audit.evaluate.reach_assume import AssumeEdges
from audit.evaluate.reach_conflicts import conflicts_of
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
from audit.model.privilege import RiskClass, ServiceProfile
from audit.model.question import Question
from audit.model.reach import Entrance, NodeType, Reach, ReachNode, ReachPath, ReachStep, StepType

MOST_STEPS = 2_000
"""So many steps are listed at most, besides those of the shortest ways."""
HOLDERS_SHOWN = 8
"""To so many holders the way is told, the nearest first, unless there are MANY_STARTS: then to the nearest alone."""
MANY_STARTS = 1_000
_HELD = (Verdict.ALLOW, Verdict.CONDITIONAL)


class ReachBook:
    """The graph of all accounts, with what is asked of it. `build` must have run."""

    def __init__(
        self,
        accounts: Iterable[AccountEvaluators],
        profile: ServiceProfile,
        as_of: datetime,
        organization_id: str,
        known_accounts: Mapping[str, str],
        shown: ShownDocuments,
    ) -> None:
        self._accounts = {account.account_id: account for account in accounts}
        index = reach_index()
        self.population = Population(
            ReachAccount(account.account_id, account.policies, index, as_of) for account in self._accounts.values()
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
        self.outside = Outside(self.population, self.decisions, self.steps, known_accounts, organization_id)
        self._kinds: dict[tuple[object, ...], int] = {}
        self._held_by_kind: list[Mapping[str, Verdict]] = []
        self._kind_of: dict[int, int] = {}

    def build(self) -> ReachBook:
        """Add all edges."""
        for actor in self.population.actors:
            # What it holds, and what is said of its assuming roles: so its documents are decoded once for all of it.
            self._kind(actor)
            self.decisions.callers.of(actor)
        self.assume.build()
        self.escalation.build()
        return self

    def actors(self) -> Iterator[Actor]:
        """Principals, then what they make of themselves."""
        yield from self.population.actors
        yield from self.population.gained.values()

    def held(self, actor: Actor) -> Mapping[str, Verdict]:
        """The privileges of the profile that an actor holds itself, and the watched actions."""
        return self._held_by_kind[self._kind(actor)]

    def _kind(self, actor: Actor) -> int:
        """The number of what it holds: most actors hold what others do, and most of those nothing."""
        found = self._kind_of.get(actor.id)
        if found is None:
            account_id = actor.account.account_id
            service, watched = [
                evaluator.of(actor.holder, denials=False) for evaluator in self._accounts[account_id].both
            ]
            key = (account_id, service.allowed, service.conditional, watched.allowed, watched.conditional)
            found = self._kinds.get(key)
            if found is None:
                found = self._kinds[key] = len(self._held_by_kind)
                self._held_by_kind.append(self._of_permissions(account_id, (service, watched)))
            self._kind_of[actor.id] = found
        return found

    def _of_permissions(self, account_id: str, permissions: tuple[Permissions, Permissions]) -> Mapping[str, Verdict]:
        return {
            action: each.verdict(evaluator.index.bit(action))
            for evaluator, each in zip(self._accounts[account_id].both, permissions, strict=True)
            for action in evaluator.index.names(each.allowed | each.conditional)
        }

    def _of_kinds(self, wanted: Callable[[Mapping[str, Verdict]], bool]) -> list[int]:
        """The actors by number who hold what is wanted."""
        kinds = [(actor.id, self._kind(actor)) for actor in self.actors()]
        fitting = {kind for kind, held in enumerate(self._held_by_kind) if wanted(held)}
        return [number for number, kind in kinds if kind in fitting]

    def ways_to(self, actions: Collection[str]) -> Ways:
        """Ways to whoever holds any of the actions."""
        return Ways(
            self.population,
            self.graph,
            self._of_kinds(lambda held: any(held.get(action) is Verdict.ALLOW for action in actions)),
            self._of_kinds(lambda held: any(held.get(action) in _HELD for action in actions)),
        )

    def ways_to_administrators(self) -> Ways:
        """Ways to whoever is an administrator in effect."""
        goals = self._of_kinds(is_administrator)
        return Ways(self.population, self.graph, goals, goals)

    @cached_property
    def starts(self) -> tuple[Actor, ...]:
        """The principals that people or programs act as: service-linked roles are AWS's own."""
        return tuple(actor for actor in self.population.actors if not actor.holder.service_linked)

    def path(self, ways: Ways, node: int, actions: Collection[str], first: ReachStep | None = None) -> ReachPath | None:
        """The way from a node in records, after a first step from outside; None where there is no step at all."""
        hops = list(ways.hops(node))
        if hops:
            return self.path_along(hops, actions, first)
        end = self.population.actor(node)
        return None if first is None or end is None else self._told((first,), end, actions)

    def path_along(
        self, hops: Sequence[tuple[int, ...]], actions: Collection[str], first: ReachStep | None = None
    ) -> ReachPath:
        """A way in records; it has at least one step."""
        steps = tuple(self.steps.of(hop) for hop in hops)
        end = self.population.actor(hops[-1][-1])
        assert end is not None  # noqa: S101 - a way ends at an actor
        return self._told((*(() if first is None else (first,)), *steps), end, actions)

    def _told(self, steps: tuple[ReachStep, ...], end: Actor, actions: Collection[str]) -> ReachPath:
        held = self.held(end)
        mine = tuple(action for action in sorted(actions) if action in held)
        sure = all(step.verdict is Verdict.ALLOW for step in steps) and any(
            held[action] is Verdict.ALLOW for action in mine or held
        )
        return ReachPath(
            start=steps[0].source,
            holder=end.arn,
            actions=mine,
            verdict=Verdict.ALLOW if sure else Verdict.CONDITIONAL,
            steps=steps,
        )

    def nearest(self, ways: Ways, node: int, most: int) -> list[list[tuple[int, ...]]]:
        """Ways from a node to several holders, the nearest first: none leads over another holder."""
        found = [list(ways.hops(node))]
        if most == 1:
            return found
        ends = {found[0][-1][-1]}
        came: dict[int, list[tuple[int, ...]]] = {node: []}
        queue = deque([node])
        while queue and len(found) < most:
            here = queue.popleft()
            for hop in self.hops(here, ways):
                end = hop[-1]
                if end in came:
                    continue
                came[end] = [*came[here], hop]
                if end not in ways.goals:
                    queue.append(end)
                elif end not in ends and len(found) < most:
                    ends.add(end)
                    found.append(came[end])
        return found

    def name(self, node: int) -> str:
        """An actor's ARN."""
        actor = self.population.actor(node)
        return "" if actor is None else actor.arn

    def hops(self, node: int, ways: Ways) -> list[tuple[int, ...]]:
        """The steps that leave an actor towards a goal: the actor, the stations behind it, and the next actor.

        The sure ones first, then by name, then in the order of the edges; of several that differ only behind the
        first station, one.
        """
        found = [
            (open_, name, place, hop)
            for place, run in enumerate(ways.runs(node))
            for open_, name, hop in run
            if hop[-1] != node
        ]
        found.sort()
        return [(node, *hop) for *_, hop in found]

    def ways_in(self, *, every: bool = False) -> Iterator[WayIn]:
        """All ways in from outside; `every` statement that opens one, and not the first alone."""
        return (way for way in self._ways_in if every or not way.letting.further)

    @cached_property
    def _ways_in(self) -> tuple[WayIn, ...]:
        roles = (actor for actor in self.population.actors if actor.role is not None)
        return tuple(way for role in roles for way in self.outside.of(role))


def reach_book(
    accounts: Sequence[AccountEvaluators],
    question: Question,
    known_accounts: Iterable[tuple[str, str]],
    shown: ShownDocuments,
) -> ReachBook:
    """The graph of an audit's accounts, built."""
    organization = next((one.control.organization_id for one in accounts if one.control.organization_id), "")
    known = {account_id: name or "known" for account_id, name in known_accounts}
    return ReachBook(accounts, question.profile, question.as_of, organization, known, shown).build()


def is_administrator(held: Mapping[str, Verdict]) -> bool:
    """Whether somebody with these actions writes permissions, and can do most of what there is."""
    return any(one in held for one in PERMISSION_WRITING) and sum(one in held for one in SPREAD) >= SPREAD_QUORUM


def reach_of(book: ReachBook) -> Reach:
    """What a report shows of the graph."""
    ways = book.ways_to(book.paying)
    goals = sorted(ways.goals)
    reached = book.graph.collected({goal: 1 << place for place, goal in enumerate(goals)})
    starts = [one for one in book.starts if one.id not in ways.goals and ways.reaches(one.id)]
    further = HOLDERS_SHOWN if len(starts) <= MANY_STARTS else 1
    paths = []
    for actor in starts:
        others = reached[actor.id].bit_count() - 1
        for hops in book.nearest(ways, actor.id, further):
            path = book.path_along(hops, book.paying)
            paths.append(msgspec.structs.replace(path, others=others))
    entrances = list(_entrances(book, ways, reached))
    steps = {step for path in paths for step in path.steps} | {
        step for one in entrances for step in (one.step, *(one.path.steps if one.path else ()))
    }
    steps.update(_further_steps(book, ways, MOST_STEPS - len(steps)))
    ordered = tuple(sorted(steps, key=_step_order))
    cuts = cuts_of(book, ways, reached)
    administrators = book.ways_to_administrators()
    return Reach(
        actions=book.paying,
        nodes=tuple(_nodes(book, ordered, paths)),
        steps=ordered,
        paths=tuple(sorted(paths, key=lambda path: (path.start, path.hops, path.holder))),
        entrances=tuple(entrances),
        cuts=cuts.found,
        cuts_not_sought=cuts.not_sought,
        cuts_not_found=cuts.not_found,
        refusals=refusals_of(book.population, book.decisions, book.steps),
        deleted=deleted_of(book.population, book.decisions, book.steps),
        administrators=tuple(_administrators(book, administrators)),
        conflicts=tuple(conflicts_of(book, administrators)),
        undecided=book.assume.undecided,
        node_count=len(book.graph),
        step_count=book.graph.edge_count(),
    )


def _administrators(book: ReachBook, ways: Ways) -> Iterator[ReachPath]:
    starts = (actor for actor in book.starts if actor.id not in ways.goals and ways.reaches(actor.id))
    for actor in sorted(starts, key=lambda one: one.arn):
        path = book.path(ways, actor.id, ())
        if path is not None:
            yield path


def _further_steps(book: ReachBook, ways: Ways, most: int) -> Iterator[ReachStep]:
    """Steps towards a holder that are on no shortest way, up to a number."""
    hops = (hop for actor in book.actors() if ways.reaches(actor.id) for hop in book.hops(actor.id, ways))
    return (book.steps.of(hop) for hop in islice(hops, max(0, most)))


def _entrances(book: ReachBook, ways: Ways, reached: list[int]) -> Iterator[Entrance]:
    found = []
    for way in book.ways_in():
        reaches, weaknesses = ways.reaches(way.role.id), way.letting.weaknesses
        # A service is no way in by itself: it is listed where it can be made to pay for others.
        if not (reaches and weaknesses if way.node.type is NodeType.SERVICE else reaches or weaknesses):
            continue
        step = book.outside.step(way)
        path = book.path(ways, way.role.id, book.paying, step) if reaches else None
        if path is not None:
            path = msgspec.structs.replace(path, others=max(0, reached[way.role.id].bit_count() - 1))
        found.append(
            Entrance(
                outside=way.node.id,
                label=way.node.label,
                outside_type=way.node.type,
                known=way.node.known,
                role_arn=way.role.arn,
                step=step,
                weaknesses=weaknesses,
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


def _step_order(step: ReachStep) -> tuple[str, str, StepType, str, bytes]:
    """Two steps between the same ends may differ in anything else, so all of it decides: the order is always one."""
    return step.source, step.target, step.type, step.technique, msgspec.json.encode(step)
