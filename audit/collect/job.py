"""Waiting for something that AWS prepares: a report, a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from audit.collect.interface import ApiCall, CallError, Clock, Failure
from audit.model.snapshot import GapReason

Done = TypeVar("Done")

_FIRST_WAIT = 0.5
"""Seconds before it is asked for the second time; longer each time."""
_LONGEST_WAIT = 10.0
_PATIENCE = 1800.0
"""Seconds after which it is given up."""


def wait_for(call: ApiCall, clock: Clock, ask: Callable[[], Done | None]) -> Done:
    """Ask until it is done, which None is not. Raises CallError where that takes longer than half an hour."""
    for wait in _waits():
        done = ask()
        if done is not None:
            return done
        clock.sleep(wait)
    raise CallError(
        Failure(
            reason=GapReason.FAILED,
            detail=f"what {call.source} was asked for was not ready after {_PATIENCE / 60:.0f} minutes; collect again",
        )
    )


def _waits() -> Iterator[float]:
    waited, wait = 0.0, _FIRST_WAIT
    while waited < _PATIENCE:
        yield wait
        waited += wait
        wait = min(wait * 1.5, _LONGEST_WAIT)
