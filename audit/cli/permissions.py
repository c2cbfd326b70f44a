"""`mturk-audit permissions`: the policy that a collection needs, and nothing wider."""

from __future__ import annotations

import click

from audit.cli.exit_code import ExitCode
from audit.cli.terminal import Terminal


@click.command(
    short_help="Print the policy that a collection needs.",
    epilog="\b\nExamples:\n  mturk-audit permissions > policy.json\n  mturk-audit permissions --format table\n"
    "  mturk-audit permissions --role-name audit/mturk-audit",
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
@click.pass_obj
def command(terminal: Terminal, format: str, role_name: str | None) -> ExitCode:
    """Print the read-only policy that `collect` needs: exactly the calls that it makes.

    What only the management account of an organization answers is a statement of its own, to be left out elsewhere.
    """
    from audit.collect.permissions import least_policy
    from audit.collect.plan import planned_calls

    if format == "json":
        terminal.json(least_policy(role_name or ""))
    else:
        terminal.table(
            ("permission", "for", "why"),
            ((call.permission, call.source, call.purpose) for call in planned_calls(other_accounts=bool(role_name))),
        )
    return ExitCode.CLEAN
