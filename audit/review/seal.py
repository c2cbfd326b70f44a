"""Making the sealed package: evidence, report and decisions in one archive with an index, the same bytes everywhere.

The raw evidence is in it, payments, blocks and events as AWS gave them, so that what AWS deletes stays provable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

import audit
from audit.model.error import InputError
from audit.model.result import InputFile
from audit.review.decisions import quarter_named
from audit.review.folder import LOCK, read_review
from audit.review.proof import CHUNK, LAST_REVIEW, Artefact, hash_file, read_report_manifest, written
from audit.review.seal_check import read_index
from audit.review.seal_format import END, INDEX, SIGNATURE, SealIndex, SealSignature, head, index_root, padding
from audit.review.signing import public_key, read_key
from audit.review.verify import artefacts_below, verify
from audit.snapshot.content import Snapshot
from audit.snapshot.layout import PROGRESS
from audit.snapshot.writer import write_file


class SealParts(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a package."""

    evidence: Path
    """A snapshot's folder, or a saved file."""
    report: Path
    review: Path
    exceptions: Path | None = None
    previous: Path | None = None
    """The last review's package."""
    key: Path | None = None


class SealRefusedError(InputError):
    """A part is not as it was written: sealing it would make it look whole (exit code 5)."""


def write_seal(out: Path, parts: SealParts, snapshot: Snapshot) -> SealIndex:
    """Write the package of the evidence that was read as `snapshot`.

    Raises InputError where parts do not belong together, and SealRefusedError where one is not as it was written.
    """
    manifest = read_report_manifest(parts.report)
    _check_whole(parts)
    _check_belonging(parts, {(each.kind, each.sha256) for each in manifest.inputs}, snapshot.sha256)
    files = _files(parts)
    index = SealIndex(
        tool=f"mturk-audit {audit.__version__}",
        quarter=quarter_named(snapshot.manifest.window if snapshot.manifest else None, manifest.as_of),
        evidence_sha256=snapshot.sha256,
        report_root_sha256=manifest.root_sha256,
        previous=_previous(parts.previous),
        signed_by=public_key(read_key(parts.key)) if parts.key else "",
        files=tuple(artefact for artefact, _ in files),
    )
    index = msgspec.structs.replace(index, root_sha256=index_root(index))
    write_file(out, _archive(index, files, parts.key))
    return index


def _check_whole(parts: SealParts) -> None:
    for folder in (parts.evidence, parts.report):
        if folder.is_dir():
            found = verify(folder)
            if found.problems:
                first = found.problems[0]
                raise SealRefusedError(
                    f"`{folder}` is not as it was written ({first.path}: {first.fault.value}); "
                    "`mturk-audit verify` tells more, and nothing was sealed"
                )


def _check_belonging(parts: SealParts, inputs: set[tuple[str, str]], evidence_sha256: str) -> None:
    """Refuse a report that was made from something else than what is sealed beside it."""
    folder = read_review(parts.review)
    wanted = {
        "evidence": evidence_sha256,
        "decisions": folder.decisions_sha256,
        "sign-off": folder.signatures_sha256,
    }
    if parts.exceptions is not None:
        wanted["exceptions"] = hash_file(parts.exceptions)[0]
    for kind, sha256 in wanted.items():
        if (kind, sha256) not in inputs:
            option = {"evidence": "", "exceptions": " with --exceptions"}.get(kind, " with --review")
            raise InputError(f"the report `{parts.report}` was not made from this {kind}; make the report anew{option}")
    if parts.exceptions is None and any(kind == "exceptions" for kind, _ in inputs):
        raise InputError(f"the report `{parts.report}` was made with exceptions; name their file with --exceptions")


def _files(parts: SealParts) -> list[tuple[Artefact, Path]]:
    """Every file with its hash, sorted by its path in the package."""
    found: list[tuple[Artefact, Path]] = []
    if parts.evidence.is_dir():
        found += artefacts_below(parts.evidence, "evidence", [PROGRESS])
    else:
        found.append(_single(parts.evidence, "evidence"))
    found += artefacts_below(parts.report, "report")
    found += artefacts_below(parts.review, "review", [LOCK])
    if parts.exceptions is not None:
        found.append(_single(parts.exceptions, "exceptions"))
    return sorted(found, key=lambda pair: pair[0].path)


def _single(path: Path, prefix: str) -> tuple[Artefact, Path]:
    sha256, size = hash_file(path)
    return Artefact(path=f"{prefix}/{path.name}", sha256=sha256, size=size), path


def _previous(path: Path | None) -> InputFile | None:
    if path is None:
        return None
    return InputFile(kind=LAST_REVIEW, name=path.name, sha256=read_index(path).root_sha256)


def _archive(index: SealIndex, files: list[tuple[Artefact, Path]], key: Path | None) -> Iterator[bytes]:
    raw = written(index)
    yield from _member(INDEX, raw)
    if key is not None:
        signature = read_key(key).sign(raw).hex()
        yield from _member(SIGNATURE, written(SealSignature(key=index.signed_by, signature=signature)))
    for artefact, path in files:
        yield head(artefact.path, artefact.size)
        yield from _content(artefact, path)
        yield padding(artefact.size)
    yield END


def _member(name: str, content: bytes) -> Iterator[bytes]:
    yield head(name, len(content))
    yield content
    yield padding(len(content))


def _content(artefact: Artefact, path: Path) -> Iterator[bytes]:
    """The file's bytes, held to the hash that the index has of it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != artefact.sha256:
        raise InputError(f"`{path}` was changed while it was sealed; nothing was written, seal it again")
