"""Joining a folder of CloudTrail's log files with evidence that has none, or in place of what it has: without AWS."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from audit.cloudtrail.folder import TrailFolder
from audit.cloudtrail.gathering import Sought
from audit.cloudtrail.reading import read_folder
from audit.model.error import InputError
from audit.model.event import EventCoverage, EventRoad
from audit.model.snapshot import Gap, GapReason, Window
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.event_gaps import event_gaps
from audit.snapshot.layout import EVENT_COVERAGE, EVENTS


def with_trail(
    snapshot: Snapshot, path: Path, window: Window | None, moment: datetime, jobs: int | None = None
) -> Snapshot:
    """Read the events of every account of `snapshot` from the log files in the folder `path`.

    `window` is the snapshot's own where it is None; of one that has not ended the days after `moment` are not missed.
    Raises InputError where the folder holds no log files, or none of these accounts, or where no window is known.
    """
    folder = TrailFolder(path)
    window = window or (snapshot.manifest.window if snapshot.manifest else None)
    if window is None:
        raise InputError(
            f"`{snapshot.name}` tells no window to read the log files for; give one, like --window 2026-Q3"
        )
    held = [each.account.account_id for each in snapshot.accounts if folder.holds(each.account.account_id)]
    if not held:
        accounts = ", ".join(each.account.account_id for each in snapshot.accounts)
        raise InputError(
            f"`{path}` holds no log files of {accounts}, the account of `{snapshot.name}`; give that account's trail"
        )
    gaps = [gap for gap in snapshot.gaps if gap.source not in (EVENTS.source, EVENT_COVERAGE.source)]
    accounts_with_events = []
    until = max(window.since, min(window.until, moment))
    for account in snapshot.accounts:
        account_id = account.account.account_id
        if account_id in held:
            joined = _joined(account, folder, Sought(account_id, window.since, until), jobs)
            gaps += event_gaps(account_id, joined[1])
            accounts_with_events.append(joined[0])
        else:
            gaps.append(_no_files(account_id, folder))
            accounts_with_events.append(msgspec.structs.replace(account, events=None, event_coverage=None))
    return msgspec.structs.replace(
        snapshot,
        accounts=tuple(accounts_with_events),
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.account_id, gap.source, gap.item, gap.reason, gap.detail))),
    )


def _joined(
    account: AccountEvidence, folder: TrailFolder, sought: Sought, jobs: int | None
) -> tuple[AccountEvidence, EventCoverage]:
    gathering = read_folder(folder, sought, jobs)
    coverage = gathering.coverage(EventRoad.LOG_FILES, folder.name)
    if account.event_coverage is not None:
        # What the trail was set up to log, the snapshot may know; files tell only what they hold.
        coverage = msgspec.structs.replace(
            coverage,
            logs_writes=_known(coverage.logs_writes, account.event_coverage.logs_writes),
            logs_reads=_known(coverage.logs_reads, account.event_coverage.logs_reads),
        )
    events = tuple(found.event for found in gathering.events)
    return msgspec.structs.replace(account, events=events, event_coverage=coverage), coverage


def _known(seen: bool | None, told: bool | None) -> bool | None:
    return told if seen is None else seen


def _no_files(account_id: str, folder: TrailFolder) -> Gap:
    return Gap(
        account_id=account_id,
        source=EVENTS.source,
        reason=GapReason.GONE,
        detail=f"{folder.name} holds no log files of this account, so what was done in it is not known",
    )
