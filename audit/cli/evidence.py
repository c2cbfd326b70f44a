"""Opening what an analysing command was given: INPUT, and the log files of a trail where they were named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.model.snapshot import Window
    from audit.snapshot.content import Snapshot


def open_evidence(evidence: Path, cloudtrail: Path | None, window: Window | None, moment: datetime) -> Snapshot:
    """Read INPUT, and into it the events of the folder `cloudtrail`; days after `moment` are not missed in it.

    Raises InputError where one of them cannot be used.
    """
    from audit.snapshot.reader import open_input

    snapshot = open_input(evidence)
    if cloudtrail is None:
        return snapshot
    from audit.snapshot.trail import with_trail

    return with_trail(snapshot, cloudtrail, window, moment)
