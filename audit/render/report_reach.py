"""Who can become whom, as `report.json` has it: every step once, and ways as the places of their steps."""

from __future__ import annotations

import msgspec

from audit.model.entitlement import Verdict
from audit.model.reach import (
    DeletedTrust,
    Entrance,
    NodeType,
    Reach,
    ReachCut,
    ReachedConflict,
    ReachNode,
    ReachPath,
    ReachStep,
    Refusal,
    StepType,
)
from audit.render.report_statements import StatementPlaces


class ReportStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step: `source` can become `target`. Absent fields are empty."""

    source: str
    target: str
    type: StepType
    verdict: Verdict
    technique: str = ""
    statements: tuple[int, ...] = ()
    """Places in the report's `statements`."""
    conditions: tuple[str, ...] = ()
    reason: str = ""


class ReportPath(msgspec.Struct, frozen=True, kw_only=True):
    """A shortest way to a principal that holds privileges itself."""

    start: str
    holder: str
    actions: tuple[str, ...]
    verdict: Verdict
    steps: tuple[int, ...]
    """Places in `steps`, in the order of the way."""
    others: int
    """How many more holders the start can reach."""


class ReportEntrance(msgspec.Struct, frozen=True, kw_only=True):
    """A way in from outside the accounts."""

    outside: str
    label: str
    outside_type: NodeType
    known: bool
    role_arn: str
    step: int
    """A place in `steps`."""
    weaknesses: tuple[str, ...]
    path: ReportPath | None
    """Null: it leads to no privilege that pays."""


class ReportCut(msgspec.Struct, frozen=True, kw_only=True):
    """A smallest set of statements whose removal ends the reach of all of `starts`."""

    starts: tuple[str, ...]
    holders: tuple[str, ...]
    statements: tuple[int, ...]
    """Places in the report's `statements`."""


class ReportRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """An assumption that one side grants and the other refuses."""

    principal_arn: str
    role_arn: str
    granted_by: int
    """A place in the report's `statements`."""
    refused_by: str


class ReportDeletedTrust(msgspec.Struct, frozen=True, kw_only=True):
    """A trust in a principal that is gone."""

    unique_id: str
    role_arn: str
    statement: int
    """A place in the report's `statements`."""


class ReportConflict(msgspec.Struct, frozen=True, kw_only=True):
    """Duties that one principal must not have together, and has once what it can become is counted."""

    conflict_id: str
    start: str
    own: tuple[str, ...]
    paths: tuple[ReportPath, ...]


class ReportReach(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Sizes are those of the whole graph, of which the nodes and steps on ways are listed."""

    actions: tuple[str, ...]
    nodes: tuple[ReachNode, ...]
    steps: tuple[ReportStep, ...]
    paths: tuple[ReportPath, ...]
    entrances: tuple[ReportEntrance, ...]
    cuts: tuple[ReportCut, ...]
    cuts_not_sought: tuple[str, ...]
    """Starts for which it was not worked out what ends their reach."""
    cuts_not_found: tuple[str, ...]
    """Starts for which no set of statements is known whose removal ends their reach."""
    refusals: tuple[ReportRefusal, ...]
    deleted: tuple[ReportDeletedTrust, ...]
    administrators: tuple[ReportPath, ...]
    conflicts: tuple[ReportConflict, ...]
    undecided: int
    """Roles whose trust policy cannot be read in part or whole."""
    node_count: int
    step_count: int


def report_reach(reach: Reach, statements: StatementPlaces) -> ReportReach:
    """Put a reach into the published shape."""
    writer = _Writer(reach, statements)
    paths = tuple(map(writer.path, reach.paths))
    entrances = tuple(map(writer.entrance, reach.entrances))
    administrators = tuple(map(writer.path, reach.administrators))
    conflicts = tuple(map(writer.conflict, reach.conflicts))
    return ReportReach(
        actions=reach.actions,
        nodes=reach.nodes,
        steps=writer.steps(),
        paths=paths,
        entrances=entrances,
        cuts=tuple(map(writer.cut, reach.cuts)),
        cuts_not_sought=reach.cuts_not_sought,
        cuts_not_found=reach.cuts_not_found,
        refusals=tuple(map(writer.refusal, reach.refusals)),
        deleted=tuple(map(writer.deleted, reach.deleted)),
        administrators=administrators,
        conflicts=conflicts,
        undecided=reach.undecided,
        node_count=reach.node_count,
        step_count=reach.step_count,
    )


class _Writer:
    """Numbers the steps, those that the reach lists first."""

    def __init__(self, reach: Reach, statements: StatementPlaces) -> None:
        self._places: dict[ReachStep, int] = {step: place for place, step in enumerate(reach.steps)}
        self._statements = statements

    def steps(self) -> tuple[ReportStep, ...]:
        return tuple(
            ReportStep(
                source=step.source,
                target=step.target,
                type=step.type,
                verdict=step.verdict,
                technique=step.technique,
                statements=self._statements.of(step.statements),
                conditions=step.conditions,
                reason=step.reason,
            )
            for step in self._places
        )

    def _step(self, step: ReachStep) -> int:
        return self._places.setdefault(step, len(self._places))

    def path(self, path: ReachPath) -> ReportPath:
        return ReportPath(
            start=path.start,
            holder=path.holder,
            actions=path.actions,
            verdict=path.verdict,
            steps=tuple(map(self._step, path.steps)),
            others=path.others,
        )

    def entrance(self, entrance: Entrance) -> ReportEntrance:
        return ReportEntrance(
            outside=entrance.outside,
            label=entrance.label,
            outside_type=entrance.outside_type,
            known=entrance.known,
            role_arn=entrance.role_arn,
            step=self._step(entrance.step),
            weaknesses=entrance.weaknesses,
            path=None if entrance.path is None else self.path(entrance.path),
        )

    def cut(self, cut: ReachCut) -> ReportCut:
        return ReportCut(starts=cut.starts, holders=cut.holders, statements=self._statements.of(cut.statements))

    def refusal(self, one: Refusal) -> ReportRefusal:
        (granted_by,) = self._statements.of((one.granted_by,))
        return ReportRefusal(
            principal_arn=one.principal_arn, role_arn=one.role_arn, granted_by=granted_by, refused_by=one.refused_by
        )

    def deleted(self, one: DeletedTrust) -> ReportDeletedTrust:
        (statement,) = self._statements.of((one.statement,))
        return ReportDeletedTrust(unique_id=one.unique_id, role_arn=one.role_arn, statement=statement)

    def conflict(self, one: ReachedConflict) -> ReportConflict:
        return ReportConflict(
            conflict_id=one.conflict_id, start=one.start, own=one.own, paths=tuple(map(self.path, one.paths))
        )
