"""What a format writes: files, each whole."""

from __future__ import annotations

import msgspec


class OutputFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a report."""

    name: str
    content: bytes
    holds: str
    """What it is, in a few words."""
