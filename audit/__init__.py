"""Who can do what in Amazon Mechanical Turk, who did, and which privileges must go.

`load` is the door to everything for programs and notebooks: ``review = audit.load("snapshots/2026-Q3")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from os import PathLike

    from audit.library.review import Review
    from audit.rules.interface import Rule

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def load(
    path: str | PathLike[str],
    *,
    as_of: datetime | None = None,
    window: str | None = None,
    cloudtrail: str | PathLike[str] | None = None,
    plain_worker_ids: bool = False,
    pseudonym_key: bytes | None = None,
    rules: Sequence[Rule] = (),
) -> Review:
    """Read and audit the evidence at `path`: a snapshot folder, or a saved authorization-details file.

    `as_of` is the moment that the answer is for, aware; by default that of the evidence, or now for a file that tells
    none. `window` is a quarter, `2026-Q3`, where it is not to be the snapshot's own. `cloudtrail` is a folder
    of a trail's log files, where the snapshot has no events. `rules` run besides those of the
    product. No network is used. Raises `audit.model.error.InputError`, with one sentence, where nothing can be read.
    """
    # Imported here, so that `import audit` costs nothing.
    from audit.library.review import load_review

    return load_review(
        path,
        as_of=as_of,
        window=window,
        cloudtrail=cloudtrail,
        plain_worker_ids=plain_worker_ids,
        pseudonym_key=pseudonym_key,
        rules=rules,
    )
