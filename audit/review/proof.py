"""Files with their hashes, the manifest of a report, and what is found when they are checked again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from audit.model.error import InputError
from audit.model.result import AuditHeader, InputFile
from audit.snapshot.writer import canonical

REPORT_MANIFEST = "report-manifest.json"
REPORT_SCHEMA: Final = "mturk-audit/report-manifest/1"
LAST_REVIEW = "last review"
"""The kind of input that chains a report to the one before."""
CHUNK = 1024 * 1024

T = TypeVar("T", bound=msgspec.Struct)


class Artefact(msgspec.Struct, frozen=True, kw_only=True):
    """One file, as it was when it was written."""

    path: str
    """Relative to its folder, with `/`."""
    sha256: str
    size: int
    """Bytes."""


class ReportManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`report-manifest.json`: what a report was made from, and what was made."""

    schema: str = REPORT_SCHEMA
    tool: str
    command: str
    as_of: datetime
    inputs: tuple[InputFile, ...]
    inputs_root_sha256: str
    """The hash that the report itself shows."""
    outputs: tuple[Artefact, ...]
    root_sha256: str = ""
    """Over all of the above: the one hash to note down or sign."""


class Fault(StrEnum):
    """What is wrong with a file."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    LINK = "is no ordinary file"
    UNSAFE = "has a name that leads outside"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One file that is not as it was."""

    path: str
    fault: Fault
    detail: str = ""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What a check came to."""

    kind: str
    """`snapshot`, `report` or `seal`."""
    name: str
    root_sha256: str
    """Of the manifest or index as it is now; empty where it cannot be read."""
    checked: int
    """Files that were compared."""
    problems: tuple[Problem, ...]
    """By path."""
    notes: tuple[str, ...] = ()


def report_manifest(header: AuditHeader, outputs: tuple[Artefact, ...]) -> ReportManifest:
    """The manifest of a report whose files are `outputs`."""
    manifest = ReportManifest(
        tool=f"mturk-audit {header.tool_version}",
        command=header.command,
        as_of=header.as_of,
        inputs=header.inputs,
        inputs_root_sha256=header.root_sha256,
        outputs=tuple(sorted(outputs, key=lambda artefact: artefact.path)),
    )
    return msgspec.structs.replace(manifest, root_sha256=root_of(manifest))


def root_of(record: ReportManifest) -> str:
    """The hash over a manifest without the field that holds it."""
    return hashlib.sha256(canonical(msgspec.structs.replace(record, root_sha256=""))).hexdigest()


def written(record: msgspec.Struct) -> bytes:
    """A manifest as it is written: indented, sorted, ending in a line feed. There is only one way to write it."""
    return msgspec.json.format(canonical(record), indent=2) + b"\n"


def decode_written(raw: bytes, kind: type[T]) -> T | None:
    """Read back what `written` gave; None where a byte of it is another one."""
    try:
        record = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return record if written(record) == raw else None


def artefact(path: str, content: bytes) -> Artefact:
    """A file that is at hand as bytes."""
    return Artefact(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 in hex and size of a file, which need not fit into memory."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file, link or other thing below a folder that is no folder itself, by its path; links are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix(), path


def safe_name(path: str) -> bool:
    """Whether a path stays in the folder that it is relative to, on every system."""
    parts = path.split("/")
    return not (
        path.startswith("/")
        or "\\" in path
        or ":" in path
        or "\0" in path
        or any(part in ("", ".", "..") for part in parts)
    )


def read_report_manifest(folder: Path) -> ReportManifest:
    """Read a report's manifest. Raises InputError where there is none, or it was changed."""
    try:
        raw = (folder / REPORT_MANIFEST).read_bytes()
    except OSError as error:
        raise InputError(
            f"`{folder}` holds no report with a {REPORT_MANIFEST}; name the folder that `mturk-audit report` wrote"
        ) from error
    manifest = decode_written(raw, ReportManifest)
    if manifest is None or root_of(manifest) != manifest.root_sha256:
        raise InputError(
            f"the {REPORT_MANIFEST} of `{folder}` is not as it was written; `mturk-audit verify` tells more"
        )
    return manifest
