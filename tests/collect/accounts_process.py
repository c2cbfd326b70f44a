"""A collection of every account in a process of its own, which a test may kill: `python -m … OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.collect.many_accounts import collect_accounts

if __name__ == "__main__":
    collect_accounts(Path(sys.argv[1]), max_concurrency=3)
