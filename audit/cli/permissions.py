"""`mturk-audit permissions`: the policy that a collection needs, and nothing wider."""

from __future__ import annotations

import click

from audit.cli.exit_code import ExitCode
from audit.cli.terminal import Terminal


@click.command(
    short_help="Print the policy that a collection needs.",
    epilog="\b\nExamples:\n  mturk-audit permissions > policy.json\n  mturk-audit permissions --format table",
)
@click.option(
    "--format",
    type=click.Choice(["json", "table"]),
    default="json",
    show_default=True,
    help="`json` is the policy, ready for IAM; `table` says why each permission is needed.",
)
@click.pass_obj
def command(terminal: Terminal, format: str) -> ExitCode:
    """Print the read-only policy that `collect` needs: exactly the calls that it makes."""
    from audit.collect.permissions import least_policy
    from audit.collect.plan import planned_calls

    if format == "json":
        terminal.json(least_policy())
    else:
        terminal.table(
            ("permission", "for", "why"),
            ((call.permission, call.source, call.reason) for call in planned_calls()),
        )
    return ExitCode.CLEAN
