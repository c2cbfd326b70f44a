"""The link to the last review: its report or its package, by the one hash over all that it holds."""

from __future__ import annotations

from pathlib import Path

from audit.model.error import InputError
from audit.model.result import InputFile
from audit.review.proof import LAST_REVIEW
from audit.review.verify import verify


def last_review(path: Path) -> InputFile:
    """Name the last review by its root. Raises InputError where it is none, or is not as it was written."""
    if not path.exists():
        raise InputError(f"`{path}` does not exist; name the last review's report or archive with --previous")
    found = verify(path)
    if found.kind == "snapshot":
        raise InputError(f"`{path}` is a snapshot; name the last review's report or archive with --previous")
    if found.problems:
        raise InputError(
            f"`{path}` is not as it was written ({found.problems[0].path}); `mturk-audit verify` tells more"
        )
    return InputFile(kind=LAST_REVIEW, name=path.resolve().name, sha256=found.root_sha256)
