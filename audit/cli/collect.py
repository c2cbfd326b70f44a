"""`mturk-audit collect`: from AWS to a snapshot. The only command, with `run` and `demo`, that uses the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from audit.cli.exit_code import ExitCode, of_gaps
from audit.cli.options import CollectOptions, chosen_window, collect_options
from audit.cli.terminal import Terminal

if TYPE_CHECKING:
    from audit.collect import interface
    from audit.model.snapshot import Manifest


@click.command(
    epilog="\b\nExamples:\n"
    "  mturk-audit collect --window 2026-Q3 --out snapshots/2026-Q3 --profile audit\n"
    "  mturk-audit collect --since 2026-07-01 --until 2026-10-01 --out snapshots/third-quarter\n"
    "  mturk-audit collect --window 2026-Q3 --out snapshots/2026-Q3 --dry-run",
)
@click.option(
    "--out", metavar="SNAPSHOT", type=click.Path(path_type=Path), required=True, help="The snapshot's folder."
)
@collect_options
@click.option("--force", is_flag=True, help="Replace a finished snapshot, or one begun with other options.")
@click.option("--dry-run", is_flag=True, help="List the calls and the permissions they need; call nothing.")
@click.option(
    "--format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How --dry-run prints.",
)
@click.pass_obj
def command(
    terminal: Terminal, out: Path, force: bool, dry_run: bool, format: str, **options: Unpack[CollectOptions]
) -> ExitCode:
    """Ask AWS who may do what and what was paid and blocked, and write the raw answers as a snapshot.

    Needs the permissions that `mturk-audit permissions` prints, and changes nothing in AWS. Stopped or killed, the same
    command goes on where it was.
    """
    if dry_run:
        return _dry_run(terminal, format)
    return of_gaps(collect(terminal, out, options, force=force).gaps)


def collect(terminal: Terminal, out: Path, options: CollectOptions, *, force: bool) -> Manifest:
    """Collect a snapshot into `out` and tell what it holds."""
    from audit.cli.progress import show_progress
    from audit.collect.clock import SystemClock
    from audit.collect.collector import collect_snapshot

    settings = _settings(out, options, force=force)
    with show_progress(terminal) as progress:
        manifest = collect_snapshot(settings, progress=progress, clock=SystemClock())
    tell_snapshot(terminal, out, manifest)
    return manifest
