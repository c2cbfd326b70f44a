"""`mturk-audit review revoke`: the changes that carry the decisions out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.review_inputs import PATH, audit_for_review, review_option
from audit.cli.terminal import Terminal
from audit.model.error import InputError


@click.command(
    short_help="Write the changes that carry revocations out.",
    epilog="\b\nExamples:\n"
    "  mturk-audit review revoke snapshots/2026-Q3 --review review --out revoke.sh\n"
    "  mturk-audit review revoke snapshots/2026-Q3 --review review --format terraform --out revoke.tf\n"
    "  mturk-audit review revoke snapshots/2026-Q3 --review review --format json",
)
@evidence_argument
@review_option
@click.option(
    "--format",
    type=click.Choice(["json", "aws-cli", "terraform"]),
    default="aws-cli",
    show_default=True,
    help="Records; a script of AWS CLI commands; or HCL with import blocks and, for what goes, exclusive resources.",
)
@click.option("--out", metavar="FILE", type=PATH, help="The file to write; standard output by default.")
@as_of_option
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    review: Path,
    format: str,
    out: Path | None,
    as_of: datetime | None,
    force: bool,
) -> ExitCode:
    """Write the policy changes that take away from INPUT what was decided to be revoked and is still there.

    A policy that several have is changed once, and only by what all of them lose; what somebody else keeps is detached
    or denied for the one alone, as `rightsize` does. A decision to modify counts where its justification says
    `stays: GetHIT, ListHITs`. The account is evaluated again with the changes, and they are written only if nobody
    gains anything or loses anything else. This tool never changes AWS. A younger snapshot closes the decisions.

    The exit code is 3 where a decision has no proved change: it is named.
    """
    from audit.render.revocation_aws_cli import render_aws_cli
    from audit.render.revocation_terraform import render_terraform
    from audit.review.attach import with_review
    from audit.review.folder import read_review
    from audit.review.revocations import revocations
    from audit.snapshot.writer import canonical, write_file

    if out is not None and (out.is_dir() or (out.exists() and not force)):
        raise InputError(f"`{out}` is there already; name another file, or give --force to replace it")
    folder = read_review(review)
    snapshot, result = audit_for_review(evidence, as_of)
    found = revocations(snapshot, with_review(result, folder))
    if format == "aws-cli":
        content = render_aws_cli(found)
    elif format == "terraform":
        content = render_terraform(found)
    elif out is None:
        content = b""
        terminal.json(found)
    else:
        content = canonical(found) + b"\n"
    if out is None:
        terminal.data(content)
    else:
        write_file(out, [content])
        terminal.data(f"{out}\n".encode("utf-8", "surrogateescape"))
    steps = sum(len(account.steps) for account in found.accounts)
    gone = sum(account.revoked for account in found.accounts)
    open_ = len(found.unresolved) + sum(len(account.unresolved) for account in found.accounts)
    terminal.note(
        f"{len(found.decided)} decisions to carry out: {steps} changes take {gone} privileges away, proved by "
        f"evaluating again; {open_} without a change"
    )
    return ExitCode.CLEAN if found.complete else ExitCode.INCOMPLETE
