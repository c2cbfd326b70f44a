"""What statements give to whom, with those together who have the same of them: thousands of principals have few sets.

Every rule about grants asks the same of other actions, so that who has what through what is worked out once an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter

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
        group = principals[arn].type is PrincipalType.GROUP
        alike.setdefault((group, *_told_by(entitlements[arn])), []).append(arn)
    return tuple(
        Offers(principals=tuple(arns), to_groups=bool(key[0]), of_grant=_of_grant(entitlements[arns[0]], grants))
        for key, arns in alike.items()
    )


def _told_by(entitlements: Mapping[str, Entitlement]) -> Iterator[object]:
    """What tells principals apart: their actions, and where another action is given otherwise than the one before it.

    References are few and shared: their identities tell in a moment what to compare them would take long for.
    """
    yield from entitlements
    last: Entitlement | None = None
    for action, one in entitlements.items():
        if (
            last is None
            or one.grants != last.grants
            or one.verdict is not last.verdict
            or one.conditions != last.conditions
            or one.limited_by != last.limited_by
        ):
            yield action, one.verdict, one.conditions, tuple(map(id, one.grants)), tuple(map(id, one.limited_by))
            last = one


def _of_grant(entitlements: Mapping[str, Entitlement], grants: GrantBook) -> dict[Grant, frozenset[str]]:
    offered: dict[Grant, set[str]] = {}
    for refs, run in groupby(entitlements.values(), key=attrgetter("grants")):
        actions = [entitlement.action for entitlement in run]
        for ref in refs:
            offered.setdefault(grants.grant(ref), set()).update(actions)
    return {grant: frozenset(actions) for grant, actions in offered.items()}
