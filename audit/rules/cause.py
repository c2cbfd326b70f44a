"""Findings are grouped by cause: the statements that give a privilege, with everybody who has it through them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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


class Share(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What some principals have alike through a cause."""

    principals: tuple[str, ...]
    """ARNs, sorted; never empty."""
    entitlements: tuple[Entitlement, ...]
    """Of the first of them, by action; never empty. Those of the others differ in their principal and use alone."""


class Cause(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """One or more statements, and who has what through them."""

    grants: tuple[Grant, ...]
    """In the order of their ids."""
    shares: tuple[Share, ...]
    """Each principal in one of them. What is said of thousands of principals is mostly said of few shares."""
    entitlements: Mapping[str, Mapping[str, Entitlement]]
    """All of the account, by principal ARN and action."""
    enough: Enough = anything

    @cached_property
    def held(self) -> Mapping[str, tuple[Entitlement, ...]]:
        """What each principal has, with its use: by ARN, both sorted."""
        alike = {arn: share.entitlements for share in self.shares for arn in share.principals}
        return {arn: tuple([self.entitlements[arn][each.action] for each in alike[arn]]) for arn in self.subjects}

    def uses(self) -> Iterator[Entitlement]:
        """All that is held, one after the other, in no order."""
        for share in self.shares:
            for arn in share.principals:
                for alike in share.entitlements:
                    yield self.entitlements[arn][alike.action]

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """ARNs of the principals, sorted."""
        return tuple(sorted([arn for share in self.shares for arn in share.principals]))

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """What any of them has through the statements, sorted."""
        return tuple(sorted({entitlement.action for share in self.shares for entitlement in share.entitlements}))

    @cached_property
    def refs(self) -> tuple[StatementRef, ...]:
        """The statements as a finding names them, the primary one first."""
        return tuple(ref for grant in self.grants for ref in grant.refs)

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        """How sure it is that each has the problem: allowed outright, only under conditions, or not evaluated."""
        return {arn: verdict for share in self.shares for verdict in [self._verdict(share)] for arn in share.principals}

    @cached_property
    def by_verdict(self) -> Counter[Verdict]:
        """How many subjects have each verdict."""
        return Counter(self.verdicts.values())

    def only(self, actions: Collection[str]) -> Cause:
        """The same statements, and what the principals have through them of `actions`."""
        return self._of(
            (share.principals, [each for each in share.entitlements if each.action in actions]) for share in self.shares
        )

    def where(self, wanted: Callable[[Entitlement], bool]) -> Cause:
        """The same statements, and what the principals have through them that is wanted."""
        return self._of(
            ((arn,), [each for each in entitlements if wanted(each)]) for arn, entitlements in self.held.items()
        )

    def among(self, arns: Collection[str]) -> Cause:
        """The same statements, and what only these principals have through them."""
        return self._of(
            (tuple([arn for arn in share.principals if arn in arns]), share.entitlements) for share in self.shares
        )

    def _of(self, shares: Iterable[tuple[tuple[str, ...], Collection[Entitlement]]]) -> Cause:
        kept = tuple(
            share_of(self.entitlements, principals, [entitlement.action for entitlement in entitlements])
            for principals, entitlements in shares
            if principals and entitlements
        )
        return Cause(grants=self.grants, shares=kept, entitlements=self.entitlements, enough=self.enough)

    def _verdict(self, share: Share) -> Verdict:
        for verdicts in (_OUTRIGHT, _UNDER_CONDITIONS):
            if self.enough({each.action for each in share.entitlements if each.verdict in verdicts}):
                return verdicts[-1]
        return Verdict.NOT_EVALUATED


def share_of(
    entitlements: Mapping[str, Mapping[str, Entitlement]], principals: tuple[str, ...], actions: Iterable[str]
) -> Share:
    """The share of principals that have these actions alike."""
    first = entitlements[principals[0]]
    return Share(principals=principals, entitlements=tuple([first[action] for action in actions]))


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
        self._shares: dict[tuple[GrantId, ...], list[Share]] = defaultdict(list)

    def add(self, grants: tuple[Grant, ...], principals: tuple[str, ...], actions: Collection[str]) -> None:
        """Put principals that have the same through these statements under them; each is put there once."""
        key = tuple([grant.id for grant in grants])
        self._grants[key] = grants
        self._shares[key].append(share_of(self._context.entitlements, principals, sorted(actions)))

    def causes(self) -> tuple[Cause, ...]:
        """The causes in the order of their statements' ids."""
        return tuple(
            Cause(
                grants=self._grants[key],
                shares=_without_full_groups(self._context, self._shares[key]),
                entitlements=self._context.entitlements,
                enough=self._enough,
            )
            for key in sorted(self._shares)
        )


def _add(groups: _Groups, principals: tuple[str, ...], offers: Mapping[Grant, AbstractSet[str]]) -> None:
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


def _without_full_groups(context: RuleContext, shares: list[Share]) -> tuple[Share, ...]:
    """Drop each group whose members are listed: they are who can act, and none is counted twice."""
    if all(share.principals[0] not in context.groups for share in shares):
        return tuple(shares)
    listed = {arn for share in shares for arn in share.principals}
    kept = (
        (tuple([arn for arn in share.principals if listed.isdisjoint(context.principals[arn].members)]), share)
        for share in shares
    )
    return tuple(
        share_of(context.entitlements, principals, [entitlement.action for entitlement in share.entitlements])
        for principals, share in kept
        if principals
    )
