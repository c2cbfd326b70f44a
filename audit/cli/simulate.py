"""`mturk-audit simulate`: evaluation cases answered one by one, as a unit test of policies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option
from audit.cli.terminal import Terminal
from audit.model.error import InputError

if TYPE_CHECKING:
    from audit.policy.case import Case

STDIN = "-"
MAX_NAMED = 10
"""Disagreements that are named one by one; the rest are counted."""


@click.command(
    short_help="Answer evaluation cases, to test policies.",
    epilog="\b\nExamples:\n"
    "  mturk-audit simulate tests/cases/data/subtle-handwritten.jsonl\n"
    "  mturk-audit simulate - < cases.jsonl > answers.jsonl",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@as_of_option
@click.pass_obj
def command(terminal: Terminal, files: tuple[str, ...], as_of: datetime | None) -> ExitCode:
    """Answer evaluation cases, one JSON object a line, and write one JSON line for each; `-` is standard input.

    A case holds policies, a request and, where it has one, the expected verdict; `request.context` null asks whether
    any request is allowed. The format is described in docs of `audit.policy.case`. With expected verdicts a summary
    goes to stderr, and a disagreement makes the exit code 1: a way to test policies before they are attached.
    """
    from audit.policy.simulate import simulate

    encoder = msgspec.json.Encoder()
    agreed = expected = 0
    wrong: list[str] = []
    for place, line in _lines(files):
        answer = simulate(_case(place, line), as_of or datetime.now(UTC))
        terminal.data(encoder.encode(answer) + b"\n")
        if answer.agrees is not None:
            expected += 1
            agreed += answer.agrees
            if not answer.agrees:
                wrong.append(f"{answer.id}: expected {answer.expected}, got {answer.verdict}")
    if expected:
        terminal.note(f"{agreed} of {expected} cases with an expected verdict agree")
    for disagreement in wrong[:MAX_NAMED]:
        terminal.note(f"  {disagreement}")
    if len(wrong) > MAX_NAMED:
        terminal.note(f"  and {len(wrong) - MAX_NAMED} more")
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _lines(files: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Every line that is not blank, with its place."""
    for name in files:
        try:
            raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        except OSError as error:
            raise InputError(f"`{name}` cannot be read ({error.strerror}); give a file of cases, or -") from error
        for number, line in enumerate(raw.splitlines(), start=1):
            if line.strip():
                yield f"{'standard input' if name == STDIN else name}, line {number}", line


def _case(place: str, line: bytes) -> Case:
    from audit.policy.case import decode_case

    try:
        return decode_case(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"`{place}` is no case ({error}); mend the line, or see the README for the format") from error
