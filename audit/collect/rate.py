"""A limit on how often one API is called: a token bucket, shared by the threads that call it."""

from __future__ import annotations

import threading

from audit.collect.interface import Clock

_BURST_SECONDS = 1.0


class RateLimit:
    """At most `per_second` calls a second in the long run, with those of `burst_seconds` saved up at most.

    `per_second` None sets no limit; a pause is kept all the same.
    """

    def __init__(self, per_second: float | None, clock: Clock, burst_seconds: float = _BURST_SECONDS) -> None:
        self._burst_seconds = burst_seconds
        self._interval = 1.0 / per_second if per_second else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at = clock.monotonic()
        """When the bucket will be full again; a call moves it on by one interval."""
        self._paused_until = self._full_at

    def wait(self) -> None:
        """Return when the next call may be made."""
        with self._lock:
            now = self._clock.monotonic()
            burst = max(self._burst_seconds - self._interval, 0.0)
            self._full_at = max(self._full_at, now) + self._interval
            delay = max(self._full_at - self._interval - burst, self._paused_until) - now
        if delay > 0:
            self._clock.sleep(delay)

    def pause(self, seconds: float) -> None:
        """Hold back every call for `seconds`: the service has said that it is too much."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)
