"""Where things lie, and what the processes that are measured run with."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import venv
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "build" / "bench"
"""Accounts and peers; git ignores it, and `make clean` removes it."""

PYTHON = sys.executable


@cache
def installed() -> str:
    """The interpreter of an environment that has the project as its users have it: no finder of an editable install.

    Its packages are links to this environment's. It is made anew each time, which takes no time.
    """
    home = FOLDER / "installed"
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, symlinks=True, with_pip=False)
    packages = home.joinpath(*Path(sysconfig.get_path("purelib")).relative_to(sys.prefix).parts)
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith("__editable__") and entry.suffix != ".pth":
            (packages / entry.name).symlink_to(entry)
    return str(home / "bin" / "python")


def environment() -> dict[str, str]:
    """The environment of whoever calls, without AWS settings, and with the project to import from."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": ""}
