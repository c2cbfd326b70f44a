"""Entitlements with their use: what the account's activity says of the principals that hold a privilege."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Entitlement

_SAYS_SOMETHING = (Observation.NOT_OBSERVED, Observation.NOT_COLLECTED)


def with_use(entitlements: Iterable[Entitlement], activity: Mapping[str, ActionActivity]) -> Iterator[Entitlement]:
    """Join entitlements of one account with its activity by action.

    What nobody in the account did, this principal did not do either. What somebody did has no name to it here, so
    it stays «not tracked» for each principal.
    """
    for entitlement in entitlements:
        row = activity.get(entitlement.action)
        if row is not None and row.observation in _SAYS_SOMETHING:
            yield msgspec.structs.replace(entitlement, observation=row.observation, source=row.source)
        else:
            yield entitlement
