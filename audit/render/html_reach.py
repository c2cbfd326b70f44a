"""Who can become whom, as the page carries it: nodes once, steps once, ways as lists of steps."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audit.model.entitlement import Verdict
from audit.model.reach import Entrance, NodeType, Reach, ReachPath, ReachStep
from audit.render.html_access import StatementCodec, hex_mask
from audit.render.html_codec import Interner
from audit.render.view_cuts import unbroken_sentences
from audit.render.view_index import Index

PATH_LIMIT = 2_000
ENTRANCE_LIMIT = 2_000
CUT_LIMIT = 150
"""Ways, entrances and cuts that one page carries, the shortest and gravest first; `report.json` holds all of them."""
FURTHER_LIMIT = 500
"""Ways to administrators and to duties in conflict, which only findings draw."""
ENDS_LIMIT = 12
"""Starts and holders that a cut names; the rest is counted."""


class PageNode(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """A place in `PageData.strings`, as every number here that stands for a text."""
    type: int
    label: int
    inside: bool
    known: bool


class PageStep(msgspec.Struct, frozen=True, array_like=True):
    source: int
    """A place in `PageReach.nodes`; likewise `target`."""
    target: int
    type: int
    conditional: bool
    technique: int
    statements: tuple[int, ...]
    conditions: tuple[int, ...]
    reason: int


class PagePath(msgspec.Struct, frozen=True, array_like=True):
    start: int
    holder: int
    mask: str
    conditional: bool
    steps: tuple[int, ...]
    hops: int
    others: int


class PageEntrance(msgspec.Struct, frozen=True, array_like=True):
    outside: int
    role: int
    step: int
    weaknesses: tuple[int, ...]
    path: int
    """A place in `PageReach.paths`; -1: it leads to no privilege that pays."""


class PageReach(msgspec.Struct, frozen=True):
    """All that the page shows of it."""

    nodes: tuple[PageNode, ...]
    steps: tuple[PageStep, ...]
    paths: tuple[PagePath, ...]
    """Those of principals of the accounts to a payment, then those to administrators and to duties in conflict, then
    those of entrances."""
    path_count: int
    """Of the first kind."""
    paths_refused: int
    entrances: tuple[PageEntrance, ...]
    entrances_refused: int
    cuts: tuple[tuple[tuple[int, ...], int, tuple[int, ...], int, tuple[int, ...], int], ...]
    """Starts and their number, holders and their number, statements, ways that are left."""
    cuts_refused: int
    unbroken: tuple[int, ...]
    """Sentences: of how many no cut is told."""
    refusals: tuple[tuple[int, int, int, int], ...]
    """Principal, role, granting statement, what refuses."""
    undecided: int


def page_reach(reach: Reach, index: Index, strings: Interner[str], statements: StatementCodec) -> PageReach:
    """Encode a reach."""
    codec = _Codec(reach, index, strings, statements)
    paths = _shortest(reach.paths, PATH_LIMIT)
    further = (*reach.administrators, *(path for conflict in reach.conflicts for path in conflict.paths))
    shown = [codec.path(path) for path in (*paths, *_shortest(further, FURTHER_LIMIT))]
    entered = sorted(reach.entrances, key=lambda entrance: entrance.path is None)[:ENTRANCE_LIMIT]
    entrances = tuple(codec.entrance(each, shown) for each in entered)
    cuts = tuple(
        (
            tuple(map(codec.node, cut.starts[:ENDS_LIMIT])),
            len(cut.starts),
            tuple(map(codec.node, cut.holders[:ENDS_LIMIT])),
            len(cut.holders),
            statements.places(cut.statements),
            cut.ways_left,
        )
        for cut in reach.cuts[:CUT_LIMIT]
    )
    refusals = tuple(
        (
            strings.place(each.principal_arn),
            strings.place(each.role_arn),
            statements.places((each.granted_by,))[0],
            strings.place(each.refused_by),
        )
        for each in reach.refusals[:PATH_LIMIT]
    )
    return PageReach(
        nodes=codec.nodes(),
        steps=codec.steps(),
        paths=tuple(shown),
        path_count=len(paths),
        paths_refused=len(reach.paths) - len(paths),
        entrances=entrances,
        entrances_refused=len(reach.entrances) - len(entered),
        cuts=cuts,
        cuts_refused=max(0, len(reach.cuts) - CUT_LIMIT),
        unbroken=tuple(map(strings.place, unbroken_sentences(reach))),
        refusals=refusals,
        undecided=reach.undecided,
    )


def _shortest(paths: Sequence[ReachPath], limit: int) -> list[ReachPath]:
    return sorted(paths, key=lambda path: path.hops)[:limit]


class _Codec:
    """Numbers the nodes and steps that are shown."""

    def __init__(self, reach: Reach, index: Index, strings: Interner[str], statements: StatementCodec) -> None:
        self._known = {node.id: node for node in reach.nodes}
        self._index = index
        self._text = strings.place
        self._statements = statements
        self._nodes = Interner[str]()
        self.node = self._nodes.place
        self._steps = Interner[PageStep]()
        self._known_steps: dict[ReachStep, int] = {}

    def nodes(self) -> tuple[PageNode, ...]:
        found = []
        for node_id in self._nodes.values():
            node = self._known.get(node_id)
            found.append(
                PageNode(
                    self._text(node_id),
                    self._text(node.type.value if node else self._type(node_id)),
                    self._text(node.label if node else node_id),
                    node.inside if node else False,
                    node.known if node else False,
                )
            )
        return tuple(found)

    def _type(self, node_id: str) -> str:
        """Of a node that the reach does not list."""
        return NodeType.PRINCIPAL.value if node_id in self._index.principals else ""

    def steps(self) -> tuple[PageStep, ...]:
        return tuple(self._steps.values())

    def step(self, step: ReachStep) -> int:
        # Ways have many of their steps in common.
        if step not in self._known_steps:
            self._known_steps[step] = self._steps.place(self._page_step(step))
        return self._known_steps[step]

    def _page_step(self, step: ReachStep) -> PageStep:
        return PageStep(
            self.node(step.source),
            self.node(step.target),
            self._text(step.type.value),
            step.verdict is Verdict.CONDITIONAL,
            self._text(step.technique),
            self._statements.places(step.statements),
            tuple(map(self._text, step.conditions)),
            self._text(step.reason),
        )

    def path(self, path: ReachPath) -> PagePath:
        return PagePath(
            self.node(path.start),
            self.node(path.holder),
            hex_mask(path.actions, self._index),
            path.verdict is Verdict.CONDITIONAL,
            tuple(map(self.step, path.steps)),
            path.hops,
            path.others,
        )

    def entrance(self, entrance: Entrance, paths: list[PagePath]) -> PageEntrance:
        place = -1
        if entrance.path is not None:
            place = len(paths)
            paths.append(self.path(entrance.path))
        return PageEntrance(
            self.node(entrance.outside),
            self.node(entrance.role_arn),
            self.step(entrance.step),
            tuple(map(self._text, entrance.weaknesses)),
            place,
        )
