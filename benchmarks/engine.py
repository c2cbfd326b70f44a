"""What is measured of this project, as the user calls it, and the floor beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.contest import Contestant
from benchmarks.places import PYTHON, installed

START = "start of Python"
READ = "reading the bytes"
DECODE = "decoding the envelope"
OURS = "entitlements"
OURS_ALL = "entitlements, all services"
REPORT = "report: HTML, JSON and CSV"
REPORT_PDF = "report: with the PDF"

ARGUMENTS: dict[str, tuple[str, ...]] = {
    OURS: ("--format", "count"),
    OURS_ALL: ("--format", "count", "--service", "all"),
}
"""Of `mturk-audit entitlements INPUT`: by the name in the table."""

FORMATS: dict[str, tuple[str, ...]] = {REPORT: ("html", "json", "csv"), REPORT_PDF: ("html", "json", "csv", "pdf")}
"""Of `mturk-audit report INPUT`: by the name in the table."""


def engine(name: str, evidence: Path, roles: int) -> Contestant:
    """One of the commands of ARGUMENTS on a file or folder."""
    return Contestant(name, roles, (installed(), "-m", "audit.cli", "entitlements", str(evidence), *ARGUMENTS[name]))


def floor(files: Sequence[Path], roles: int) -> list[Contestant]:
    """What no engine can go below: starting, reading, and decoding the envelope with the policies left raw."""
    return [
        Contestant(name, roles, (installed(), "-m", "benchmarks.floor", what, *map(str, files)))
        for name, what in ((START, "nothing"), (READ, "bytes"), (DECODE, "envelope"))
    ]


def report(name: str, evidence: Path, roles: int, out: Path) -> Contestant:
    """From the evidence to the files of a report, in the folder `out`."""
    formats = [word for format_ in FORMATS[name] for word in ("--format", format_)]
    fixed = ("--as-of", "2026-11-23", "--fail-on", "never")
    command = (PYTHON, "-m", "audit.cli", "report", str(evidence), "--out", str(out), *fixed, *formats)
    return Contestant(name, roles, command)
