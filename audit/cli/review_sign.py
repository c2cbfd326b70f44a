"""`mturk-audit review sign`: who answers for the review."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from audit.cli.exit_code import ExitCode
from audit.cli.option_types import Moment
from audit.cli.options import evidence_argument
from audit.cli.review_inputs import PATH, exceptions_option, read_exceptions_file, review_option
from audit.cli.terminal import Terminal
from audit.model.error import InputError
from audit.review.signing import KEY_LINE, STATEMENT


@click.command(
    short_help="Sign the review off.",
    epilog="\b\nExamples:\n"
    '  mturk-audit review sign snapshots/2026-Q3 --review review --name "Rita Brandt" --title "Head of Finance"\n'
    f"  {KEY_LINE}\n"
    '  mturk-audit review sign snapshots/2026-Q3 --review review --name "Rita Brandt" --title "CFO"'
    " --key review-key.pem",
)
@evidence_argument
@review_option
@exceptions_option
@click.option("--name", required=True, help="Who signs.")
@click.option("--title", required=True, help="In which function.")
@click.option("--statement", default=STATEMENT, show_default="a statement of responsibility", help="What is stated.")
@click.option("--date", "signed_on", type=Moment(), help="The day; today by default.")
@click.option("--key", metavar="FILE", type=PATH, help="An Ed25519 private key in PEM, which signs the statement.")
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    review: Path,
    exceptions: Path | None,
    name: str,
    title: str,
    statement: str,
    signed_on: datetime | None,
    key: Path | None,
) -> ExitCode:
    """Sign off the decisions on INPUT as they are on record: with a name and a day, and with a key where one is given.

    A sign-off holds for this evidence, these decisions and these exceptions. When one of them changes, the report says
    NOT SIGNED again.
    """
    from audit.model.review import Signature
    from audit.review.folder import ReviewFolder, read_review, record_signature
    from audit.review.signing import sign
    from audit.snapshot.reader import open_input

    if not (name.strip() and title.strip() and statement.strip()):
        raise InputError("a sign-off needs a name, a title and a statement; give --name and --title")
    read_review(review)
    snapshot = open_input(evidence)
    excepted = read_exceptions_file(exceptions).sha256 if exceptions else ""
    day = (signed_on or datetime.now(UTC)).date()

    def make(folder: ReviewFolder) -> Signature:
        signature = Signature(
            name=name.strip(),
            title=title.strip(),
            statement=statement.strip(),
            signed_on=day,
            evidence_sha256=snapshot.sha256,
            decisions_sha256=folder.decisions_sha256,
            exceptions_sha256=excepted,
        )
        return signature if key is None else sign(signature, key)

    signature = record_signature(review, make)
    with_key = f", with the key {signature.key}" if signature.key else ", without a key"
    terminal.note(f"signed by {signature.name} on {signature.signed_on}{with_key}")
    return ExitCode.CLEAN
