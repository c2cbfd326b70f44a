"""`mturk-audit access init`: a first access model, from what was used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import (
    WindowOptions,
    as_of_option,
    chosen_window,
    cloudtrail_option,
    evidence_argument,
    window_options,
)
from audit.cli.terminal import Terminal
from audit.model.error import InputError


@click.command(
    short_help="Propose an access model from what was used.",
    epilog="\b\nExamples:\n"
    "  mturk-audit access init snapshots/2026-Q3 --out access.toml\n"
    "  mturk-audit access init snapshots/2026-Q3",
)
@evidence_argument
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="The file to write; standard output without it."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@window_options
@cloudtrail_option
@as_of_option
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    out: Path | None,
    force: bool,
    cloudtrail: Path | None,
    as_of: datetime | None,
    **asked: Unpack[WindowOptions],
) -> ExitCode:
    """Propose an access model in which everybody keeps what the evidence of INPUT names them as having used.

    Read it before it counts: that something was used does not mean that it should be. It needs CloudTrail's events;
    without them nobody is named.
    """
    from audit.cli.evidence import open_evidence
    from audit.pipeline import AuditOptions, audit_snapshot
    from audit.review.access_proposal import access_toml, propose_access

    if out is not None and out.exists() and not force:
        raise InputError(f"`{out}` is there already; name another file with --out, or give --force to replace it")
    now, window = datetime.now(UTC).replace(microsecond=0), chosen_window(asked)
    snapshot = open_evidence(evidence, cloudtrail, window, as_of or now)
    proposal = propose_access(audit_snapshot(snapshot, AuditOptions(now=now, as_of=as_of, window=window)))
    terminal.note(
        f"{len(proposal.entries)} of {proposal.holders} users and roles that hold a privilege were seen to use one"
    )
    if proposal.unknown:
        terminal.note(f"{proposal.unknown} are left out: the evidence does not tell whether they used theirs")
    if not proposal.entries:
        raise InputError(
            f"`{evidence}` names nobody as having used a privilege, so there is nothing to propose; "
            "collect CloudTrail's events, or write the model by hand"
        )
    content = access_toml(proposal).encode()
    if out is None:
        terminal.data(content)
    else:
        _write(out, content)
        terminal.data(f"{out}\n".encode("utf-8", "surrogateescape"))
    return ExitCode.INCOMPLETE if proposal.unknown else ExitCode.CLEAN


def _write(out: Path, content: bytes) -> None:
    """Whole or not at all, for its owner alone."""
    from audit.snapshot.writer import write_file

    write_file(out, [content])
