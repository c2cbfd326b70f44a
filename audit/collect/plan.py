"""What a collection will ask, told before it is asked."""

from __future__ import annotations

from audit.collect import (
    account_aliases,
    account_balance,
    authorization_details,
    bonus_payments,
    caller_identity,
    organization_policies,
    organization_tree,
    worker_blocks,
)
from audit.collect.assume_role import ASSUME_ROLE
from audit.collect.interface import ApiCall, Collector

COLLECTORS: tuple[Collector, ...] = (
    caller_identity,
    account_aliases,
    authorization_details,
    account_balance,
    bonus_payments,
    worker_blocks,
)
"""Of one account, in the order in which they ask: each may read what those before it have collected."""

ORGANIZATION_COLLECTORS: tuple[Collector, ...] = (organization_tree, organization_policies)
"""Of the organization, once a collection and before its accounts."""


def planned_calls(*, other_accounts: bool = False) -> tuple[ApiCall, ...]:
    """Every API call that a collection may make, with those that reach `other_accounts`; AWS is not asked for it."""
    calls = tuple(call for collector in (*COLLECTORS, *ORGANIZATION_COLLECTORS) for call in collector.CALLS)
    return (*calls, ASSUME_ROLE) if other_accounts else calls
