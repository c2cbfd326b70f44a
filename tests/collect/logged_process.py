"""A collection of the logged company in a process of its own, which a test may kill: `python -m … OUT ROAD`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.collect.logged_company import collect_logged

if __name__ == "__main__":
    out, road = sys.argv[1:]
    collect_logged(Path(out), road)
