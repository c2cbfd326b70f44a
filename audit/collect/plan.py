"""What a collection will ask, told before it is asked."""

from __future__ import annotations

from audit.collect import (
    account_aliases,
    account_balance,
    authorization_details,
    bonus_payments,
    caller_identity,
    hits,
    worker_blocks,
)
from audit.collect.interface import ApiCall, Collector

COLLECTORS: tuple[Collector, ...] = (
    caller_identity,
    account_aliases,
    authorization_details,
    account_balance,
    hits,
    bonus_payments,
    worker_blocks,
)
"""Of one account, in the order in which they ask: each may read what those before it have collected."""


def planned_calls() -> tuple[ApiCall, ...]:
    """Every API call that a collection may make; AWS is not asked for it."""
    return tuple(call for collector in COLLECTORS for call in collector.CALLS)
