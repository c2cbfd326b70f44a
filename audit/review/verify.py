"""Checking that a snapshot, a report or a seal is what it was: which file was changed, was added, or is missing."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from audit.model.error import InputError
from audit.review.proof import (
    REPORT_MANIFEST,
    Artefact,
    Fault,
    Problem,
    ReportManifest,
    Verification,
    decode_written,
    files_below,
    hash_file,
    root_of,
    safe_name,
)
from audit.review.seal_check import verify_seal
from audit.snapshot.layout import MANIFEST, PROGRESS
from audit.snapshot.reader import read_manifest


def verify(path: Path) -> Verification:
    """Check whatever is at `path`. Raises InputError where it is nothing that can be checked."""
    try:
        if path.is_file():
            return verify_seal(path)
        if (path / REPORT_MANIFEST).exists():
            return verify_report(path)
        if (path / MANIFEST).exists():
            return verify_snapshot(path)
    except OSError as error:
        raise InputError(f"`{path}` cannot be read ({(error.strerror or str(error)).lower()})") from error
    raise InputError(
        f"`{path}` is nothing that can be verified: give a snapshot, the folder of a report, or a sealed package"
    )


def verify_snapshot(folder: Path) -> Verification:
    """Check a snapshot's files against its manifest. What protects the manifest is the hash that reports name."""
    raw = (folder / MANIFEST).read_bytes()
    root = hashlib.sha256(raw).hexdigest()
    try:
        manifest, _ = read_manifest(folder)
    except InputError as error:
        problem = Problem(path=MANIFEST, fault=Fault.CHANGED, detail=str(error))
        return Verification(kind="snapshot", name=folder.name, root_sha256=root, checked=0, problems=(problem,))
    files = {file.path: file.sha256 for file in manifest.files}
    unfinished = manifest.ended_at is None
    ignored = f"{PROGRESS}/" if unfinished else None
    problems = (*_of_files(folder, files), *_added(folder, {MANIFEST, *files}, ignored))
    return Verification(
        kind="snapshot",
        name=folder.resolve().name,
        root_sha256=root,
        checked=len(files),
        problems=_sorted(problems),
        notes=("The collection has not finished.",) if unfinished else (),
    )


def verify_report(folder: Path) -> Verification:
    """Check a report's files against its manifest, and the manifest against its own hash."""
    name = folder.resolve().name
    manifest = decode_written((folder / REPORT_MANIFEST).read_bytes(), ReportManifest)
    if manifest is None or root_of(manifest) != manifest.root_sha256:
        problem = Problem(path=REPORT_MANIFEST, fault=Fault.CHANGED, detail="no other file can be checked without it")
        return Verification(kind="report", name=name, root_sha256="", checked=0, problems=(problem,))
    files = {output.path: output.sha256 for output in manifest.outputs}
    problems = (*_of_files(folder, files), *_added(folder, {REPORT_MANIFEST, *files}))
    return Verification(
        kind="report",
        name=name,
        root_sha256=manifest.root_sha256,
        checked=len(files),
        problems=_sorted(problems),
    )


def _of_files(folder: Path, files: dict[str, str]) -> Iterator[Problem]:
    for name, sha256 in files.items():
        fault = _fault(folder, name, sha256)
        if fault is not None:
            yield Problem(path=name, fault=fault)


def _fault(folder: Path, name: str, sha256: str) -> Fault | None:
    if not safe_name(name):
        return Fault.UNSAFE
    path = folder / name
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) or not path.resolve().is_relative_to(folder.resolve()):
            return Fault.LINK
        return None if hash_file(path)[0] == sha256 else Fault.CHANGED
    except (FileNotFoundError, NotADirectoryError):
        return Fault.MISSING


def _added(folder: Path, known: set[str], ignored: str | None = None) -> Iterator[Problem]:
    for name, _ in files_below(folder):
        if name not in known and not (ignored and name.startswith(ignored)):
            yield Problem(path=name, fault=Fault.ADDED)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.fault)))


def artefacts_below(folder: Path, prefix: str, skipped: Iterable[str] = ()) -> Iterator[tuple[Artefact, Path]]:
    """Every file below a folder with its hash. Raises InputError for a link or another thing that is no file."""
    left_out = tuple(skipped)
    for name, path in files_below(folder):
        if any(name == each or name.startswith(f"{each}/") for each in left_out):
            continue
        if path.is_symlink() or not path.is_file():
            raise InputError(f"`{path}` is no ordinary file; take it out, for a sealed package holds only files")
        sha256, size = hash_file(path)
        yield Artefact(path=f"{prefix}/{name}", sha256=sha256, size=size), path
