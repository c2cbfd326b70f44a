"""`mturk-audit review status`: how far the review has come, by reviewer, and what is pending."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.exit_code import ExitCode, wanting
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.review_inputs import audit_for_review, exceptions_option, read_exceptions_file, review_option
from audit.cli.terminal import Terminal

if TYPE_CHECKING:
    from audit.model.result import AuditResult


@click.command(
    short_help="Show how far the review has come.",
    epilog="\b\nExamples:\n"
    "  mturk-audit review status snapshots/2026-Q3 --review review\n"
    "  mturk-audit review status snapshots/2026-Q3 --review review --format json --strict",
)
@evidence_argument
@review_option
@exceptions_option
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.option("--strict", is_flag=True, help="Exit with 4 for missing decisions and expired exceptions.")
@as_of_option
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    review: Path,
    exceptions: Path | None,
    format: str,
    strict: bool,
    as_of: datetime | None,
) -> ExitCode:
    """Show what is decided of INPUT and by whom, what is pending, and which exceptions need attention."""
    from audit.review.attach import with_review
    from audit.review.folder import read_review
    from audit.review.words import decisions_sentence, exceptions_sentence

    folder = read_review(review)
    _, result = audit_for_review(evidence, as_of, exceptions)
    result = with_review(result, folder, read_exceptions_file(exceptions).sha256 if exceptions else "")
    if format == "json":
        terminal.json(
            {
                "progress": result.progress,
                "decisions": result.decisions,
                "exceptions": result.exceptions,
                "signatures": result.signatures,
            }
        )
    else:
        sentences = (decisions_sentence(result), exceptions_sentence(result), *_warnings(result), _signed(result))
        terminal.data("".join(f"{_line(sentence)}\n" for sentence in sentences if sentence).encode())
        _tables(terminal, result)
    return ExitCode.STRICT if strict and wanting(result) else ExitCode.CLEAN


def _warnings(result: AuditResult) -> tuple[str, ...]:
    """The warnings of decisions, each once with how often it stands."""
    counts: dict[str, int] = {}
    for row in result.decisions:
        for warning in row.warnings:
            counts[warning] = counts.get(warning, 0) + 1
    return tuple(f"{count} decisions: {warning}" for warning, count in sorted(counts.items()))


def _signed(result: AuditResult) -> str:
    counting = [row for row in result.signatures if row.counts]
    if not counting:
        return "NOT SIGNED."
    return "Signed by " + ", ".join(f"{row.signature.name} on {row.signature.signed_on}" for row in counting) + "."


def _line(sentence: str) -> str:
    from audit.cli.terminal import printable

    return printable(sentence)


def _tables(terminal: Terminal, result: AuditResult) -> None:
    from audit.review.decisions import Standing
    from audit.review.progress import deciding_rows

    if result.progress is not None and result.progress.reviewers:
        terminal.table(
            ("reviewer", "entitlements", "to reaffirm", "last on"),
            (
                (each.reviewer, str(each.entitlements), str(each.reaffirm), str(each.last_on))
                for each in result.progress.reviewers
            ),
        )
    decided = deciding_rows(result, result.decisions)
    pending: dict[str, list[str]] = {}
    for key, entitlement in Standing(result).entitlements.items():
        if key not in decided:
            pending.setdefault(entitlement.principal_arn, []).append(entitlement.action)
    if pending:
        terminal.table(
            ("pending", "privileges"), ((arn, ", ".join(sorted(actions))) for arn, actions in sorted(pending.items()))
        )
