"""`mturk-audit access`: the access model, which says what is meant to be."""

from __future__ import annotations

import click

from audit.cli.group import CommandGroup

SUBCOMMANDS = {"init": "audit.cli.access_init"}


@click.group(
    cls=CommandGroup,
    modules=SUBCOMMANDS,
    short_help="Propose who is meant to hold what.",
    epilog="\b\nExamples:\n"
    "  mturk-audit access init snapshots/2026-Q3 --out access.toml\n"
    "  mturk-audit report snapshots/2026-Q4 --access access.toml --out reports/2026-Q4",
)
def command() -> None:
    """Keep an access model: which principals are meant to hold which privileges, who owns that, and why.

    `report --access FILE` makes a finding of every privilege outside it, and of every entry that nothing uses.
    """
