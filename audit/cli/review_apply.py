"""`mturk-audit review apply`: decisions taken back, all of a file or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.review_inputs import PATH, audit_for_review, review_option
from audit.cli.terminal import Terminal


@click.command(
    short_help="Take decisions back from a worksheet.",
    epilog="\b\nExamples:\n"
    "  mturk-audit review apply decide.xlsx snapshots/2026-Q3 --review review\n"
    "  mturk-audit review apply decisions.json snapshots/2026-Q3 --review review",
)
@click.argument("file", type=PATH)
@evidence_argument
@review_option
@click.option(
    "--accept-self-review",
    is_flag=True,
    help="Take decisions of the principal itself or of who collected the evidence; the report marks them.",
)
@click.option("--overrule", is_flag=True, help="Take decisions that differ from another reviewer's on record.")
@as_of_option
@click.pass_obj
def command(
    terminal: Terminal,
    file: Path,
    evidence: Path,
    review: Path,
    accept_self_review: bool,
    overrule: bool,
    as_of: datetime | None,
) -> ExitCode:
    """Check the decisions of FILE against INPUT, which it was exported from, and record them in the review's folder.

    Every problem is named by its row, and where there is one, nothing is recorded. FILE is a worksheet of
    `review export`, or the decisions.json that the HTML report saves.
    """
    from audit.review.answers import ProblemsError
    from audit.review.attach import with_review
    from audit.review.check_answers import AnswerCheck, Terms
    from audit.review.folder import read_review, record_decisions
    from audit.review.worksheet import read_answers

    answers = read_answers(file)
    _, result = audit_for_review(evidence, as_of)
    if review.is_dir():
        # What the review itself finds can be decided on too.
        result = with_review(result, read_review(review))
    now = datetime.now(UTC).replace(microsecond=0)
    check = AnswerCheck(result, Terms(applied_at=now, self_review=accept_self_review, overrule=overrule))
    try:
        recorded = record_decisions(review, lambda present: check.decisions(answers, present))
    except ProblemsError as error:
        for problem in error.problems:
            terminal.note(problem)
        raise
    answered = sum(not answer.empty for answer in answers.answers)
    terminal.note(f"{answered} of {len(answers.answers)} rows are answered; {len(recorded)} decisions are new")
    return ExitCode.CLEAN
