"""What an unfinished collector has got so far, one line an item, so that a kill costs no call twice.

A line is appended with one write, so a kill leaves whole lines and at most one torn one at the end; that one, and what
a full disk may have left behind one, is cut off when the journal is opened again. The folder is the owner's alone,
since the lines hold what the evidence holds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from audit.snapshot.writer import canonical, make_folder

_FILE_MODE = 0o600


class _Entry(msgspec.Struct, frozen=True, gc=False):
    key: str
    value: msgspec.Raw


class Journal:
    """The finished items of one collector, by key, in the order they were finished. Threads share it."""

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        self._file = os.open(path, flags, _FILE_MODE)
        self._lock = threading.Lock()
        self._entries: dict[str, bytes] = {}
        self._load(path.read_bytes())

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> Mapping[str, bytes]:
        """Every item as JSON."""
        return self._entries

    def add(self, key: str, value: Any) -> None:
        """Keep the item `key`, whose value is plain data."""
        encoded = canonical(value)
        line = b'{"key":' + msgspec.json.encode(key) + b',"value":' + encoded + b"}\n"
        # No lock: the kernel appends a line whole, and threads that wait for each other here would leave calls unmade.
        written = os.write(self._file, line)
        if written < len(line):
            with self._lock:
                _write_all(self._file, line[written:])
        self._entries[key] = encoded

    def restart(self) -> None:
        """Forget everything, as for a listing whose saved token the service does not take any more."""
        with self._lock:
            os.ftruncate(self._file, 0)
            self._entries.clear()

    def close(self) -> None:
        os.close(self._file)

    def _load(self, raw: bytes) -> None:
        decoder = msgspec.json.Decoder(_Entry)
        end = 0
        for line in raw.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            try:
                entry = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                break
            self._entries[entry.key] = bytes(entry.value)
            end += len(line)
        if end != len(raw):
            os.ftruncate(self._file, end)


def _write_all(file: int, line: bytes) -> None:
    """Write `line` whole; a signal or a full disk may cut one write short."""
    view = memoryview(line)
    while view:
        view = view[os.write(file, view) :]
