"""Running single collectors against the local AWS: what they bring, and which calls that took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from audit.collect import caller_identity
from audit.collect.collector import collect_snapshot
from audit.collect.interface import Collector, SilentProgress
from audit.demo.account import Company
from audit.demo.faults import FaultPlan, Planned
from audit.demo.server import Settings, local_aws
from audit.model.snapshot import Gap, Manifest
from audit.snapshot.content import AccountEvidence
from audit.snapshot.reader import open_input
from tests.collect.running import FakeClock, options
from tests.collect.trail_company import TABLE, WINDOW
from tests.demo.building import ACCOUNT, NOW

USUAL = Settings(athena_tables=(TABLE,), unfinished=0)


class AwsClock(FakeClock):
    """Begins at the moment that it is in the local AWS, and runs while someone sleeps."""

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


class Ran(NamedTuple):
    """One collection."""

    out: Path
    manifest: Manifest
    calls: Counter[str]

    @property
    def account(self) -> AccountEvidence:
        return open_input(self.out).accounts[0]

    def raw(self, name: str) -> bytes | None:
        """A file of the account; None where there is none."""
        path = self.out / ACCOUNT / name
        return path.read_bytes() if path.exists() else None

    def gaps(self, source: str) -> list[Gap]:
        return [gap for gap in self.manifest.gaps if gap.source == source]


def run(
    company: Company,
    out: Path,
    collectors: Sequence[Collector],
    *faults: Planned,
    settings: Settings = USUAL,
    calls: Counter[str] | None = None,
    **changes: Any,
) -> Ran:
    """Collect `company` with these collectors only. `calls` is counted up, also where the collection ends early."""
    counted = Counter[str]() if calls is None else calls
    with (
        pytest.MonkeyPatch.context() as patch,
        local_aws(company, faults=FaultPlan(faults), settings=settings) as aws,
    ):
        patch.setattr("audit.collect.collector.COLLECTORS", (caller_identity, *collectors))
        patch.setattr("audit.collect.collector.ORGANIZATION_COLLECTORS", ())
        for name, value in aws.environment(ACCOUNT).items():
            patch.setenv(name, value)
        chosen = options(out, **({"window": WINDOW, "max_concurrency": 2} | changes))
        try:
            manifest = collect_snapshot(chosen, progress=SilentProgress(), clock=AwsClock())
        finally:
            counted.update(call.name for call in aws.calls)
    return Ran(out, manifest, counted)
