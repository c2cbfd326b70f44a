"""Findings are grouped by cause: the statements that give a privilege, with everybody who has it through them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

import msgspec

from audit.model.entitlement import Entitlement, StatementRef, Verdict
from audit.rules.grant import Grant, GrantId
from audit.rules.interface import RuleContext

CAUSES_IDENTITY = ("account", "causes")
"""The identity fields of a finding about several statements that act together."""

Enough = Callable[[AbstractSet[str]], bool]
"""Whether a set of actions is enough for the problem in question."""


def anything(actions: AbstractSet[str]) -> bool:
    """Enough for a problem that one action makes."""
    return bool(actions)


class Cause(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """One or more statements, and who has what through them."""

    grants: tuple[Grant, ...]
    """In the order of their ids."""
    held: Mapping[str, tuple[Entitlement, ...]]
    """By principal ARN, both sorted; never empty."""
    enough: Enough = anything

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """ARNs of the principals, sorted."""
        return tuple(self.held)

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """What any of them has through the statements, sorted."""
        return tuple(sorted({entitlement.action for held in self.held.values() for entitlement in held}))

    @cached_property
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


def by_statement(context: RuleContext, actions: Collection[str], *, empty_groups: bool = False) -> tuple[Cause, ...]:
    """One cause for every statement that gives any of `actions` to anybody.

    The subjects are users and roles. With `empty_groups`, also a group through which no member has any of it.
    """
    groups = _Groups(context)
    for principals, offers in _offers(context, actions, with_groups=empty_groups):
        for grant, offered in offers.items():
            groups.add((grant,), principals, offered)
    return groups.causes()


def by_principal(
    context: RuleContext, actions: Collection[str], *, among: Collection[str] | None = None
) -> tuple[Cause, ...]:
    """One cause for every set of statements that together give some principals all that they have of `actions`.

    Every user and role is a subject of one cause at most. With `among`, only those ARNs are asked about.
    """
    groups = _Groups(context)
    for principals, offers in _offers(context, actions):
        asked = principals if among is None else tuple(arn for arn in principals if arn in among)
        if asked:
            _add(groups, asked, offers)
    return groups.causes()


def by_combination(context: RuleContext, actions: Collection[str], enough: Enough) -> tuple[Cause, ...]:
    """One cause for every set of statements that gives some principals enough of `actions`, and no statement less.

    A statement that is enough by itself is a cause by itself, for each principal that has it: taking away another one
    would not help.
    """
    groups = _Groups(context, enough)
    for principals, offers in _offers(context, actions):
        alone = [grant for grant, offered in offers.items() if enough(offered)]
        for grant in alone:
            groups.add((grant,), principals, offers[grant])
        if not alone and enough(_actions(offers)):
            _add(groups, principals, _needed(offers, enough))
    return groups.causes()


class _Groups:
    """Principals collected under the statements that they have something through."""

    def __init__(self, context: RuleContext, enough: Enough = anything) -> None:
        self._context = context
        self._enough = enough
        self._grants: dict[tuple[GrantId, ...], tuple[Grant, ...]] = {}
        self._held: dict[tuple[GrantId, ...], dict[str, tuple[Entitlement, ...]]] = defaultdict(dict)

    def add(self, grants: tuple[Grant, ...], principals: Collection[str], actions: Collection[str]) -> None:
        key = tuple(grant.id for grant in grants)
        self._grants[key] = grants
        held, listed = self._held[key], sorted(actions)
        for principal in principals:
            mine = self._context.entitlements[principal]
            held[principal] = tuple([mine[action] for action in listed])

    def causes(self) -> tuple[Cause, ...]:
        """The causes in the order of their statements' ids."""
        return tuple(
            Cause(
                grants=self._grants[key],
                held=_without_full_groups(self._context, self._held[key]),
                enough=self._enough,
            )
            for key in sorted(self._held)
        )


def _add(groups: _Groups, principals: Collection[str], offers: Mapping[Grant, AbstractSet[str]]) -> None:
    """Put principals under the statements of their offers, taken together."""
    ordered = sorted(offers, key=lambda grant: grant.id)
    groups.add(tuple(ordered), principals, _actions(offers))


def _offers(
    context: RuleContext, actions: Collection[str], *, with_groups: bool = False
) -> Iterator[tuple[tuple[str, ...], dict[Grant, frozenset[str]]]]:
    """Principals who have the same of `actions` through the same statements, and what each statement gives of them."""
    asked = frozenset(actions)
    for offers in context.offers:
        if offers.to_groups and not with_groups:
            continue
        mine = {grant: given for grant, offered in offers.of_grant.items() if (given := asked & offered)}
        if mine:
            yield offers.principals, mine


def _needed(offers: Mapping[Grant, AbstractSet[str]], enough: Enough) -> dict[Grant, AbstractSet[str]]:
    """Offers that are enough together and none of which can be spared; the small ones are dropped first."""
    kept = dict(offers)
    for spared in sorted(offers, key=lambda grant: (len(offers[grant]), grant.id)):
        rest = {grant: offered for grant, offered in kept.items() if grant is not spared}
        if enough(_actions(rest)):
            kept = rest
    return kept


def _actions(offers: Mapping[Grant, AbstractSet[str]]) -> set[str]:
    return {action for offered in offers.values() for action in offered}


def _without_full_groups(
    context: RuleContext, held: Mapping[str, tuple[Entitlement, ...]]
) -> dict[str, tuple[Entitlement, ...]]:
    """Drop each group whose members are listed: they are who can act, and none is counted twice."""
    listed = held.keys()
    return {arn: held[arn] for arn in sorted(held) if listed.isdisjoint(context.principals[arn].members)}
