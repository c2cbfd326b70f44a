"""`mturk-audit review seal`: one archive with evidence, report and decisions, that proves every byte of them."""

from __future__ import annotations

from pathlib import Path

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import evidence_argument
from audit.cli.review_inputs import PATH, exceptions_option, review_option
from audit.cli.terminal import Terminal
from audit.model.error import InputError


@click.command(
    short_help="Seal evidence, report and decisions into one archive.",
    epilog="\b\nExamples:\n"
    "  mturk-audit review seal snapshots/2026-Q3 --report reports/2026-Q3 --review review --out 2026-Q3.tar\n"
    "  mturk-audit review seal snapshots/2026-Q4 --report reports/2026-Q4 --review review --out 2026-Q4.tar"
    " --previous 2026-Q3.tar --key review-key.pem",
)
@evidence_argument
@click.option("--report", metavar="DIR", type=PATH, required=True, help="The report, made with --review DIR.")
@review_option
@exceptions_option
@click.option("--out", metavar="FILE", type=PATH, required=True, help="The archive to write, a .tar.")
@click.option("--previous", metavar="FILE", type=PATH, help="The last review's archive, to which this one is chained.")
@click.option("--key", metavar="FILE", type=PATH, help="An Ed25519 private key in PEM, which signs the index.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    report: Path,
    review: Path,
    exceptions: Path | None,
    out: Path,
    previous: Path | None,
    key: Path | None,
    force: bool,
) -> ExitCode:
    """Write one archive that holds INPUT with all its raw evidence, the report, the decisions and an index of hashes.

    The same files give the same bytes on every machine. A part that is not as it was written is not sealed (exit
    code 5). `mturk-audit verify` checks the archive.
    """
    from audit.review.seal import SealParts, SealRefusedError, write_seal
    from audit.snapshot.reader import open_input

    if out.is_dir() or (out.exists() and not force):
        raise InputError(f"`{out}` is there already; name another file, or give --force to replace it")
    if any(folder.is_dir() and out.resolve().is_relative_to(folder.resolve()) for folder in (evidence, report, review)):
        raise InputError(f"`{out}` would lie in what it seals; name a file outside of it")
    snapshot = open_input(evidence)
    parts = SealParts(
        evidence=evidence, report=report, review=review, exceptions=exceptions, previous=previous, key=key
    )
    try:
        index = write_seal(out, parts, snapshot)
    except SealRefusedError as error:
        terminal.note(str(error))
        return ExitCode.NOT_VERIFIED
    terminal.note(f"{len(index.files)} files sealed; root SHA-256 {index.root_sha256}")
    terminal.data(f"{out}\n".encode("utf-8", "surrogateescape"))
    return ExitCode.CLEAN
