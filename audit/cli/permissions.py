"""`mturk-audit permissions`: the policy that a collection needs, and nothing wider."""

from __future__ import annotations

from typing import Unpack

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import RoadFlags, chosen_road, road_options
from audit.cli.terminal import Terminal


@click.command(
    short_help="Print the policy that a collection needs.",
    epilog="\b\nExamples:\n  mturk-audit permissions > policy.json\n  mturk-audit permissions --format table\n"
    "  mturk-audit permissions --role-name audit/mturk-audit\n"
    "  mturk-audit permissions --cloudtrail s3://example-trail/prefix",
)
@click.option(
    "--format",
    type=click.Choice(["json", "table"]),
    default="json",
    show_default=True,
    help="`json` is the policy, ready for IAM; `table` says why each permission is needed.",
)
@click.option(
    "--role-name", metavar="NAME", help="A role that is assumed in other accounts: the policy allows that too."
)
@road_options
@click.pass_obj
def command(terminal: Terminal, format: str, role_name: str | None, **flags: Unpack[RoadFlags]) -> ExitCode:
    """Print the read-only policy that `collect` needs: exactly the calls that it makes.

    What only the management account of an organization answers is a statement of its own, to be left out elsewhere.
    """
    from audit.collect.permissions import least_policy
    from audit.collect.plan import planned_calls

    road = chosen_road(flags)
    if road.athena_table and not (road.athena_output and road.athena_create_table):
        terminal.note(
            "Athena reads the log files and keeps its results with the caller's permissions: name the two places with "
            "--athena-create-table and --athena-output to have them in the policy"
        )
    if format == "json":
        terminal.json(least_policy(role_name or "", road))
    else:
        calls = planned_calls(other_accounts=bool(role_name), road=road)
        terminal.table(
            ("permission", "for", "why"),
            ((call.permission, call.source, call.purpose) for call in calls),
        )
    return ExitCode.CLEAN
