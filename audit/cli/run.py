"""`mturk-audit run`: collect, then report."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import CollectFlags, ReportOptions, collect_options, report_options
from audit.cli.terminal import Terminal
from audit.model.snapshot import Window


class RunOptions(ReportOptions, CollectFlags):
    """All options of the command but one."""


@click.command(
    short_help="Collect, then report.",
    epilog="\b\nExamples:\n"
    "  mturk-audit run --window 2026-Q3 --out reports/2026-Q3\n"
    "  mturk-audit run --window 2026-Q3 --out reports/2026-Q3 --profile audit --snapshot evidence/2026-Q3",
)
@click.option(
    "--snapshot",
    metavar="SNAPSHOT",
    type=click.Path(path_type=Path),
    help="The snapshot's folder; by default the window's name under snapshots/.",
)
@report_options()
@collect_options
@click.pass_obj
def command(terminal: Terminal, snapshot: Path | None, **options: Unpack[RunOptions]) -> ExitCode:
    """Collect a snapshot and write the report from it: `collect` and `report` in one.

    --force replaces a finished snapshot, and writes into a folder that holds other files than a report.
    """
    from audit.cli.collect import collect, collection, wanted_window
    from audit.cli.report import audit_and_report, check_report_options

    window = wanted_window(options)
    folder = snapshot or Path("snapshots") / window_name(window)
    check_report_options(options)
    collect(terminal, collection(folder, window, options, force=options["force"]))
    return audit_and_report(terminal, folder, options)


def window_name(window: Window) -> str:
    """A folder's name for the window: `2026-Q3`, or its first and last day."""
    return window.label or f"{window.since:%Y-%m-%d}_{window.until:%Y-%m-%d}"
