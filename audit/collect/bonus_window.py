"""Until when a bonus can be paid on a HIT: after that, what an earlier snapshot says of its bonuses holds for good.

Bonuses are allowed for six months after an assignment was submitted, and assignments come in until a HIT has expired
and the last worker's time is over.
https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_SendBonusOperation.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from audit.snapshot.rows import HitRow

_SIX_MONTHS = timedelta(days=184)
"""The longest that six months can be."""
_LONGEST_ASSIGNMENT = timedelta(days=365)
"""The most that AWS lets a worker have; for a HIT that does not tell its own."""
_MARGIN = timedelta(days=1)


def no_bonus_after(hit: HitRow) -> datetime | None:
    """The moment from which no bonus can be paid on `hit`; None where it does not tell, so that it must be asked.

    A requester can end a HIT by moving its expiration into the past: one that lies before its creation says nothing.
    """
    if hit.expires_at is None or hit.created_at is None or hit.expires_at <= hit.created_at:
        return None
    seconds = hit.assignment_seconds
    duration = _LONGEST_ASSIGNMENT if seconds is None else timedelta(seconds=seconds)
    try:
        return hit.expires_at + duration + _SIX_MONTHS + _MARGIN
    except OverflowError:
        return None
