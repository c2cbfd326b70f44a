"""The sealed package's form: an uncompressed tar (POSIX ustar) with one possible spelling.

Members stand in the order of the index, with fixed times, owners and modes, and nothing is compressed: two versions of
a compression library give different bytes of the same content, and a reader that unpacks nothing cannot be bombed.
Because there is one spelling only, every byte of the archive can be checked, that of heads and padding too.
https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
"""

from __future__ import annotations

import hashlib
import tarfile
from typing import Final

import msgspec

from audit.model.error import InputError
from audit.model.result import InputFile
from audit.review.proof import Artefact
from audit.snapshot.writer import canonical

SEAL_SCHEMA: Final = "mturk-audit/seal/1"
INDEX = "index.json"
SIGNATURE = "signature.json"
BLOCK = 512
END = bytes(2 * BLOCK)
"""What a tar archive ends with."""
MOST_INDEX = 64 * 1024 * 1024
"""Bytes of an index; a million files have fewer."""


class SealIndex(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`index.json`: what the package holds, in its order, and which one came before it."""

    schema: str = SEAL_SCHEMA
    tool: str
    quarter: str
    evidence_sha256: str
    """Of the snapshot's manifest, or of the saved file."""
    report_root_sha256: str
    """Of the report's manifest."""
    previous: InputFile | None = None
    """The last review's package, by the root of its index."""
    signed_by: str = ""
    """The Ed25519 public key in hex; empty where the package is not signed."""
    files: tuple[Artefact, ...]
    root_sha256: str = ""
    """Over all of the above."""


class SealSignature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`signature.json`: the key's Ed25519 signature over the bytes of the index."""

    algorithm: str = "Ed25519"
    key: str
    signature: str


def index_root(index: SealIndex) -> str:
    """The hash over an index without the field that holds it."""
    return hashlib.sha256(canonical(msgspec.structs.replace(index, root_sha256=""))).hexdigest()


def head(path: str, size: int) -> bytes:
    """A member's head. Raises InputError for a path that a tar cannot hold."""
    member = tarfile.TarInfo(path)
    member.size, member.mode, member.mtime = size, 0o600, 0
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    try:
        return member.tobuf(format=tarfile.USTAR_FORMAT, encoding="utf-8", errors="strict")
    except (ValueError, UnicodeEncodeError) as error:
        raise InputError(f"`{path}` cannot be sealed ({error}); give it a shorter name") from error


def padding(size: int) -> bytes:
    """What fills a member up to whole blocks."""
    return bytes(-size % BLOCK)
