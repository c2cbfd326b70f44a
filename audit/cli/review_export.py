"""`mturk-audit review export`: the worksheet that reviewers fill in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.review_inputs import PATH, audit_for_review, exceptions_option
from audit.cli.terminal import Terminal
from audit.model.error import InputError


@click.command(
    short_help="Write the worksheet for reviewers.",
    epilog="\b\nExamples:\n"
    "  mturk-audit review export snapshots/2026-Q3 --out decide.xlsx --by cause\n"
    "  mturk-audit review export snapshots/2026-Q3 --out open.csv --review review --pending",
)
@evidence_argument
@click.option("--out", metavar="FILE", type=PATH, required=True, help="The file: .xlsx, .csv or .json.")
@click.option(
    "--by",
    type=click.Choice(["entitlement", "cause"]),
    default="entitlement",
    show_default=True,
    help="What a row is: a principal's privilege, or a statement with all who hold through it.",
)
@click.option("--review", metavar="DIR", type=PATH, help="The review's folder: earlier decisions are shown.")
@click.option("--pending", is_flag=True, help="Only rows without a decision that counts.")
@exceptions_option
@as_of_option
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    out: Path,
    by: str,
    review: Path | None,
    pending: bool,
    exceptions: Path | None,
    as_of: datetime | None,
    force: bool,
) -> ExitCode:
    """Write a worksheet with a row for everything that is to be decided of INPUT.

    Every entitlement stands in one row. `review apply` takes the file back.
    """
    from audit.review.attach import with_review
    from audit.review.decisions import quarter_of
    from audit.review.folder import read_review
    from audit.review.work_rows import By, work_rows
    from audit.review.worksheet import writer_of
    from audit.snapshot.writer import write_file

    write = writer_of(out)
    if out.is_dir() or (out.exists() and not force):
        raise InputError(f"`{out}` is there already; name another file, or give --force to replace it")
    _, result = audit_for_review(evidence, as_of, exceptions)
    if review is not None:
        result = with_review(result, read_review(review))
    rows = work_rows(result, By(by), result.decisions)
    asked = tuple(row for row in rows if not row.settled) if pending else rows
    write_file(out, [write(asked, quarter_of(result.header), result.header.input_sha256)])
    terminal.note(f"{len(asked)} of {len(rows)} rows for {len(result.entitlements)} entitlements")
    terminal.data(f"{out}\n".encode("utf-8", "surrogateescape"))
    return ExitCode.CLEAN
