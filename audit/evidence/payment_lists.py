"""Which lists of payments were had: what it means that a call of SendBonus has no payment."""

from __future__ import annotations

from collections.abc import Iterable

from audit.model.event import TrailEvent
from audit.model.reconciliation import Explanation
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.content import AccountEvidence
from audit.snapshot.layout import ASSIGNMENT_ITEM, BONUS_PAYMENTS, HITS


class PaymentLists:
    """The answers of ListBonusPayments of one account: by HIT, and by assignment."""

    def __init__(self, account: AccountEvidence, gaps: Iterable[Gap]) -> None:
        own = [
            gap
            for gap in gaps
            if gap.account_id == account.account.account_id and gap.source in (BONUS_PAYMENTS.source, HITS.source)
        ]
        self._items = {gap.item.removeprefix(ASSIGNMENT_ITEM): gap.reason for gap in own if gap.item}
        self._whole = any(not gap.item for gap in own)
        self._assignments = {payment.assignment_id for payment in account.bonus_payments or ()}
        self._hits = None if account.hits is None else {hit.hit_id for hit in account.hits}

    def absence(self, event: TrailEvent) -> Explanation:
        """Why the call's payment is not in the lists, as far as is known."""
        for item in (event.assignment_id, event.hit_id):
            reason = self._items.get(item) if item else None
            if reason is not None:
                return Explanation.HIT_GONE if reason is GapReason.GONE else Explanation.PAYMENTS_MISSING
        if event.assignment_id in self._assignments:
            return Explanation.NOT_LISTED
        if event.hit_id and self._hits is not None:
            return Explanation.NOT_LISTED if event.hit_id in self._hits else Explanation.HIT_GONE
        # The record of SendBonus names no HIT, so any list that is missing may be its own.
        return Explanation.PAYMENTS_MISSING if self._whole or self._items else Explanation.NOT_LISTED
