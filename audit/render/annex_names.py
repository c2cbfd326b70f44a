"""The annexes that a report can be asked for with, and what their files are called: for a command line's own help."""

from __future__ import annotations

ANNEX_NAMES = {
    "entitlements": "every principal with all of its privileges, and why",
    "findings": "every finding with its evidence",
}
"""What `--annex` takes, and what it holds."""
ANNEX_FILE = r"annex-[a-z]+-[0-9x]+-[0-9]{5,}\.pdf"
"""What the name of every annex's file matches."""
