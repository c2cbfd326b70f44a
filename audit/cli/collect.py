"""`mturk-audit collect`: from AWS to a snapshot. With `run` and `demo` the only command that uses the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from audit.cli.exit_code import ExitCode, of_gaps
from audit.cli.options import CollectFlags, chosen_road, chosen_window, collect_options
from audit.cli.terminal import Terminal

if TYPE_CHECKING:
    from audit.collect.interface import Clock, CollectOptions
    from audit.model.snapshot import Manifest, Window

MAX_NAMED_GAPS = 10
"""Gaps that are told one by one; a closed service may leave one for every HIT."""


@click.command(
    short_help="Ask AWS, and keep the answers as a snapshot.",
    epilog="\b\nExamples:\n"
    "  mturk-audit collect --window 2026-Q3 --out snapshots/2026-Q3 --profile audit\n"
    "  mturk-audit collect --since 2026-07-01 --until 2026-10-01 --out snapshots/summer\n"
    "  mturk-audit collect --window 2026-Q3 --out snapshots/2026-Q3 --organization --role-name audit/mturk-audit\n"
    "  mturk-audit collect --window 2026-Q3 --out snapshots/2026-Q3 --start-from snapshots/2026-Q2\n"
    "  mturk-audit collect --window 2026-Q3 --out snapshots/2026-Q3 --cloudtrail s3://example-trail/prefix\n"
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
    terminal: Terminal, out: Path, force: bool, dry_run: bool, format: str, **flags: Unpack[CollectFlags]
) -> ExitCode:
    """Ask AWS who may do what, what was paid and who is blocked, and keep the raw answers as a snapshot.

    Needs the permissions that `mturk-audit permissions` prints, and changes nothing in AWS. Stopped or killed, the same
    command goes on where it was.
    """
    settings = collection(out, wanted_window(flags), flags, force=force)
    if dry_run:
        return _print_plan(terminal, settings, format)
    manifest = collect(terminal, settings)
    terminal.data(f"{out}\n".encode("utf-8", "surrogateescape"))
    return of_gaps(manifest.gaps)


def wanted_window(flags: CollectFlags) -> Window:
    """The window that was given. Raises click.UsageError where none was."""
    window = chosen_window(flags)
    if window is None:
        raise click.UsageError("give the window under review: --window 2026-Q3, or --since and --until")
    return window


def collection(out: Path, window: Window, flags: CollectFlags, *, force: bool) -> CollectOptions:
    """Turn the flags into what the collectors take."""
    from audit.collect.interface import AccountOptions, CollectOptions

    return CollectOptions(
        out=out,
        window=window,
        profile=flags["profile"],
        region=flags["region"],
        endpoint_url=flags["endpoint_url"],
        environment="sandbox" if flags["sandbox"] else "production",
        max_concurrency=flags["max_concurrency"],
        calls_per_second=flags["rate"] or None,
        force=force,
        accounts=AccountOptions(
            ids=flags["accounts"],
            organization=flags["organization"],
            role_name=flags["role_name"] or "",
            external_id=flags["external_id"] or "",
        ),
        earlier=flags["start_from"],
        events=chosen_road(flags),
    )


def collect(terminal: Terminal, settings: CollectOptions, clock: Clock | None = None) -> Manifest:
    """Collect a snapshot, and tell what it holds and what it lacks; by this machine's clock where none is given."""
    from audit.cli.progress import show_progress
    from audit.collect.clock import SystemClock
    from audit.collect.collector import collect_snapshot

    with show_progress(terminal) as progress:
        manifest = collect_snapshot(settings, progress=progress, clock=clock or SystemClock())
    calls = sum(file.api_calls for file in manifest.files)
    terminal.note(f"{_accounts(manifest)}: {len(manifest.files)} files from {calls} answers, {len(manifest.gaps)} gaps")
    many = len(manifest.accounts) > 1
    for gap in manifest.gaps[:MAX_NAMED_GAPS]:
        account = f"{gap.account_id} " if many and gap.account_id else ""
        item = f" {gap.item}" if gap.item else ""
        terminal.note(f"  {account}{gap.source}{item}: {gap.reason}: {gap.detail}")
    if len(manifest.gaps) > MAX_NAMED_GAPS:
        terminal.note(
            f"  and {len(manifest.gaps) - MAX_NAMED_GAPS} more, all of them in manifest.json and in every report"
        )
    return manifest


def _accounts(manifest: Manifest) -> str:
    """The account, or how many of how many could be reached."""
    from audit.snapshot.layout import ACCOUNT_SOURCES

    if len(manifest.accounts) == 1:
        return f"account {manifest.accounts[0].account_id}"
    unreached = sum(gap.source in ACCOUNT_SOURCES and bool(gap.account_id) for gap in manifest.gaps)
    return f"{len(manifest.accounts) - unreached} of {len(manifest.accounts)} accounts"


def _print_plan(terminal: Terminal, settings: CollectOptions, format: str) -> ExitCode:
    from audit.collect.plan import planned_calls

    out, window = settings.out, settings.window
    calls = planned_calls(other_accounts=bool(settings.accounts.role_name), road=settings.events)
    if format == "json":
        terminal.json({"snapshot": str(out), "window": window, "calls": calls})
        return ExitCode.CLEAN
    terminal.note(f"{window.since:%Y-%m-%d} to {window.until:%Y-%m-%d} into {out}; nothing is called now")
    terminal.table(
        ("call", "permission", "how often", "why"),
        ((call.source, call.permission, call.how_often, call.purpose) for call in calls),
    )
    return ExitCode.CLEAN
