"""What an earlier snapshot knows of bonuses: payments that cannot have changed, and assignments to ask about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from audit.collect.bonus_window import no_bonus_after
from audit.collect.interface import Run
from audit.snapshot.layout import BONUS_PAYMENTS, HITS
from audit.snapshot.rows import HitRow

Rows = list[dict[str, Any]]


class _Key(msgspec.Struct):
    hit_id: str = msgspec.field(name="HITId")
    assignment_id: str = msgspec.field(name="AssignmentId")


class EarlierPayments:
    """The payments of the earlier snapshot, by HIT; none where there is no such snapshot, or it cannot be trusted."""

    def __init__(self, run: Run, extended: Collection[str]) -> None:
        """`extended`: HITs whose expiration was changed lately, as far as events tell; they are asked in any case."""
        self._rows: dict[str, Rows] = defaultdict(list)
        self._hits: dict[str, HitRow] = {}
        self._unanswered: set[str] = set()
        self._extended = extended
        self._asked_at = None
        hits, payments = run.earlier(HITS), run.earlier(BONUS_PAYMENTS)
        if hits is None or payments is None:
            return
        self._asked_at = payments.started_at
        self._unanswered = {gap.item for gap in payments.gaps}
        self._hits = {hit.hit_id: hit for hit in msgspec.json.Decoder(HitRow).decode_lines(hits.content)}
        for line in payments.content.splitlines():
            self._rows[msgspec.json.decode(line, type=_Key).hit_id].append(msgspec.json.decode(line))

    def settled(self, hit: HitRow) -> Rows | None:
        """The payments of a HIT that is listed still, where none can have come since; None: it must be asked."""
        over_at = no_bonus_after(hit)
        known = hit.hit_id in self._hits and hit.hit_id not in self._unanswered and hit.hit_id not in self._extended
        if not known or over_at is None or self._asked_at is None or over_at > self._asked_at:
            return None
        return self._rows.get(hit.hit_id, [])

    def of_unlisted(self, listed: Collection[str]) -> Mapping[str, Rows]:
        """The payments of HITs that are listed no longer, by assignment."""
        found: dict[str, Rows] = defaultdict(list)
        for hit_id, rows in self._rows.items():
            if hit_id not in listed:
                for row in rows:
                    found[row["AssignmentId"]].append(row)
        return found

    def is_over(self, rows: Rows) -> bool:
        """Whether no bonus can have been paid since on the HIT that `rows` are of."""
        hit = self._hits.get(rows[0]["HITId"])
        return hit is not None and self.settled(hit) is not None
