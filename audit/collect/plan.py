"""What a collection will ask, told before it is asked."""

from __future__ import annotations

from audit.collect import (
    access_advisor,
    account_aliases,
    account_balance,
    authorization_details,
    bonus_payments,
    caller_identity,
    credential_report,
    events,
    organization_policies,
    organization_tree,
    trails,
    worker_blocks,
)
from audit.collect.assume_role import ASSUME_ROLE
from audit.collect.interface import ApiCall, Collector, EventOptions

COLLECTORS: tuple[Collector, ...] = (
    caller_identity,
    account_aliases,
    trails,
    events,
    authorization_details,
    access_advisor,
    credential_report,
    account_balance,
    bonus_payments,
    worker_blocks,
)
"""Of one account, in the order in which they begin: each may read what those before it have collected."""

BESIDE = frozenset({events.FILE})
"""What the others of the account do not wait for before they begin, unless they read it: the event history takes half
a second a page, whatever else is asked."""

LOOKUP = EventOptions()
"""The road where none is named."""

ORGANIZATION_COLLECTORS: tuple[Collector, ...] = (organization_tree, organization_policies)
"""Of the organization, once a collection and before its accounts."""


def planned_calls(*, other_accounts: bool = False, road: EventOptions = LOOKUP) -> tuple[ApiCall, ...]:
    """Every API call that a collection may make; AWS is not asked for it.

    With those that reach `other_accounts`, and those of the `road` to CloudTrail's records alone.
    """
    made = frozenset(events.calls_of(road))
    calls = tuple(
        call
        for collector in (*COLLECTORS, *ORGANIZATION_COLLECTORS)
        for call in collector.CALLS
        if collector is not events or call in made
    )
    return (*calls, ASSUME_ROLE) if other_accounts else calls
