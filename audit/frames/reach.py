"""The table of steps: who can become whom, for graphs in other tools."""

from __future__ import annotations

from collections.abc import Iterator

from audit.frames.table import Column, Kind, Row, Table, join
from audit.model.result import AuditResult


def _edge_rows(result: AuditResult) -> Iterator[Row]:
    reach = result.reach
    if reach is None:
        return
    types = {node.id: node.type.value for node in reach.nodes}
    holders = {path.holder for path in reach.paths}
    for step in reach.steps:
        yield (
            step.source,
            types.get(step.source, ""),
            step.target,
            types.get(step.target, ""),
            step.target in holders,
            step.type.value,
            step.technique,
            step.verdict.value,
            join(step.conditions),
            join(f"{ref.policy.label}, {ref.words}" for ref in step.statements),
            step.reason,
        )


EDGES = Table(
    name="edges",
    holds="one step by which one can become another on the way to a payment",
    columns=(
        Column("source"),
        Column("source_type", Kind.CATEGORY),
        Column("target"),
        Column("target_type", Kind.CATEGORY),
        Column("target_pays", Kind.FLAG),
        Column("type", Kind.CATEGORY),
        Column("technique", Kind.CATEGORY),
        Column("verdict", Kind.CATEGORY),
        Column("conditions"),
        Column("statements"),
        Column("reason"),
    ),
    rows=_edge_rows,
)
