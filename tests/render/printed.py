"""The text that a PDF shows, read back with Poppler."""

from __future__ import annotations

import subprocess


def printed_text(pdf: bytes, page: int | None = None) -> str:
    """The text of one page (from 1) or of all, every run of white space as one space."""
    pages = ["-f", str(page), "-l", str(page)] if page else []
    told = subprocess.run(["pdftotext", *pages, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())
