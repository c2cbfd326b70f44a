"""The account of `trail_company`, all of it collected: with a payment that only its log still leads to."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from audit.collect.clock import SystemClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import EventOptions, SilentProgress
from audit.demo.account import Assignment, Company
from audit.model.snapshot import Manifest
from tests.collect.running import options
from tests.collect.trail_company import FIRST, PLACE, RECORDS, WINDOW, call, trail_company
from tests.demo.building import NOW, bonus, busy_marketplace, hit
from tests.unit.cloudtrail.records import BONUS

ROADS = {
    "lookup": EventOptions(),
    "files": EventOptions(trail=PLACE),
    "athena": EventOptions(athena_table="audit.trail", athena_output="s3://results/x"),
}


class StandingClock(SystemClock):
    """The moment of the local AWS, in which nobody sleeps: waiting is not what is tested here."""

    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        return


def logged_company() -> Company:
    """Calls that fill three pages of the event history, and a HIT that ended so long ago that it is listed no more."""
    market = busy_marketplace(hits=4, bonuses=3)
    late = hit(900, expires_at=NOW - timedelta(days=130))
    paid = Assignment(
        assignment_id=BONUS["assignmentId"],
        hit_id=late.hit_id,
        worker_id=BONUS["workerId"],
        submitted_at=late.created_at,
    )
    market = msgspec.structs.replace(
        market,
        hits=(*market.hits, late),
        assignments=(*market.assignments, paid),
        payments=(msgspec.structs.replace(bonus(paid), granted_at=FIRST), *market.payments),
    )
    records = (*(call(100 + number, FIRST + timedelta(minutes=number)) for number in range(130)), *RECORDS)
    return trail_company(records=records, marketplace=market)


def collect_logged(out: Path, road: str) -> Manifest:
    """Collect all of the account that the environment names."""
    chosen = options(out, window=WINDOW, max_concurrency=3, events=ROADS[road])
    return collect_snapshot(chosen, progress=SilentProgress(), clock=StandingClock())
