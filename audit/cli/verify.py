"""`mturk-audit verify`: whether a snapshot, a report or a sealed archive is what it was."""

from __future__ import annotations

from pathlib import Path

import click

from audit.cli.exit_code import ExitCode
from audit.cli.review_inputs import PATH
from audit.cli.terminal import Terminal, printable


@click.command(
    short_help="Check that nothing was changed since it was written.",
    epilog="\b\nExamples:\n"
    "  mturk-audit verify snapshots/2026-Q3\n"
    "  mturk-audit verify reports/2026-Q3\n"
    "  mturk-audit verify 2026-Q3.tar --expect 4f0c…",
)
@click.argument("path", type=PATH)
@click.option("--expect", metavar="SHA256", help="The root hash that was noted down, or its first 8 digits or more.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.pass_obj
def command(terminal: Terminal, path: Path, expect: str | None, format: str) -> ExitCode:
    """Say of PATH, a snapshot, the folder of a report or a sealed archive, which file was changed, added or is missing.

    The exit code is 0 when every byte is as it was written, and 5 when one is not. Who can write the files can write
    the manifest too: compare the root hash with the one that you noted down, or sign the archive with a key.
    """
    from audit.model.error import InputError
    from audit.review.verify import verify

    if not path.exists():
        raise InputError(f"`{path}` does not exist; give a snapshot, the folder of a report, or a sealed archive")
    if expect is not None and (len(expect) < 8 or set(expect.lower()) - set("0123456789abcdef")):
        raise InputError(f"`{expect}` is no SHA-256; give 8 hex digits or more with --expect")
    found = verify(path)
    differs = expect is not None and not found.root_sha256.startswith(expect.lower())
    if format == "json":
        terminal.json(found)
    else:
        lines = [
            f"{problem.path}: {problem.fault.value}{f' ({problem.detail})' if problem.detail else ''}"
            for problem in found.problems
        ]
        terminal.data("".join(f"{printable(line)}\n" for line in lines).encode())
    for note in found.notes:
        terminal.note(note)
    if differs:
        terminal.note(f"the root hash is {found.root_sha256 or 'not to be had'}, and not the one that was expected")
    terminal.note(
        f"{found.kind} {found.name}: {found.checked} files checked, {len(found.problems)} not as they were; "
        f"root SHA-256 {found.root_sha256 or 'not to be had'}"
    )
    return ExitCode.NOT_VERIFIED if found.problems or differs else ExitCode.CLEAN
