"""`mturk-audit review`: decisions out to reviewers and back, sign-off, and the sealed package."""

from __future__ import annotations

import click

from audit.cli.group import CommandGroup

SUBCOMMANDS = {
    "export": "audit.cli.review_export",
    "apply": "audit.cli.review_apply",
    "revoke": "audit.cli.review_revoke",
    "status": "audit.cli.review_status",
    "sign": "audit.cli.review_sign",
    "seal": "audit.cli.review_seal",
}


@click.group(
    cls=CommandGroup,
    modules=SUBCOMMANDS,
    short_help="Decide, sign off and seal a review.",
    epilog="\b\nExamples:\n"
    "  mturk-audit review export snapshots/2026-Q3 --out decide.xlsx\n"
    "  mturk-audit review apply decide.xlsx snapshots/2026-Q3 --review review\n"
    "  mturk-audit review status snapshots/2026-Q3 --review review\n"
    "  mturk-audit review revoke snapshots/2026-Q3 --review review --out revoke.sh\n"
    '  mturk-audit review sign snapshots/2026-Q3 --review review --name "Rita Brandt" --title "Head of Finance"\n'
    "  mturk-audit review seal snapshots/2026-Q3 --report reports/2026-Q3 --review review --out 2026-Q3.tar",
)
def command() -> None:
    """Take decisions on every entitlement, sign them off, and seal what proves them.

    DIR of --review is a folder that lasts from quarter to quarter: decisions and sign-offs are kept there, a line each.
    """
