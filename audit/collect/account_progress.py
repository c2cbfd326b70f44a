"""Progress of accounts side by side: each names its own, and they take turns."""

from __future__ import annotations

import threading

from audit.collect.interface import Progress


class AccountProgress:
    """The progress of one account: `audit.collect.interface.Progress`, for any thread."""

    def __init__(self, progress: Progress, turns: threading.Lock, account_id: str = "") -> None:
        """`account_id` goes before the name of a source; empty where there is only one account."""
        self._progress = progress
        self._turns = turns
        self._prefix = f"{account_id} " if account_id else ""

    def start(self, source: str, total: int | None) -> None:
        with self._turns:
            self._progress.start(self._prefix + source, total)

    def advance(self, source: str, count: int = 1) -> None:
        with self._turns:
            self._progress.advance(self._prefix + source, count)

    def finish(self, source: str) -> None:
        with self._turns:
            self._progress.finish(self._prefix + source)

    def note(self, sentence: str) -> None:
        with self._turns:
            self._progress.note(self._prefix + sentence)
