"""Writing evidence so that a reader sees a whole file or none: under another name, flushed to disk, then renamed.

Folders get mode 0700 and files 0600: policies, worker ids and reasons are nobody else's business.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from audit.model.snapshot import Manifest
from audit.snapshot.layout import MANIFEST, PARTIAL_SUFFIX

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def canonical(value: Any) -> bytes:
    """Encode `value` as JSON whose bytes depend on nothing but the value: sorted keys, no spaces, times in UTC."""
    return msgspec.json.encode(in_utc(value), order="sorted")


def in_utc(value: Any) -> Any:
    """Copy plain data with every time moved to UTC; AWS's SDK hands times out in the machine's own zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, dict):
        return {key: in_utc(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [in_utc(item) for item in value]
    return value


def make_folder(path: Path) -> None:
    """Create `path` and what is missing above it, for the owner alone."""
    missing = [path, *path.parents]
    for folder in reversed([each for each in missing if not each.exists()]):
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def write_file(path: Path, chunks: Iterable[bytes]) -> str:
    """Write `chunks` to `path` in one step as a reader sees it; return the SHA-256 in hex.

    Killed at any moment, it leaves the old file or the new one, and at most a `.partial` beside it.
    """
    make_folder(path.parent)
    partial = path.with_name(path.name + PARTIAL_SUFFIX)
    digest = hashlib.sha256()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(partial, flags, _FILE_MODE), "wb") as file:
        os.fchmod(file.fileno(), _FILE_MODE)
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)
    return digest.hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json`, indented for those who read it with their eyes."""
    text = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2)
    write_file(folder / MANIFEST, [text, b"\n"])


def sync_folder(path: Path) -> None:
    """Make the renames in `path` outlast a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def json_lines(rows: Iterable[Any]) -> Iterator[bytes]:
    """Encode each of `rows` as one line of a .jsonl file."""
    return (canonical(row) + b"\n" for row in rows)
