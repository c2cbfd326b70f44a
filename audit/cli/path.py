"""`mturk-audit path`: how one principal, or somebody from outside, becomes another, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.terminal import Terminal, printable

if TYPE_CHECKING:
    from audit.model.entitlement import StatementRef
    from audit.model.reach import ReachStep

MOST = 20
"""So many ways are shown at most."""


@click.command(
    short_help="Show how one principal becomes another.",
    epilog="\b\nExamples:\n"
    "  mturk-audit path snapshots/2026-Q3 maria.keller PayrollBonusRun\n"
    "  mturk-audit path account.json '*' arn:aws:iam::111122223333:role/payer --format json",
)
@evidence_argument
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@as_of_option
@click.pass_obj
def command(terminal: Terminal, evidence: Path, start: str, end: str, format: str, as_of: datetime | None) -> ExitCode:
    """Show all shortest ways from FROM to TO, with the statements of each step.

    TO is a user or role: its ARN, unique id or name. FROM is one too, or somebody outside as a trust policy names it:
    `*`, an account id, an identity provider's ARN, a service. The exit code is 3 where trust policies cannot be read.
    """
    from audit.evaluate.names import find_holder
    from audit.evaluate.reach_ends import ways_between
    from audit.pipeline import AuditOptions, reach_of_snapshot
    from audit.snapshot.reader import open_input

    snapshot = open_input(evidence)
    book = reach_of_snapshot(snapshot, AuditOptions(now=datetime.now(UTC), as_of=as_of))
    outside = any(way.node.id == start for way in book.ways_in())
    source = start if outside else find_holder(snapshot, start)[1].arn
    target = find_holder(snapshot, end)[1].arn
    ways = ways_between(book, source, target, MOST)
    if format == "json":
        terminal.json(ways)
    else:
        terminal.data("".join(f"{printable(line)}\n" for line in _text(ways)).encode())
    if not ways:
        terminal.note(f"no way leads from {source} to {target}")
    elif len(ways) == MOST:
        terminal.note(f"the first {MOST} of the shortest ways")
    return ExitCode.INCOMPLETE if book.assume.undecided else ExitCode.CLEAN


def _text(ways: Sequence[Sequence[ReachStep]]) -> Iterator[str]:
    """All ways, line by line."""
    for number, way in enumerate(ways, start=1):
        yield f"way {number} of {len(ways)}, in {len(way)} step{'s' if len(way) > 1 else ''}"
        for step in way:
            yield from _lines(step)


def _lines(step: ReachStep) -> list[str]:
    """One step: who becomes whom, why, by which statements, and what must hold."""
    way = step.technique or step.type.value
    lines = [f"  {step.source}", f"    becomes {step.target} by {way} ({step.verdict.value})", f"    {step.reason}"]
    lines += [f"    because of {_statement(ref)}" for ref in step.statements]
    return [*lines, *(f"    {condition}" for condition in step.conditions)]


def _statement(ref: StatementRef) -> str:
    owner = f" of {ref.policy.owner_arn}" if ref.policy.owner_arn else ""
    return f"{ref.policy.label}{owner}, {ref.words}"
