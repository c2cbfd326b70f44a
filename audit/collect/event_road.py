"""What each road to CloudTrail's records takes and brings home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from audit.cloudtrail.gathering import Gathering, Sought
from audit.cloudtrail.trails import Trail
from audit.collect.interface import Run
from audit.model.event import EventRoad
from audit.model.snapshot import Gap

_PERIOD = "period"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one road found."""

    road: EventRoad
    origin: str
    """As `EventCoverage` names it."""
    gathering: Gathering | None = None
    """None: nothing was answered, and the gaps say why."""
    api_calls: int = 0
    gaps: tuple[Gap, ...] = ()
    bucket: str = ""
    """Where the log files lie; empty: not told."""
    prefix: str = ""

    def is_of(self, trail: Trail) -> bool:
        """Whether the files may be the trail's."""
        return not self.bucket or (trail.bucket, trail.prefix.strip("/")) == (self.bucket, self.prefix)


class Question(NamedTuple):
    """What is asked of a road."""

    sought: Sought
    """What of the window has passed."""
    now: datetime
    """The moment that says so."""


Road = Callable[[Run, Question], Found]


class _Period(msgspec.Struct):
    now: datetime


def question_of(run: Run) -> Question:
    """The question of the first start: one that goes on must ask the same, or a page's token would not fit."""
    journal = run.journal("-period")
    if _PERIOD not in journal:
        journal.add(_PERIOD, {"now": run.clock.now()})
    now = msgspec.json.decode(journal.entries[_PERIOD], type=_Period).now
    window = run.options.window
    return Question(Sought(run.account_id, window.since, max(window.since, min(window.until, now))), now)
