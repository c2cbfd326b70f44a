"""Findings are grouped by cause: the statements that give a privilege, with everybody who has it through them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet

import msgspec

from audit.model.entitlement import Entitlement, StatementRef, Verdict
from audit.model.principal import PrincipalType
from audit.rules.grant import Grant, GrantId
from audit.rules.interface import RuleContext

CAUSES_IDENTITY = ("account", "causes")
"""The identity fields of a finding about several statements that act together."""

Enough = Callable[[AbstractSet[str]], bool]
"""Whether a set of actions is enough for the problem in question."""


def anything(actions: AbstractSet[str]) -> bool:
    """Enough for a problem that one action makes."""
    return bool(actions)


class Cause(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One or more statements, and who has what through them."""

    grants: tuple[Grant, ...]
    """In the order of their ids."""
    held: Mapping[str, tuple[Entitlement, ...]]
    """By principal ARN, both sorted; never empty."""
    enough: Enough = anything

    @property
    def subjects(self) -> tuple[str, ...]:
        """ARNs of the principals, sorted."""
        return tuple(self.held)

    @property
    def actions(self) -> tuple[str, ...]:
        """What any of them has through the statements, sorted."""
        return tuple(sorted({entitlement.action for held in self.held.values() for entitlement in held}))

    @property
    def refs(self) -> tuple[StatementRef, ...]:
        """The statements as a finding names them, the primary one first."""
        return tuple(ref for grant in self.grants for ref in grant.refs)

    def only(self, actions: Collection[str]) -> Cause:
        """The same statements, and what the principals have through them of `actions`."""
        return self.where(lambda entitlement: entitlement.action in actions)

    def where(self, wanted: Callable[[Entitlement], bool]) -> Cause:
        """The same statements, and what the principals have through them that is wanted."""
        held = {
            arn: tuple(entitlement for entitlement in entitlements if wanted(entitlement))
            for arn, entitlements in self.held.items()
        }
        kept = {arn: entitlements for arn, entitlements in held.items() if entitlements}
        return Cause(grants=self.grants, held=kept, enough=self.enough)

    def among(self, arns: Collection[str]) -> Cause:
        """The same statements, and what only these principals have through them."""
        held = {arn: entitlements for arn, entitlements in self.held.items() if arn in arns}
        return Cause(grants=self.grants, held=held, enough=self.enough)

    def verdict(self, arn: str) -> Verdict:
        """How sure it is that a subject has the problem: allowed outright, only under conditions, or not evaluated."""
        for verdicts in (_OUTRIGHT, _UNDER_CONDITIONS):
            if self.enough({entitlement.action for entitlement in self.held[arn] if entitlement.verdict in verdicts}):
                return verdicts[-1]
        return Verdict.NOT_EVALUATED


_OUTRIGHT = (Verdict.ALLOW,)
_UNDER_CONDITIONS = (Verdict.ALLOW, Verdict.CONDITIONAL)


class _Offer(msgspec.Struct, eq=False):
    """What one grant gives one principal."""

    grant: Grant
    entitlements: dict[str, Entitlement]
    """By action."""


def by_statement(context: RuleContext, actions: Collection[str], *, empty_groups: bool = False) -> tuple[Cause, ...]:
    """One cause for every statement that gives any of `actions` to anybody.

    The subjects are users and roles. With `empty_groups`, also a group through which no member has any of it.
    """
    groups = _Groups()
    for principal, offers in _offers(context, actions, with_groups=empty_groups).items():
        for offer in offers.values():
            groups.add((offer.grant,), principal, offer.entitlements.values())
    return groups.causes(context)


def by_principal(
    context: RuleContext, actions: Collection[str], *, among: Collection[str] | None = None
) -> tuple[Cause, ...]:
    """One cause for every set of statements that together give some principals all that they have of `actions`.

    Every user and role is a subject of one cause at most. With `among`, only those ARNs are asked about.
    """
    groups = _Groups()
    for principal, offers in _offers(context, actions).items():
        if among is None or principal in among:
            _add(groups, principal, offers.values())
    return groups.causes(context)


def by_combination(context: RuleContext, actions: Collection[str], enough: Enough) -> tuple[Cause, ...]:
    """One cause for every set of statements that gives some principals enough of `actions`, and no statement less.

    A statement that is enough by itself is a cause by itself, for each principal that has it: taking away another one
    would not help.
    """
    groups = _Groups(enough)
    for principal, offers in _offers(context, actions).items():
        alone = [offer for offer in offers.values() if enough(offer.entitlements.keys())]
        for offer in alone:
            _add(groups, principal, (offer,))
        if not alone and enough(_actions(offers.values())):
            _add(groups, principal, _needed(offers, enough))
    return groups.causes(context)


class _Groups:
    """Principals collected under the statements that they have something through."""

    def __init__(self, enough: Enough = anything) -> None:
        self._enough = enough
        self._grants: dict[tuple[GrantId, ...], tuple[Grant, ...]] = {}
        self._held: dict[tuple[GrantId, ...], dict[str, tuple[Entitlement, ...]]] = defaultdict(dict)

    def add(self, grants: tuple[Grant, ...], principal: str, entitlements: Collection[Entitlement]) -> None:
        key = tuple(grant.id for grant in grants)
        self._grants[key] = grants
        self._held[key][principal] = tuple(sorted(entitlements, key=lambda entitlement: entitlement.action))

    def causes(self, context: RuleContext) -> tuple[Cause, ...]:
        """The causes in the order of their statements' ids."""
        return tuple(
            Cause(
                grants=self._grants[key],
                held=_without_full_groups(context, self._held[key]),
                enough=self._enough,
            )
            for key in sorted(self._held)
        )


def _add(groups: _Groups, principal: str, offers: Collection[_Offer]) -> None:
    """Put a principal under the statements of its offers, taken together."""
    ordered = sorted(offers, key=lambda offer: offer.grant.id)
    entitlements: dict[str, Entitlement] = {}
    for offer in ordered:
        entitlements.update(offer.entitlements)
    groups.add(tuple(offer.grant for offer in ordered), principal, entitlements.values())


def _offers(
    context: RuleContext, actions: Collection[str], *, with_groups: bool = False
) -> dict[str, dict[GrantId, _Offer]]:
    """By principal and grant, what the grant gives it of `actions`. Entitlements with no grant have no cause."""
    asked = frozenset(actions)
    offers: dict[str, dict[GrantId, _Offer]] = {}
    for arn in sorted(context.entitlements):
        if context.principals[arn].type is PrincipalType.GROUP and not with_groups:
            continue
        mine: dict[GrantId, _Offer] = {}
        held = context.entitlements[arn]
        for action in asked & held.keys():
            for ref in held[action].grants:
                grant = context.grants.grant(ref)
                offer = mine.get(grant.id)
                if offer is None:
                    offer = mine[grant.id] = _Offer(grant, {})
                offer.entitlements[action] = held[action]
        if mine:
            offers[arn] = mine
    return offers


def _needed(offers: Mapping[GrantId, _Offer], enough: Enough) -> tuple[_Offer, ...]:
    """Offers that are enough together and none of which can be spared; the small ones are dropped first."""
    kept = dict(offers)
    for name in sorted(offers, key=lambda name: (len(offers[name].entitlements), name)):
        rest = {other: offer for other, offer in kept.items() if other != name}
        if enough(_actions(rest.values())):
            kept = rest
    return tuple(kept.values())


def _actions(offers: Collection[_Offer]) -> set[str]:
    return {action for offer in offers for action in offer.entitlements}


def _without_full_groups(
    context: RuleContext, held: Mapping[str, tuple[Entitlement, ...]]
) -> dict[str, tuple[Entitlement, ...]]:
    """Drop each group whose members are listed: they are who can act, and none is counted twice."""
    return {
        arn: held[arn] for arn in sorted(held) if not any(member in held for member in context.principals[arn].members)
    }
