"""The arguments and options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar

import click

from audit.cli.exit_code import NEVER
from audit.cli.option_types import KnownAccount, Moment, Money
from audit.model.privilege import Severity
from audit.model.snapshot import Window
from audit.model.threshold import Thresholds

if TYPE_CHECKING:
    from audit.collect.interface import EventOptions

Command = TypeVar("Command", bound=Callable[..., Any])


class Decorator(Protocol):
    """What `@` takes: it gives back the function that it was given."""

    def __call__(self, function: Command, /) -> Command:
        """Decorate."""


class WindowOptions(TypedDict):
    """What `window_options` adds to a command."""

    window: str | None
    since: str | None
    until: str | None


class RoadFlags(TypedDict):
    """What `road_options` adds to a command."""

    cloudtrail: str
    athena_table: str | None
    athena_output: str | None
    athena_workgroup: str
    athena_create_table: str | None
    trail_reader: str


class CollectFlags(WindowOptions, RoadFlags):
    """What `collect_options` adds to a command."""

    profile: str | None
    region: str | None
    endpoint_url: str | None
    sandbox: bool
    max_concurrency: int
    rate: float
    accounts: tuple[str, ...]
    organization: bool
    role_name: str | None
    external_id: str | None
    start_from: Path | None


class ReportOptions(TypedDict):
    """What `report_options` adds to a command."""

    bonus_threshold: Decimal | None
    payment_tolerance: int

    out: Path
    format: tuple[str, ...]
    annex: tuple[str, ...]
    as_of: datetime | None
    fail_on: str
    worker_ids: str
    pseudonym_key: Path | None
    baseline: tuple[Path, ...]
    access: Path | None
    exceptions: Path | None
    review: Path | None
    previous: Path | None
    strict: bool
    known_account: tuple[tuple[str, str], ...]
    force: bool


def evidence_argument(function: Command) -> Command:
    """INPUT: a snapshot folder or an authorization-details file, the first argument of every analysing command."""
    return click.argument("evidence", metavar="INPUT", type=click.Path(path_type=Path))(function)


def as_of_option(function: Command) -> Command:
    """The moment that an analysing command answers for: conditions with dates and the closing of the service ask it."""
    help_ = "The moment that the answer is for, UTC; by default that of the evidence."
    return click.option("--as-of", type=Moment(), help=help_)(function)


def cloudtrail_option(function: Command) -> Command:
    """Log files in place of the events of the evidence, for a command that uses no network."""
    help_ = "A folder with the log files of the account's trail: whom their events name is joined with INPUT."
    return click.option("--cloudtrail", metavar="DIR", type=click.Path(path_type=Path), help=help_)(function)


def road_options(function: Command) -> Command:
    """Where CloudTrail's records are read from, for a command that asks AWS."""
    return _all(
        function,
        click.option(
            "--cloudtrail",
            metavar="PATH|s3://…|lookup|off",
            default="lookup",
            show_default=True,
            help="Where CloudTrail's records are read: a trail's log files, the event history of 90 days, nowhere.",
        ),
        click.option("--athena-table", metavar="NAME", help="Search the log files through Athena: database.table."),
        click.option(
            "--athena-output", metavar="s3://…", help="Where Athena keeps results; else as its workgroup has it."
        ),
        click.option(
            "--athena-workgroup",
            metavar="NAME",
            default="primary",
            show_default=True,
            help="Whose limits Athena keeps to.",
        ),
        click.option(
            "--athena-create-table",
            metavar="s3://…",
            help="Make the table first, over the trail's log files there; without it nothing is created.",
        ),
        click.option(
            "--trail-reader",
            metavar="caller|account|ID",
            default="caller",
            show_default=True,
            help="Whose credentials read the bucket or ask Athena: your own, each account's, or those of the role in "
            "the account that keeps the trail.",
        ),
    )


def chosen_road(flags: RoadFlags) -> EventOptions:
    """Read which road was chosen. Raises click.UsageError for two of them."""
    from audit.collect.interface import EventOptions

    table, reader = flags["athena_table"], flags["trail_reader"]
    if table is None:
        given = {"--athena-output": flags["athena_output"], "--athena-create-table": flags["athena_create_table"]}
        for option, value in given.items():
            if value is not None:
                raise click.UsageError(f"{option} goes with --athena-table")
        where = flags["cloudtrail"]
        return EventOptions(off=where == "off", trail="" if where in ("lookup", "off") else where, reader=reader)
    if flags["cloudtrail"] != "lookup":
        raise click.UsageError("give --cloudtrail or --athena-table, not both")
    return EventOptions(
        athena_table=table,
        athena_output=flags["athena_output"] or "",
        athena_workgroup=flags["athena_workgroup"],
        athena_create_table=flags["athena_create_table"] or "",
        reader=reader,
    )


def window_options(function: Command) -> Command:
    """The window under review, in two spellings."""
    return _all(
        function,
        click.option("--window", metavar="QUARTER", help="The quarter under review, like 2026-Q3."),
        click.option("--since", metavar="TIME", help="Or its first day, like 2026-07-01, UTC."),
        click.option("--until", metavar="TIME", help="And the first day after it."),
    )


def collect_options(function: Command) -> Command:
    """What a command that asks AWS takes, besides the standard AWS variables and files."""
    return _all(
        function,
        window_options,
        click.option("--profile", metavar="NAME", help="The profile of the AWS configuration to use."),
        click.option("--region", metavar="NAME", help="us-east-1, where Mechanical Turk is; no other one answers."),
        click.option("--endpoint-url", metavar="URL", help="One endpoint for all services, in place of AWS's."),
        click.option("--sandbox", is_flag=True, help="Ask the sandbox of Mechanical Turk, not production."),
        click.option(
            "--max-concurrency",
            metavar="CALLS",
            type=click.IntRange(min=1, max=64),
            default=8,
            show_default=True,
            help="Calls in flight at once.",
        ),
        click.option(
            "--rate",
            metavar="CALLS",
            type=click.FloatRange(min=0),
            default=10.0,
            show_default=True,
            help="Calls per second to each API of an account; 0 for as fast as it answers.",
        ),
        click.option(
            "--account",
            "--accounts",
            "accounts",
            metavar="ID",
            multiple=True,
            help="An account to collect, in place of that of the credentials; may be given several times.",
        ),
        click.option("--organization", is_flag=True, help="Collect every active account of the organization."),
        click.option("--role-name", metavar="NAME", help="The role to assume in accounts that are not one's own."),
        click.option("--external-id", metavar="TEXT", help="What the trust policy of that role asks for."),
        click.option(
            "--start-from",
            metavar="SNAPSHOT",
            type=click.Path(path_type=Path),
            help="An earlier snapshot, of which is taken over what cannot have changed since.",
        ),
        road_options,
    )


def chosen_window(options: WindowOptions) -> Window | None:
    """Read the window that was asked for; None where none was. Raises InputError and click.UsageError."""
    from audit.snapshot.window import parse_window, window_between

    window, since, until = options["window"], options["since"], options["until"]
    if window is not None:
        if since is not None or until is not None:
            raise click.UsageError("give --window, or --since and --until, not both")
        return parse_window(window)
    if since is not None and until is not None:
        return window_between(since, until)
    if since is not None or until is not None:
        raise click.UsageError("--since and --until go together")
    return None


def report_options(default_out: str | None = None) -> Decorator:
    """What a command that writes a report takes; `--out` is required where it has no default."""
    # Imported here: most commands write no report.
    from audit.render.annex_names import ANNEX_NAMES
    from audit.render.formats import FORMATS, default_formats

    def decorate(function: Command) -> Command:
        return _all(
            function,
            click.option(
                "-o",
                "--out",
                metavar="DIR",
                type=click.Path(path_type=Path),
                required=default_out is None,
                default=default_out,
                show_default=default_out is not None,
                help="The folder to write the report into, or `-` to write one format to standard output.",
            ),
            click.option(
                "--format",
                multiple=True,
                type=click.Choice(tuple(FORMATS)),
                help=f"A format to write; may be given several times. By default {', '.join(default_formats())}.",
            ),
            click.option(
                "--annex",
                multiple=True,
                type=click.Choice(tuple(ANNEX_NAMES)),
                help="A list to print in full beside the report, in PDFs for each account; may be given several times.",
            ),
            *_result_options(),
            *_review_options(),
            click.option("--force", is_flag=True, help="Write into a folder that holds other files too."),
        )

    return decorate


def _result_options() -> tuple[Decorator, ...]:
    return (
        as_of_option,
        click.option(
            "--fail-on",
            type=click.Choice([*(severity.value for severity in Severity), NEVER]),
            default=Severity.LOW.value,
            show_default=True,
            help="Exit with 1 for findings at this severity or above.",
        ),
        click.option(
            "--worker-ids",
            type=click.Choice(["pseudonyms", "plain"]),
            default="pseudonyms",
            show_default=True,
            help="How workers are named; their ids are personal data.",
        ),
        click.option(
            "--bonus-threshold",
            metavar="DOLLARS",
            type=Money(),
            help="Single bonuses above this amount are a finding; by default none is.",
        ),
        click.option(
            "--payment-tolerance",
            metavar="SECONDS",
            type=click.IntRange(min=0, max=86_400),
            default=Thresholds().payment_tolerance,
            show_default=True,
            help="How far the clocks of a payment and of its call may differ.",
        ),
        click.option(
            "--pseudonym-key",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="A file with the secret that pseudonyms are made with; the same key gives the same pseudonyms.",
        ),
        click.option(
            "--known-account",
            metavar="ID[=NAME]",
            multiple=True,
            type=KnownAccount(),
            help="An account outside the snapshot that is yours or a partner's; may be given several times.",
        ),
    )


def _review_options() -> tuple[Decorator, ...]:
    path = click.Path(path_type=Path)
    return (
        click.option(
            "--baseline",
            metavar="INPUT",
            multiple=True,
            type=path,
            help="The last review's evidence, to compare with; given again, older ones tell what is reopened.",
        ),
        click.option(
            "--access",
            metavar="FILE",
            type=path,
            help="The access model: what is meant to be, held against what is.",
        ),
        click.option(
            "--exceptions",
            metavar="FILE",
            type=path,
            help="Exceptions: findings that somebody answers for until a day.",
        ),
        click.option("--review", metavar="DIR", type=path, help="The review's folder, with decisions and sign-offs."),
        click.option(
            "--previous", metavar="PATH", type=path, help="The last review's report or archive, to be chained to."
        ),
        click.option("--strict", is_flag=True, help="Exit with 4 for missing decisions and expired exceptions."),
    )


def _all(function: Command, *decorators: Decorator) -> Command:
    """Apply decorators so that `--help` lists them in the order given."""
    for decorator in reversed(decorators):
        function = decorator(function)
    return function
