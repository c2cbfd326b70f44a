"""What a snapshot says of itself: its window, its files, and what is missing from it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

SCHEMA_VERSION = 1


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The time under review: from `since` up to but not including `until`, both UTC."""

    since: datetime
    until: datetime
    label: str = ""
    """`2026-Q3` where it is a quarter."""

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class GapReason(StrEnum):
    """Why something is not in the snapshot. None of them means zero."""

    DENIED = "denied"
    THROTTLED = "throttled"
    NOT_APPLICABLE = "not applicable"
    """The account has no Mechanical Turk requester linked to it."""
    RETIRED = "retired"
    """The service no longer answers."""
    GONE = "gone"
    """The item existed once and its listing is no longer to be had."""
    NOT_ASKED = "not asked"
    FAILED = "failed"
    """It answered something that is no valid answer, or not at all."""
    UNREADABLE = "unreadable"
    """A file of the snapshot is missing, changed or damaged."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the snapshot does not hold, and why."""

    account_id: str
    source: str
    """The API call or file, `mturk:ListBonusPayments`."""
    reason: GapReason
    detail: str
    """One sentence for the report, free of secrets."""
    item: str = ""
    """The HIT, page or policy that is missing; empty: all of the source."""


class SnapshotFile(msgspec.Struct, frozen=True, kw_only=True):
    """One raw file of the snapshot."""

    path: str
    """Relative to the snapshot, with `/`."""
    sha256: str
    rows: int
    api_calls: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None


class AccountSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One account of the snapshot."""

    account_id: str
    alias: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`manifest.json`: what was collected, by whom, when, and what is missing."""

    schema_version: int = SCHEMA_VERSION
    tool: str
    window: Window
    caller_arn: str
    accounts: tuple[AccountSummary, ...]
    files: tuple[SnapshotFile, ...]
    gaps: tuple[Gap, ...]
    started_at: datetime
    ended_at: datetime | None = None
    """None while the collection has not finished."""
    environment: str = "production"
    """`production` or `sandbox`: the MTurk endpoint that was asked."""
    endpoints: tuple[str, ...] = ()
    """Endpoints other than AWS's own that were asked, without ports: `http://127.0.0.1` of a local AWS; sorted."""
    started_from: str = ""
    """SHA-256 of the manifest of the earlier snapshot from which evidence was taken over; empty: none was given."""
