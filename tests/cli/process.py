"""Running the command as users do: as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

COMMAND = (sys.executable, "-m", "audit.cli")
PROJECT = Path(__file__).parents[2]


class Ended(NamedTuple):
    """How a process ended."""

    code: int
    out: str
    err: str


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process: that of the tests, without anything that colours or widens output."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    # WeasyPrint leaves the file of a colour profile to the garbage collector.
    strict = {"PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "error,ignore::ResourceWarning"}
    return {**kept, **strict, **settings}


_WITHOUT_PANGO = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint" or name.startswith("weasyprint."):
            raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, Missing())
"""


def without_pango(folder: Path) -> dict[str, str]:
    """What makes a process find no Pango, and so write no PDF; `folder` is made for it."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_WITHOUT_PANGO)
    return {"PYTHONPATH": os.pathsep.join((str(folder), str(PROJECT)))}


def mturk_audit(*arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ended:
    """Run the command to its end, in `cwd`, with `env` besides the ordinary environment."""
    ended = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=120,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
