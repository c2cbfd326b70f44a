"""`mturk-audit report`: from evidence to a report's files. It never touches the network."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
import msgspec

from audit.cli.cycles import without_collections
from audit.cli.evidence import open_evidence
from audit.cli.exit_code import NEVER, ExitCode, of_result
from audit.cli.options import (
    ReportOptions,
    WindowOptions,
    chosen_window,
    cloudtrail_option,
    evidence_argument,
    report_options,
    window_options,
)
from audit.cli.terminal import Terminal
from audit.frames.table import format_time
from audit.model.error import InputError
from audit.model.privilege import Severity
from audit.model.threshold import Thresholds

if TYPE_CHECKING:
    from audit.model.result import AuditHeader, AuditResult
    from audit.model.snapshot import Window
    from audit.snapshot.content import Snapshot


class ReportCommandOptions(ReportOptions, WindowOptions):
    """All options of the command."""

    cloudtrail: Path | None


STDOUT = Path("-")
"""The `--out` that is no folder."""
SHORTEST_KEY = 16
"""Bytes of a pseudonym key; worker ids are public, so a key that can be guessed gives the workers away."""


@click.command(
    short_help="Evaluate a snapshot or a saved file, and write the report.",
    epilog="\b\nExamples:\n"
    "  mturk-audit report snapshots/2026-Q3 --out reports/2026-Q3\n"
    "  mturk-audit report authorization-details.json --out reports/example\n"
    "  mturk-audit report authorization-details.json --cloudtrail trail --window 2026-Q3 --out reports/2026-Q3\n"
    "  mturk-audit report snapshots/2026-Q3 --out reports/2026-Q3 --format html --format csv --fail-on high\n"
    "  mturk-audit report snapshots/2026-Q3 --format sarif -o - > findings.sarif",
)
@evidence_argument
@report_options()
@window_options
@cloudtrail_option
@click.pass_obj
def command(terminal: Terminal, evidence: Path, **options: Unpack[ReportCommandOptions]) -> ExitCode:
    """Evaluate INPUT and write the report: HTML, PDF, JSON and CSV, and other formats on request.

    INPUT is a snapshot folder, or a file saved by `aws iam get-account-authorization-details`. The paths of the files
    that are written go to stdout, the summary to stderr; with `--out -` the one format asked for is all of stdout.
    """
    return audit_and_report(terminal, evidence, options, chosen_window(options), options["cloudtrail"])


def check_report_options(options: ReportOptions) -> None:
    """Refuse what no report can be made with, before any work is done for it. Raises InputError."""
    from audit.cli.report_folder import check_place
    from audit.render.formats import report_files

    _read_key(options["pseudonym_key"])
    if options["out"] == STDOUT:
        _only_format(options["format"])
        if options["annex"]:
            raise InputError("annexes are files beside a report; name a folder with --out, or leave --annex out")
        return
    check_place(options["out"], report_files(options["out"]), force=options["force"])


@without_collections()
def audit_and_report(
    terminal: Terminal,
    evidence: Path,
    options: ReportOptions,
    window: Window | None = None,
    cloudtrail: Path | None = None,
) -> ExitCode:
    """Audit the evidence, write the report, print the summary, and say how it ended.

    Without `window` it is the one of the evidence; without `cloudtrail`, a folder of log files, so are the events.
    """
    from audit.cli.report_folder import write_report
    from audit.cli.report_formats import render, render_annexes
    from audit.cli.report_review import with_manifest
    from audit.cli.summary import print_summary
    from audit.render.formats import report_files
    from audit.render.parts import Parts

    check_report_options(options)
    now = datetime.now(UTC).replace(microsecond=0)
    if cloudtrail is not None:
        terminal.note(f"reading the log files in {cloudtrail}")
    snapshot = open_evidence(evidence, cloudtrail, window, options["as_of"] or now)
    terminal.note(f"auditing {evidence}")
    result = _audit(terminal, snapshot, options, window, now, cloudtrail)
    parts = Parts(result)
    files = render(terminal, parts, options["format"])
    if options["out"] == STDOUT:
        (file,) = files
        print_summary(terminal, result, parts.view)
        terminal.data(file.content)
    else:
        files = chain(files, render_annexes(terminal, parts, options["annex"]))
        written = write_report(options["out"], with_manifest(files, result.header), report_files(options["out"]))
        print_summary(terminal, result, parts.view)
        _print_paths(terminal, written)
    fail_on = None if options["fail_on"] == NEVER else Severity(options["fail_on"])
    return of_result(result, fail_on, strict=options["strict"])


def _audit(
    terminal: Terminal,
    snapshot: Snapshot,
    options: ReportOptions,
    window: Window | None,
    now: datetime,
    cloudtrail: Path | None,
) -> AuditResult:
    """Audit the evidence, add the review, and put the command that gives this answer again into its header."""
    from audit.cli.report_formats import prepare, wanted
    from audit.cli.report_review import read_review_material, with_review_material
    from audit.pipeline import AuditOptions, audit_snapshot

    material = read_review_material(options)
    asked = AuditOptions(
        now=now,
        as_of=options["as_of"],
        window=window,
        plain_worker_ids=options["worker_ids"] == "plain",
        thresholds=Thresholds(bonus=options["bonus_threshold"], payment_tolerance=options["payment_tolerance"]),
        pseudonym_key=_read_key(options["pseudonym_key"]),
        access_model=material.access,
        known_accounts=tuple(options["known_account"]),
    )
    result = audit_snapshot(snapshot, asked, meanwhile=partial(prepare, terminal, wanted(options["format"])))
    command_line = _command_line(result.header, options, cloudtrail, asked.thresholds)
    result = msgspec.structs.replace(result, header=msgspec.structs.replace(result.header, command=command_line))
    return with_review_material(terminal, snapshot, result, material, asked.thresholds)


def _command_line(header: AuditHeader, options: ReportOptions, cloudtrail: Path | None, thresholds: Thresholds) -> str:
    """What decides the answer, resolved; not where it was written to, so that equal answers have equal bytes."""
    words = ["mturk-audit", "report", header.input_name, "--as-of", format_time(header.as_of)]
    if header.window is not None:
        words += ["--since", format_time(header.window.since), "--until", format_time(header.window.until)]
    words += ["--cloudtrail", cloudtrail.resolve().name] if cloudtrail else []
    words += ["--bonus-threshold", f"{thresholds.bonus:f}"] if thresholds.bonus is not None else []
    words += ["--payment-tolerance", f"{thresholds.payment_tolerance}"]
    words += ["--worker-ids", header.worker_ids]
    words += ["--pseudonym-key", "FILE"] if options["pseudonym_key"] is not None else []
    for path in options["baseline"]:
        words += ["--baseline", path.name]
    for option in ("access", "exceptions", "review", "previous"):
        given = options[option]
        words += [f"--{option}", given.resolve().name] if given is not None else []
    return shlex.join(words)


def _read_key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise InputError(
            f"the pseudonym key `{path}` cannot be read ({(error.strerror or str(error)).lower()}); "
            "name another file with --pseudonym-key"
        ) from error
    if len(key) < SHORTEST_KEY:
        raise InputError(
            f"the pseudonym key `{path}` has {len(key)} bytes and needs {SHORTEST_KEY} or more; "
            "make one with `openssl rand -hex 32`"
        )
    return key


def _only_format(formats: tuple[str, ...]) -> None:
    """Standard output takes one file. Raises InputError."""
    from audit.render.formats import FORMATS

    single = [name for name, format_ in FORMATS.items() if len(format_.files) == 1]
    if len(set(formats)) != 1 or formats[0] not in single:
        raise InputError(
            "standard output takes exactly one format that is one file; give one --format with `--out -`: "
            + ", ".join(single)
        )


def _print_paths(terminal: Terminal, written: list[Path]) -> None:
    from audit.cli.report_formats import in_order

    # The files that people open come last, where a terminal shows them.
    terminal.data("".join(f"{path}\n" for path in reversed(in_order(written))).encode("utf-8", "surrogateescape"))
