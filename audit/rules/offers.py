"""What statements give to whom, with those together who have the same of them: thousands of principals have few sets.

Every rule about grants asks the same of other actions, so that who has what through what is worked out once an account.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from audit.model.entitlement import Entitlement
from audit.model.principal import Principal, PrincipalType
from audit.rules.grant import Grant, GrantBook


class Offers(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What some principals have alike: the same actions through the same statements, as surely and as far limited."""

    principals: tuple[str, ...]
    """ARNs, sorted."""
    to_groups: bool
    """Whether they are groups: all of them are, or none."""
    of_grant: Mapping[Grant, frozenset[str]]
    """The actions that each statement gives to each of them."""


def offers_of(
    entitlements: Mapping[str, Mapping[str, Entitlement]], principals: Mapping[str, Principal], grants: GrantBook
) -> tuple[Offers, ...]:
    """All offers of an account. Entitlements that no statement grants have none.

    `entitlements` are by principal ARN and action, and outlive this call.
    """
    alike: dict[tuple[object, ...], list[str]] = {}
    for arn in sorted(entitlements):
        # References are few and shared: their identities tell in a moment what to compare them would take long for.
        held = [
            (action, each.verdict, each.conditions, *map(id, each.grants), None, *map(id, each.limited_by))
            for action, each in entitlements[arn].items()
        ]
        alike.setdefault((principals[arn].type is PrincipalType.GROUP, *held), []).append(arn)
    return tuple(
        Offers(principals=tuple(arns), to_groups=bool(key[0]), of_grant=_of_grant(entitlements[arns[0]], grants))
        for key, arns in alike.items()
    )


def _of_grant(entitlements: Mapping[str, Entitlement], grants: GrantBook) -> dict[Grant, frozenset[str]]:
    offered: dict[Grant, set[str]] = {}
    for action, entitlement in entitlements.items():
        for ref in entitlement.grants:
            offered.setdefault(grants.grant(ref), set()).add(action)
    return {grant: frozenset(actions) for grant, actions in offered.items()}
