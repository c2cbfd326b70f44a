"""Evidence of many accounts: a folder of saved authorization-details files beside the one file or snapshot."""

from __future__ import annotations

from pathlib import Path

from audit.snapshot.layout import MANIFEST


def inputs_of(path: Path) -> tuple[Path, ...]:
    """What to read one by one: the files of a folder that is no snapshot, sorted; else `path` itself.

    What is not there, or cannot be read, is found out by whoever opens it.
    """
    if not path.is_dir() or (path / MANIFEST).exists():
        return (path,)
    return tuple(sorted(file for file in path.glob("*.json") if file.is_file())) or (path,)
