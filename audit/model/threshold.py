"""What a user sets for the review of payments: configuration, never a statistic."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """The user's own measures."""

    bonus: Decimal | None = None
    """US dollars; a single bonus above it is a finding. None: none is set, and none is."""
    payment_tolerance: int = 300
    """Seconds by which the clock of a payment and that of its call may differ."""
