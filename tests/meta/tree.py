"""The project's own files, as the tests of this folder look at them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git tracks and is there, relative to the project; or everything that is no product of a tool."""
    listed = subprocess.run(
        ["git", "-C", str(PROJECT), "ls-files", "-z"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return tuple(Path(name) for name in sorted(listed.split("\0")) if name and (PROJECT / name).is_file())


def tracked_texts(*suffixes: str) -> list[tuple[Path, str]]:
    """Path and text of the tracked files with these suffixes, or of all that are text."""
    texts = []
    for path in tracked_files():
        if not suffixes or path.suffix in suffixes:
            try:
                texts.append((path, (PROJECT / path).read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return texts
