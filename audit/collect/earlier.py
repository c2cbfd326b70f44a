"""An earlier snapshot that a new one starts from: what in it cannot have changed is not asked for again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from audit.collect.interface import EarlierFile
from audit.model.error import InputError
from audit.model.snapshot import Manifest
from audit.snapshot.layout import EvidenceFile
from audit.snapshot.reader import read_manifest


class EarlierSnapshot:
    """A finished snapshot of the same Mechanical Turk environment."""

    def __init__(self, folder: Path, environment: str) -> None:
        """Raises InputError where `folder` is no snapshot to start from."""
        self.manifest: Manifest = read_manifest(folder)[0]
        if self.manifest.ended_at is None:
            raise InputError(f"the snapshot `{folder}` is unfinished; finish it, or start from another one")
        if self.manifest.environment != environment:
            raise InputError(
                f"the snapshot `{folder}` is of the {self.manifest.environment} environment of Mechanical Turk; "
                "start from one of the same environment"
            )
        self._folder = folder
        self._files = {file.path: file for file in self.manifest.files}

    def read(self, file: EvidenceFile, account_id: str) -> EarlierFile | None:
        """The file; None where the snapshot has none, or where it is not as it was collected."""
        path = file.path(account_id)
        entry = self._files.get(path)
        if entry is None:
            return None
        try:
            raw = (self._folder / path).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(raw).hexdigest() != entry.sha256:
            return None
        own = (account_id, file.source)
        gaps = tuple(gap for gap in self.manifest.gaps if (gap.account_id, gap.source) == own)
        # A collection that was resumed asked some of it long before its last start.
        return EarlierFile(raw, self.manifest.started_at, gaps)
