"""What a snapshot holds once it is read: one record an account, its raw evidence typed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from audit.model.organization import Organization
from audit.model.snapshot import AccountSummary, Gap, Manifest
from audit.snapshot.authorization import AuthorizationDetails

if TYPE_CHECKING:
    # Who asks about policies alone needs none of these: they are records of what else an account's evidence holds.
    from decimal import Decimal

    from audit.model.activity import BonusPayment, Hit, WorkerBlock
    from audit.model.event import EventCoverage, TrailEvent
    from audit.model.last_access import CredentialUse, ServiceLastAccess


class AccountEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One account. None means that the snapshot does not hold it; an empty tuple, that there is none."""

    account: AccountSummary
    authorization: AuthorizationDetails | None = None
    hits: tuple[Hit, ...] | None = None
    bonus_payments: tuple[BonusPayment, ...] | None = None
    worker_blocks: tuple[WorkerBlock, ...] | None = None
    balance: Decimal | None = None
    """US dollars, available balance at the time of collection."""
    events: tuple[TrailEvent, ...] | None = None
    """Mechanical Turk's in CloudTrail, by time and event id, each once; of the window and outside it."""
    event_coverage: EventCoverage | None = None
    """None where `events` is."""
    last_accesses: tuple[ServiceLastAccess, ...] | None = None
    credentials: tuple[CredentialUse, ...] | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot folder, or a plain authorization-details file in its place."""

    name: str
    """The folder's or file's own name."""
    sha256: str
    """Of manifest.json, or of the file."""
    manifest: Manifest | None
    """None for a plain file."""
    accounts: tuple[AccountEvidence, ...]
    gaps: tuple[Gap, ...] = ()
    """The manifest's, and one for every file that is missing, changed or damaged."""

    organization: Organization | None = None
    """None: not asked or not to be had, so that SCPs are unknown and every privilege is an upper bound."""

    @property
    def moment(self) -> datetime | None:
        """When the collection ended, or began where it has not ended; UTC. None for a file that does not tell."""
        return None if self.manifest is None else self.manifest.ended_at or self.manifest.started_at
