"""Checking a sealed package byte for byte, without unpacking anything of it."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from audit.model.error import InputError
from audit.review.proof import CHUNK, Artefact, Fault, Problem, Verification, decode_written, safe_name, written
from audit.review.seal_format import (
    BLOCK,
    END,
    INDEX,
    MOST_INDEX,
    SEAL_SCHEMA,
    SIGNATURE,
    SealIndex,
    SealSignature,
    head,
    index_root,
    padding,
)
from audit.review.signing import verify as verify_signature

_FEW = 8
"""So many changed bytes leave the head of an index to be known as one."""
_ALONE = "no other file can be checked without it"


def verify_seal(path: Path) -> Verification:
    """Check every byte. Raises InputError where the file does not even begin as a package does."""
    with path.open("rb") as file:
        index, raw, problems = _index(path, file)
        if index is None:
            return _verification(path, "", 0, problems)
        notes = []
        if index.signed_by:
            problems += _signature(file, index, raw)
            if verify_signature(index.signed_by, "", b"") is None:
                notes.append("The signature was not checked: run `pip install 'mturk-audit[sign]'` for it.")
            else:
                notes.append(f"Signed with the key {index.signed_by}.")
        else:
            notes.append("Not signed with a key.")
        names: set[str] = {INDEX, SIGNATURE}
        for artefact in index.files:
            if not safe_name(artefact.path) or artefact.path in names:
                problems.append(Problem(path=artefact.path, fault=Fault.UNSAFE))
            names.add(artefact.path)
            problems += _member(file, artefact)
        if file.read() != END:
            detail = "it does not end where its index says"
            problems.append(Problem(path=path.name, fault=Fault.CHANGED, detail=detail))
        if index.previous is not None:
            notes.append(f"Chained to {index.previous.name}, root SHA-256 {index.previous.sha256}.")
        return _verification(path, index.root_sha256, len(index.files), problems, tuple(notes))


def read_index(path: Path) -> SealIndex:
    """The index of a package that is whole. Raises InputError where any byte of it is not as it was sealed."""
    found = verify_seal(path)
    if found.problems:
        named = ", ".join(problem.path for problem in found.problems[:3])
        raise InputError(f"`{path}` is not as it was sealed ({named}); `mturk-audit verify` tells more")
    with path.open("rb") as file:
        index, _, _ = _index(path, file)
    if index is None:
        raise InputError(f"`{path}` was changed while it was read; try again")
    return index


def _verification(
    path: Path, root: str, checked: int, problems: list[Problem], notes: tuple[str, ...] = ()
) -> Verification:
    ordered = tuple(dict.fromkeys(problems))
    return Verification(kind="seal", name=path.name, root_sha256=root, checked=checked, problems=ordered, notes=notes)


def _index(path: Path, file: BinaryIO) -> tuple[SealIndex | None, bytes, list[Problem]]:
    """The index, its bytes, and what is wrong with it."""
    first = file.read(BLOCK)
    size = _size_of_index(path, first)
    changed = [Problem(path=INDEX, fault=Fault.CHANGED, detail=_ALONE)]
    if size is None:
        return None, b"", changed
    raw = file.read(size)
    index = decode_written(raw, SealIndex)
    whole = len(raw) == size and file.read(len(padding(size))) == padding(size)
    if index is None or not whole or first != head(INDEX, size) or index_root(index) != index.root_sha256:
        return None, raw, changed
    if index.schema != SEAL_SCHEMA:
        raise InputError(f"`{path}` is of the form `{index.schema}`, and this version reads `{SEAL_SCHEMA}`")
    return index, raw, []


def _size_of_index(path: Path, first: bytes) -> int | None:
    """How long the index says that it is; None where its head was changed.

    Raises InputError where nothing tells that this was a package ever.
    """
    if not _resembles_head(first):
        raise InputError(f"`{path}` is no sealed package; give the file that `mturk-audit review seal` wrote")
    try:
        member = tarfile.TarInfo.frombuf(first, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        return None
    return member.size if member.name == INDEX and member.isreg() and 0 < member.size <= MOST_INDEX else None


def _resembles_head(first: bytes) -> bool:
    """Whether at most a few bytes keep a block from being the head of an index: the size and checksum are its own."""
    if len(first) != BLOCK:
        return False
    model = head(INDEX, 0)
    own = {*range(124, 136), *range(148, 156)}
    return (
        sum(one != other for place, (one, other) in enumerate(zip(first, model, strict=True)) if place not in own) <= 8
    )


def _signature(file: BinaryIO, index: SealIndex, raw_index: bytes) -> list[Problem]:
    """Check the signature's member, whose length is always the same."""
    changed = Problem(path=SIGNATURE, fault=Fault.CHANGED)
    size = signature_size(index.signed_by)
    intact = file.read(BLOCK) == head(SIGNATURE, size)
    raw = file.read(size)
    intact &= file.read(len(padding(size))) == padding(size)
    record = decode_written(raw, SealSignature)
    if not intact or record is None or record.algorithm != "Ed25519" or record.key != index.signed_by:
        return [changed]
    # A digit of another case is another byte, though it means the same.
    spelt = record.signature == record.signature.lower()
    return [changed] if not spelt or verify_signature(record.key, record.signature, raw_index) is False else []


def signature_size(key: str) -> int:
    """Bytes of the member that holds a signature of this key."""
    return len(written(SealSignature(key=key, signature="0" * 128)))


def _member(file: BinaryIO, artefact: Artefact) -> Iterator[Problem]:
    """Check one member where the index says that it stands."""
    try:
        expected = head(artefact.path, artefact.size)
    except InputError:
        yield Problem(path=artefact.path, fault=Fault.UNSAFE)
        expected = b""
    found = file.read(BLOCK)
    digest, left = hashlib.sha256(), artefact.size
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    filled = file.read(len(padding(artefact.size)))
    if left > 0 or len(found) < BLOCK:
        yield Problem(path=artefact.path, fault=Fault.MISSING, detail="the package ends before it does")
    elif found != expected or filled != padding(artefact.size) or digest.hexdigest() != artefact.sha256:
        yield Problem(path=artefact.path, fault=Fault.CHANGED)
