"""What it means that the logs hold no event of an action in some time."""

from __future__ import annotations

from datetime import datetime

from audit.evidence.days import day_words, days_between
from audit.evidence.log_reach import LogReach
from audit.model.activity import Observation


def absence(reach: LogReach, since: datetime, until: datetime, action: str) -> tuple[Observation, str]:
    """Never OBSERVED, with a clause on what it leaves out; NOT_OBSERVED only where every call would be in the logs."""
    kind = "calls that only read" if action in reach.reading else "calls that change something"
    logged = reach.logs(action)
    if logged is False:
        return Observation.NOT_TRACKED, f"the trail does not log {kind}"
    missing = reach.missing_days(since, until)
    if missing and len(missing) == sum(1 for _ in days_between(since, until)):
        return Observation.NOT_COLLECTED, "no day of the time under review is in the logs"
    gaps = [f"no logs, or not all, of {day_words(missing)}"] if missing else []
    if reach.undated:
        gaps.append(f"{reach.undated} damaged log {'file' if reach.undated == 1 else 'files'} may be of any day")
    if logged is None:
        gaps.append(f"it is not known whether {kind} are logged")
    return (Observation.PARTLY_COVERED if gaps else Observation.NOT_OBSERVED), "; ".join(gaps)
