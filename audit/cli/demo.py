"""`mturk-audit demo`: all of it, on a local AWS with an invented company."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import ReportOptions
from audit.cli.terminal import Terminal
from audit.model.error import InputError

if TYPE_CHECKING:
    from audit.demo.server import LocalAws
    from audit.model.snapshot import Window

NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""So that no profile of the user's is looked at."""


class StandingClock:
    """A clock that always shows one moment, so that the demo gives the same bytes each time; waiting is real."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The moment."""
        return self._moment

    def monotonic(self) -> float:
        """Seconds, running."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)


@click.command(
    short_help="Audit an invented company on a local AWS.",
    epilog="\b\nExamples:\n  mturk-audit demo\n  mturk-audit demo --out reports/try",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("reports/demo"),
    show_default=True,
    help="The folder to write the report into.",
)
@click.option(
    "--snapshot",
    metavar="SNAPSHOT",
    type=click.Path(path_type=Path),
    default=Path("snapshots/demo"),
    show_default=True,
    help="The folder to keep the evidence in; an earlier demo's is replaced.",
)
@click.option("--force", is_flag=True, help="Write into a folder that holds other files too.")
@click.pass_obj
def command(terminal: Terminal, out: Path, snapshot: Path, force: bool) -> ExitCode:
    """Audit an invented company: collect its two accounts from a local AWS, then write the report.

    No AWS account is needed and nothing leaves this machine. The exit code is 0 where the report was written: that it
    has findings is the point of it.
    """
    from audit.cli.report import audit_and_report, check_report_options
    from audit.demo.company import example_company, example_window
    from audit.demo.server import local_aws

    company = example_company()
    options = ReportOptions(
        out=out,
        format=(),
        as_of=company.as_of,
        fail_on="never",
        worker_ids="pseudonyms",
        pseudonym_key=None,
        force=force,
    )
    check_report_options(options)
    _check_snapshot(snapshot, frozenset(account.account_id for account in company.accounts))
    terminal.note(f"starting a local AWS with {company.name}: {len(company.accounts)} accounts")
    with _environment(NO_FILES), local_aws(company) as aws:
        _collect_all(terminal, aws, example_window(), snapshot, company.as_of)
    audit_and_report(terminal, snapshot, options)
    return ExitCode.CLEAN


def _collect_all(terminal: Terminal, aws: LocalAws, window: Window, snapshot: Path, as_of: datetime) -> None:
    """Collect each account with the ordinary collectors and settings, then make one snapshot of them."""
    from audit.cli.collect import collect
    from audit.collect.interface import CollectOptions
    from audit.snapshot.merge import merge_snapshots
    from audit.snapshot.writer import make_folder

    make_folder(snapshot.parent)
    with tempfile.TemporaryDirectory(prefix=".mturk-audit-", dir=snapshot.parent) as name:
        folder = Path(name)
        for account_id in aws.account_ids:
            settings = CollectOptions(out=folder / account_id, window=window, calls_per_second=None)
            with _environment(aws.environment(account_id)):
                collect(terminal, settings, StandingClock(as_of))
        merge_snapshots([folder / account_id for account_id in aws.account_ids], folder / "all")
        if snapshot.exists():
            shutil.rmtree(snapshot)
        (folder / "all").rename(snapshot)


def _check_snapshot(snapshot: Path, account_ids: frozenset[str]) -> None:
    """Refuse to replace anything but the evidence of an earlier demo. Raises InputError."""
    from audit.snapshot.reader import read_manifest

    if not snapshot.exists() or (snapshot.is_dir() and not any(snapshot.iterdir())):
        return
    try:
        manifest, _ = read_manifest(snapshot)
        ours = {account.account_id for account in manifest.accounts} <= account_ids
    except (InputError, OSError):
        ours = False
    if not ours:
        raise InputError(f"`{snapshot}` is no evidence of an earlier demo; name another folder with --snapshot")


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Take away the user's own AWS settings and put `settings` in their place, until the block ends."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
