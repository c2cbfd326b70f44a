"""Where things lie, and what the processes that are measured run with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "build" / "bench"
"""Accounts and peers; git ignores it, and `make clean` removes it."""

PYTHON = sys.executable


def environment() -> dict[str, str]:
    """The environment of whoever calls, without AWS settings, and with the project to import from."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": ""}
