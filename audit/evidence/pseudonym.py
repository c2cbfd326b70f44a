"""Keyed pseudonyms of workers: a worker id equals a public profile, so reports show none unless asked.

The same key gives the same pseudonym, so that payments to one worker stay one worker's, also from quarter to quarter
where the reviewer keeps a key. Without the key, trying all worker ids finds nothing.
"""

from __future__ import annotations

import hashlib
import hmac

from audit.model.activity import BonusPayment, WorkerBlock
from audit.model.event import TrailEvent
from audit.snapshot.content import Snapshot

_DOMAIN = b"mturk-audit worker pseudonyms"
_LENGTH = 12


class Workers:
    """How workers are named in the output."""

    def __init__(self, key: bytes, *, plain: bool = False) -> None:
        self._key = key
        self._plain = plain

    def name(self, worker_id: str) -> str:
        """`worker-3f9c01d27ab4`, or the worker's own id where that was asked for."""
        if self._plain:
            return worker_id
        digest = hmac.new(self._key, worker_id.encode(), hashlib.sha256).hexdigest()
        return f"worker-{digest[:_LENGTH]}"


def key_of_evidence(snapshot: Snapshot) -> bytes:
    """A key for where none is given: from the raw rows themselves, which only those have who hold the snapshot.

    The hashes that the manifest publishes do not tell it.
    """
    digest = hashlib.sha256(_DOMAIN)
    for account in snapshot.accounts:
        for payment in account.bonus_payments or ():
            digest.update(_row(payment))
        for block in account.worker_blocks or ():
            digest.update(_row(block))
        for event in account.events or ():
            digest.update(_row(event))
    return digest.digest()


def _row(row: BonusPayment | WorkerBlock | TrailEvent) -> bytes:
    fields: tuple[str, ...]
    if isinstance(row, BonusPayment):
        fields = (row.hit_id, row.assignment_id, row.worker_id, str(row.amount), row.reason)
    elif isinstance(row, TrailEvent):
        # The event's id is in reports; who called from where is not.
        fields = (row.event_id, row.token, row.actor.access_key_id, row.source_ip, *row.worker_ids)
    else:
        fields = (row.worker_id, row.reason)
    return "\0".join(fields).encode("utf-8", "replace") + b"\n"
