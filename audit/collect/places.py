"""A number of places that threads take in turn: whoever has waited longest is next.

The standard library's semaphore lets a thread that comes back overtake one that waits, and the listing that feeds the
others would wait until they have nothing left to do.
"""

from __future__ import annotations

import threading
from collections import deque


class Places:
    """`count` places; threads share them."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Return with a place taken."""
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return
            mine = threading.Event()
            self._waiting.append(mine)
        try:
            mine.wait()
        except BaseException:  # Control-C in the main thread: the place must not be lost with it
            with self._lock:
                given = mine not in self._waiting
                if not given:
                    self._waiting.remove(mine)
            if given:
                self.give_back()
            raise

    def give_back(self) -> None:
        """Hand the place to whoever has waited longest, or leave it free."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
