"""`mturk-audit diff`: what changed between two audits, and which change of a policy explains it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.cycles import without_collections
from audit.cli.exit_code import NEVER, ExitCode
from audit.cli.options import as_of_option
from audit.cli.terminal import Terminal
from audit.model.privilege import Severity
from audit.model.threshold import Thresholds

if TYPE_CHECKING:
    from audit.model.review import Comparison, EntitlementChange, FindingChange
    from audit.review.compare_evidence import Side

_INPUT = click.Path(path_type=Path)


@click.command(
    short_help="Compare two audits.",
    epilog="\b\nExamples:\n"
    "  mturk-audit diff snapshots/2026-Q2 snapshots/2026-Q3\n"
    "  mturk-audit diff old.json new.json --format json\n"
    "  mturk-audit diff snapshots/2026-Q2 snapshots/2026-Q3 --history snapshots/2026-Q1",
)
@click.argument("old", type=_INPUT)
@click.argument("new", type=_INPUT)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.option(
    "--history",
    metavar="INPUT",
    multiple=True,
    type=_INPUT,
    help="Evidence from before OLD, which tells what is reopened; may be given several times.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*(severity.value for severity in Severity), NEVER]),
    default=Severity.LOW.value,
    show_default=True,
    help="Exit with 1 for findings at this severity or above that are new, reopened or graver than before.",
)
@as_of_option
@click.pass_obj
@without_collections()
def command(
    terminal: Terminal,
    old: Path,
    new: Path,
    format: str,
    history: tuple[Path, ...],
    fail_on: str,
    as_of: datetime | None,
) -> ExitCode:
    """Tell what changed from OLD to NEW: principals, privileges and findings, and the change of a policy behind it.

    Both are snapshot folders or saved files, each answered for its own moment; --as-of is for NEW. The exit code is 3
    where something of OLD cannot be told from NEW.
    """
    from audit.review.compare import compare

    now = side_of(new, as_of)
    comparison = compare(now, side_of(old, fallback=now), [side_of(path, fallback=now).result for path in history])
    if format == "json":
        terminal.json(comparison)
    else:
        terminal.data("".join(f"{line}\n" for line in _lines(comparison)).encode())
    return of_comparison(comparison, None if fail_on == NEVER else Severity(fail_on))


def side_of(
    path: Path,
    as_of: datetime | None = None,
    fallback: Side | None = None,
    thresholds: Thresholds | None = None,
) -> Side:
    """Audit one side. Evidence that tells no time is answered for the moment of `fallback`, or for now."""
    from audit.pipeline import AuditOptions, audit_snapshot
    from audit.review.compare_evidence import Side
    from audit.snapshot.reader import open_input

    snapshot = open_input(path)
    now = fallback.result.header.as_of if fallback else datetime.now(UTC).replace(microsecond=0)
    return Side(
        result=audit_snapshot(snapshot, AuditOptions(now=now, as_of=as_of, thresholds=thresholds or Thresholds())),
        snapshot=snapshot,
    )


def of_comparison(comparison: Comparison, fail_on: Severity | None) -> ExitCode:
    """Say how a comparison ended: what got worse goes before what cannot be told."""
    from audit.model.review import Change

    for change in comparison.findings:
        worse = change.change in (Change.NEW, Change.REOPENED) or (
            change.change is Change.SEVERITY
            and change.earlier_severity is not None
            and change.severity.rank > change.earlier_severity.rank
        )
        if worse and fail_on is not None and change.severity.rank >= fail_on.rank:
            return ExitCode.FINDINGS
    unknown = any(change.change is Change.UNKNOWN for change in comparison.findings)
    return ExitCode.INCOMPLETE if unknown or comparison.not_evaluated else ExitCode.CLEAN


def _lines(comparison: Comparison) -> Iterator[str]:
    from audit.cli.terminal import printable
    from audit.review.words import against_last_review

    yield printable(against_last_review(comparison))
    for note in comparison.notes:
        yield printable(f"note: {note}")
    sections = (
        ("findings", tuple(_finding_lines(comparison.findings))),
        ("principals", tuple(_principal_lines(comparison))),
        ("privileges", tuple(_entitlement_lines(comparison.entitlements))),
    )
    for title, lines in sections:
        if lines:
            yield ""
            yield title
            yield from (printable(line) for line in lines)


def _finding_lines(changes: tuple[FindingChange, ...]) -> Iterator[str]:
    from audit.model.review import Change

    for change in changes:
        if change.change is Change.UNCHANGED and not (change.joined or change.left):
            continue
        severity = change.severity.value
        if change.change is Change.SEVERITY and change.earlier_severity is not None:
            severity = f"{change.earlier_severity.value} to {severity}"
        yield f"  {change.change.value}: {change.title} [{severity}, {change.fingerprint}]"
        for words, arns in (("now also", change.joined), ("no longer", change.left)):
            if arns:
                yield f"    {words} {', '.join(arns)}"
        if change.because:
            yield f"    because: {change.because}"


def _principal_lines(comparison: Comparison) -> Iterator[str]:
    from audit.model.review import Change

    for change in comparison.principals:
        sign = "+" if change.change is Change.NEW else "-"
        again = " (another one of the same name)" if change.recreated else ""
        yield f"  {sign} {change.principal_arn} {change.unique_id}{again}"


def _entitlement_lines(changes: tuple[EntitlementChange, ...]) -> Iterator[str]:
    """Privileges that changed for one principal in the same way and for the same reason share a line."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for change in changes:
        if change.earlier is None:
            words = f"gained ({change.now.value if change.now else ''})"
        elif change.now is None:
            words = f"lost ({change.earlier.value})"
        else:
            words = f"changed ({change.earlier.value} to {change.now.value})"
        together.setdefault((change.principal_arn, words, change.because), []).append(change.action)
    for (arn, words, because), actions in together.items():
        yield f"  {arn} {words}: {', '.join(actions)}"
        if because:
            yield f"    because: {because}"
