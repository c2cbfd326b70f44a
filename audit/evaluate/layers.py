"""The policy types of a principal as layers of bitsets: the first grants, every further one must allow too.

Conditions are worked out only where they can make a difference, over every combination in which they can turn out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from audit.evaluate.compile import CompiledDocument, CompiledStatement, Condition
from audit.evaluate.outcomes import Outcomes
from audit.evaluate.resources import overlap, takes_away
from audit.model.entitlement import Verdict
from audit.policy.known import Known
from audit.policy.wildcard import tokenize


class Permissions(msgspec.Struct, frozen=True, gc=False):
    """What one principal may do: disjoint bitsets over the actions. What is in none of them is an implicit deny."""

    allowed: int = 0
    conditional: int = 0
    denied: int = 0
    """Denied explicitly in every request."""
    not_evaluated: int = 0
    """Not granted by what can be read, and may be by what cannot."""
    undecided: int = 0
    """Of `conditional`: the conditions tell too many requests apart, so it is an upper bound."""

    @property
    def reachable(self) -> int:
        """What is not denied: allowed, conditional, or not evaluated."""
        return self.allowed | self.conditional | self.not_evaluated

    def within(self, scope: int) -> Permissions:
        """Of the actions of `scope` alone."""
        return Permissions(
            allowed=self.allowed & scope,
            conditional=self.conditional & scope,
            denied=self.denied & scope,
            not_evaluated=self.not_evaluated & scope,
            undecided=self.undecided & scope,
        )

    def beside(self, other: Permissions) -> Permissions:
        """Both together, where they are of different actions."""
        return Permissions(
            allowed=self.allowed | other.allowed,
            conditional=self.conditional | other.conditional,
            denied=self.denied | other.denied,
            not_evaluated=self.not_evaluated | other.not_evaluated,
            undecided=self.undecided | other.undecided,
        )

    def verdict(self, bit: int) -> Verdict:
        """The verdict on the action of that bit."""
        for mask, verdict in (
            (self.allowed, Verdict.ALLOW),
            (self.conditional, Verdict.CONDITIONAL),
            (self.denied, Verdict.EXPLICIT_DENY),
            (self.not_evaluated, Verdict.NOT_EVALUATED),
        ):
            if mask & bit:
                return verdict
        return Verdict.IMPLICIT_DENY


class Rule(msgspec.Struct, frozen=True, gc=False):
    """A statement as far as it bears on the actions in question."""

    condition: int
    """The bit of its condition among those of the combination; 0: it has none."""
    deny: bool
    doubtful: bool
    mask: int
    partial: int
    statement: CompiledStatement


class Layer(msgspec.Struct, frozen=True, gc=False):
    """The documents of one policy type of one principal, added up."""

    allow: int
    doubt_allow: int
    conditional: tuple[Rule, ...]
    allows: tuple[Rule, ...] = ()
    """Its Allow statements on what hangs on their resources: `Combination.contested` and `meeting`."""


Truths = int
"""The bits of the conditions that hold in some request."""


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """The answer for all actions where all conditions are settled."""

    granted: int
    hoped: int
    """Granted if every Allow that cannot be evaluated did allow."""
    denied: int
    doubted: int
    """What a Deny that cannot be evaluated may refuse."""


class Combination(msgspec.Struct, frozen=True, gc=False):
    """The layers of a principal, for some actions; the first layer grants, every further one must allow too."""

    scope: int
    """The actions."""
    layers: tuple[Layer, ...]
    deny: int
    """What any layer denies with no condition."""
    doubt_deny: int
    conditions: tuple[Condition, ...]
    """By their bits."""
    doubtful: bool
    """Whether anything that bears on the actions cannot be evaluated."""
    partial: tuple[Rule, ...] = ()
    """Deny statements, of any layer, that deny something on some resources only."""
    contested: int = 0
    """What they deny on some resources, where an Allow may be of no others."""
    meeting: int = 0
    """What the first layer and a further one both allow on some resources, which must have one in common."""

    def settle(self, allows: Truths, denies: Truths) -> Settlement:
        """Decide the actions where conditions turn out so: those of Allow by `allows`, of Deny by `denies`."""
        granted = hoped = self.scope
        denied, doubted = self.deny, self.doubt_deny
        for layer in self.layers:
            allow, hope = layer.allow, layer.doubt_allow
            for rule in layer.conditional:
                if not rule.condition & (denies if rule.deny else allows):
                    continue
                if rule.deny and rule.doubtful:
                    doubted |= rule.mask
                elif rule.deny:
                    denied |= rule.mask
                elif rule.doubtful:
                    hope |= rule.mask
                else:
                    allow |= rule.mask
            if self.contested:
                allow = (allow & ~self.contested) | self._left(layer, allows, denies)
            granted &= allow
            if self.doubtful:
                hoped &= allow | hope
        if self.meeting & granted:
            apart = self.meeting & ~self._meeting(allows)
            granted &= ~apart
            hoped &= ~apart | self._hope()
        granted &= ~denied
        return Settlement(granted, hoped & ~denied if self.doubtful else granted, denied, doubted)

    def _left(self, layer: Layer, allows: Truths, denies: Truths) -> int:
        """What of the contested a layer grants, when every Deny of some resources is held against each Allow."""
        left = 0
        for rule in layer.allows:
            if rule.condition and not rule.condition & allows:
                continue
            taken = 0
            for deny in self.partial:
                holds = not deny.condition or deny.condition & denies
                if holds and rule.mask & deny.partial & ~taken and covers_grant(deny.statement, rule.statement):
                    taken |= deny.partial
            left |= rule.mask & ~taken
        return left & self.contested

    def _meeting(self, allows: Truths) -> int:
        """What the first layer and each further one allow on some resource that both name."""
        first, *limits = (
            [rule for rule in layer.allows if not rule.condition or rule.condition & allows] for layer in self.layers
        )
        together = self.scope
        for limit in limits:
            met = 0
            for grant in first:
                for other in limit:
                    if grant.mask & other.mask & ~met and _share_resources(grant.statement, other.statement):
                        met |= grant.mask & other.mask
            together &= met
        return together

    def _hope(self) -> int:
        """What some Allow that cannot be evaluated may allow."""
        hope = 0
        for layer in self.layers:
            hope |= layer.doubt_allow
            for rule in layer.conditional:
                if rule.doubtful and not rule.deny:
                    hope |= rule.mask
        return hope

    def cells(self) -> list[tuple[int, Truths]]:
        """Part the actions by the set of conditions that bear on them."""
        masks: dict[int, int] = {}
        for layer in self.layers:
            for rule in layer.conditional:
                masks[rule.condition] = masks.get(rule.condition, 0) | rule.mask | rule.partial
        cells = [(self.scope, 0)]
        for condition, mask in masks.items():
            inside = [(within & mask, bits | condition) for within, bits in cells if within & mask]
            outside = [(within & ~mask, bits) for within, bits in cells if within & ~mask]
            cells = inside + outside
        return cells


def covers_grant(deny: CompiledStatement, allow: CompiledStatement) -> bool:
    """Whether the Deny covers every resource that the Allow names."""
    if not allow.resources or allow.negated:
        return False
    return takes_away(allow.resources, deny.resources, denied_negated=deny.negated)


def _share_resources(one: CompiledStatement, other: CompiledStatement) -> bool:
    """Whether both statements can be about one resource; of NotResource that is taken for granted."""
    if not one.resources or not other.resources or one.negated or other.negated:
        return True
    return any(_overlapping(left, right) for left in one.resources for right in other.resources)


@lru_cache(maxsize=65_536)
def _overlapping(left: str, right: str) -> bool:
    return overlap(tokenize((left,)), tokenize((right,)))


def combined(groups: Sequence[tuple[CompiledDocument, ...]], scope: int) -> Combination:
    """The layers of groups of documents, as far as they bear on the actions of `scope`.

    A group is the documents of one policy type, or of one level of an organization, together.
    """
    limited: list[int] = []
    partial: list[CompiledStatement] = []
    for documents in groups:
        named = 0
        for document in documents:
            named |= document.limited
            if document.partial & scope:
                partial += [each for each in document.statements if each.partial & scope]
        limited.append(named & scope)
    meeting = contested = 0
    for mask in limited[1:]:
        meeting |= mask & limited[0]
    if partial:
        # An Allow of all resources is left whatever is denied on some.
        for statement in partial:
            contested |= statement.partial
        contested &= union(limited)
    numbers: dict[Condition, int] = {}

    def rule(statement: CompiledStatement) -> Rule:
        bit = 1 << numbers.setdefault(statement.condition, len(numbers)) if statement.condition else 0
        mask, part = statement.mask & scope, statement.partial & scope
        return Rule(bit, statement.deny, statement.doubtful, mask, part, statement)

    layers: list[Layer] = []
    deny = doubt_deny = 0
    doubtful = False
    for documents in groups:
        allow = doubt_allow = 0
        conditional: list[Rule] = []
        allows: list[Rule] = []
        for document in documents:
            allow |= document.allow & scope
            if not document.plain:
                deny |= document.deny & scope
                doubt_allow |= document.doubt_allow & scope
                doubt_deny |= document.doubt_deny & scope
                doubtful = doubtful or document.doubtful
                if document.open & scope:
                    conditional += [rule(each) for each in document.conditional if (each.mask | each.partial) & scope]
            if contested or meeting:
                allows += [rule(each) for each in document.statements if _may_meet(each, contested | meeting)]
        layers.append(Layer(allow, doubt_allow, tuple(conditional), tuple(allows)))
    held_against = tuple(map(rule, partial)) if contested else ()
    return Combination(
        scope,
        tuple(layers),
        deny,
        doubt_deny,
        tuple(numbers),
        doubtful,
        held_against,
        contested,
        meeting,
    )


def _may_meet(statement: CompiledStatement, mask: int) -> bool:
    return bool(statement.mask & mask) and not statement.deny and not statement.doubtful


def union(masks: Iterable[int]) -> int:
    """What is in any of the masks."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def permissions_of(combination: Combination, known: Known, outcomes: Outcomes) -> Permissions:
    """Work out the conditions, for each set of actions on which the same ones bear.

    Allowed in all outcomes is allow, in some conditional; what only the unreadable could grant is not evaluated.
    """
    allowed = sometimes = denied = hoped = undecided = 0
    for within, bits in combination.cells():
        found = _outcomes(combination.conditions, bits, known, outcomes)
        if found is None:
            undecided |= within
            # The most and the least that can be granted, whether or not any request reaches it.
            found = ((bits, 0), (0, bits))
        in_all, in_some, refused, hoped_for = within, 0, within, 0
        for allows, denies in found:
            settled = combination.settle(allows, denies)
            in_all &= settled.granted & ~settled.doubted if settled.doubted else settled.granted
            in_some |= settled.granted
            refused &= settled.denied
            if combination.doubtful:
                hoped_for |= settled.hoped
        allowed |= in_all
        sometimes |= in_some & within
        denied |= refused
        hoped |= hoped_for & within
    return Permissions(
        allowed=allowed,
        conditional=sometimes & ~allowed,
        denied=denied,
        not_evaluated=hoped & ~sometimes,
        undecided=undecided & sometimes & ~allowed,
    )


def _outcomes(
    conditions: tuple[Condition, ...], bits: int, known: Known, outcomes: Outcomes
) -> tuple[tuple[Truths, Truths], ...] | None:
    """Every way in which the conditions of `bits` turn out, for Allow and for Deny; None: too many to tell."""
    if not bits:
        return _NO_CONDITION
    places = [place for place in range(len(conditions)) if bits >> place & 1]
    found = outcomes.of(tuple([conditions[place] for place in places]), known)
    if found is None:
        return None
    truths: list[tuple[Truths, Truths]] = []
    for outcome in found:
        truth = 0
        for place, holds in zip(places, outcome, strict=True):
            if holds:
                truth |= 1 << place
        truths.append((truth, truth))
    return tuple(truths)


_NO_CONDITION = ((0, 0),)
