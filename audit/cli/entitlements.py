"""`mturk-audit entitlements`: who may use what, as data on stdout."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.terminal import Terminal
from audit.model.entitlement import Verdict

if TYPE_CHECKING:
    from audit.model.result import AuditResult

COUNTED = (Verdict.ALLOW, Verdict.CONDITIONAL, Verdict.NOT_EVALUATED)


@click.command(
    epilog="\b\nExamples:\n"
    "  mturk-audit entitlements snapshots/2026-Q3 > entitlements.csv\n"
    "  mturk-audit entitlements authorization-details.json --format count",
)
@evidence_argument
@click.option(
    "--format",
    type=click.Choice(["csv", "json", "count"]),
    default="csv",
    show_default=True,
    help="`csv` and `json` hold a row per principal and privilege; `count` is their number by verdict.",
)
@as_of_option
@click.pass_obj
def command(terminal: Terminal, evidence: Path, format: str, as_of: datetime | None) -> ExitCode:
    """Print the privileges that each user, group and role of INPUT may use, wholly or under conditions.

    Pairs that no answer can be given for are no rows; their number is told on stderr, and the exit code is then 3.
    """
    from audit.pipeline import AuditOptions, audit_snapshot
    from audit.snapshot.reader import open_input

    result = audit_snapshot(open_input(evidence), AuditOptions(now=datetime.now(UTC), as_of=as_of))
    _print(terminal, result, format)
    if result.not_evaluated:
        terminal.note(f"{len(result.not_evaluated)} of {len(result.principals)} principals are not fully evaluated")
        return ExitCode.INCOMPLETE
    return ExitCode.CLEAN


def _print(terminal: Terminal, result: AuditResult, format: str) -> None:
    from audit.frames.access import ENTITLEMENTS
    from audit.render.csv import render_csv

    if format == "csv":
        terminal.data(render_csv(ENTITLEMENTS, result))
    elif format == "json":
        terminal.json([dict(zip(ENTITLEMENTS.header, row, strict=True)) for row in ENTITLEMENTS.rows(result)])
    else:
        verdicts = Counter(entitlement.verdict for entitlement in result.entitlements)
        terminal.data("".join(f"{verdict} {verdicts[verdict]}\n" for verdict in COUNTED).encode())
