"""The real clock. Everything else takes it as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The time of the machine it runs on."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
