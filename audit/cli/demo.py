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
from audit.model.threshold import Thresholds

if TYPE_CHECKING:
    from audit.collect.interface import CollectOptions
    from audit.demo.account import Company

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
    """Audit an invented company: collect its organization from a local AWS, then write the report.

    One of its accounts lacks the collector's role and one is suspended, so the report shows what that looks like.

    No AWS account is needed and nothing leaves this machine. The exit code is 0 where the report was written: that it
    has findings is the point of it.
    """
    from audit.cli.report import audit_and_report, check_report_options
    from audit.demo.company import MANAGEMENT, example_company
    from audit.demo.server import local_aws

    company = example_company()
    options = ReportOptions(
        annex=(),
        out=out,
        format=(),
        as_of=company.as_of,
        fail_on="never",
        worker_ids="pseudonyms",
        bonus_threshold=None,
        payment_tolerance=Thresholds().payment_tolerance,
        pseudonym_key=None,
        baseline=(),
        access=None,
        exceptions=None,
        review=None,
        previous=None,
        strict=False,
        known_account=(),
        force=force,
    )
    check_report_options(options)
    _check_snapshot(snapshot, _account_ids(company))
    terminal.note(f"starting a local AWS with {company.name}: {len(company.accounts)} accounts")
    with _environment(NO_FILES), local_aws(company) as aws:
        _collect(terminal, aws.environment(MANAGEMENT), snapshot, company.as_of)
    audit_and_report(terminal, snapshot, options)
    return ExitCode.CLEAN


def demo_settings(out: Path) -> CollectOptions:
    """What is collected: the organization from its management account, with the events of its trail's files."""
    from audit.collect.interface import AccountOptions, CollectOptions, EventOptions
    from audit.demo.company import COLLECTOR_ROLE, EXTERNAL_ID, TRAIL, example_window

    return CollectOptions(
        out=out,
        window=example_window(),
        calls_per_second=None,
        events=EventOptions(trail=TRAIL),
        accounts=AccountOptions(organization=True, role_name=COLLECTOR_ROLE, external_id=EXTERNAL_ID),
    )


def _collect(terminal: Terminal, environment: Mapping[str, str], snapshot: Path, as_of: datetime) -> None:
    """Collect with the ordinary collectors, and put the snapshot in its place once it is whole."""
    from audit.cli.collect import collect
    from audit.snapshot.writer import make_folder

    make_folder(snapshot.parent)
    with tempfile.TemporaryDirectory(prefix=".mturk-audit-", dir=snapshot.parent) as name:
        settings = demo_settings(Path(name) / "all")
        with _environment(environment):
            collect(terminal, settings, StandingClock(as_of))
        if snapshot.exists():
            shutil.rmtree(snapshot)
        settings.out.rename(snapshot)


def _account_ids(company: Company) -> frozenset[str]:
    """Every account that a snapshot of the company can name: those that cannot be reached too."""
    nodes = company.organization.nodes or () if company.organization else ()
    return frozenset({*(account.account_id for account in company.accounts), *(node.id for node in nodes)})


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
