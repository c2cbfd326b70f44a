"""`python -m audit.cli` is `mturk-audit`."""

from __future__ import annotations

from audit.cli.main import main

main()
