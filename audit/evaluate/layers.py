"""The policy types of a principal as layers of bitsets: the first grants, every further one must allow too.

Conditions are worked out only where they can make a difference, over every combination in which they can turn out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


class Layer(msgspec.Struct, frozen=True, gc=False):
    """The documents of one policy type of one principal, added up."""

    allow: int
    deny: int
    doubt_allow: int
    doubt_deny: int
    conditional: tuple[CompiledStatement, ...]
    allows: tuple[CompiledStatement, ...] = ()
    """Its Allow statements on what hangs on their resources: `Combination.contested` and `meeting`."""


Truths = Mapping[Condition, bool]
"""How conditions turn out in some request; one that is not in it does not hold."""


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """The answer for all actions where all conditions are settled."""

    granted: int
    hoped: int
    """Granted if every Allow that cannot be evaluated did allow."""
    denied: int
    doubted: int
    """What a Deny that cannot be evaluated may refuse."""


class Combination(msgspec.Struct, frozen=True, gc=False):
    """The layers of a principal; the first grants, every further one must allow too."""

    layers: tuple[Layer, ...]
    partial: tuple[CompiledStatement, ...] = ()
    """Deny statements, of any layer, that deny something on some resources only."""
    contested: int = 0
    """What they deny on some resources."""
    meeting: int = 0
    """What the first layer and a further one both allow on some resources, which must have one in common."""

    def settle(self, allows: Truths, denies: Truths) -> Settlement:
        """Decide all actions where conditions turn out so.

        Allow and Deny statements take their conditions' values from `allows` and `denies`.
        """
        granted, hoped, denied, doubted = -1, -1, 0, 0
        for layer in self.layers:
            allow, hope = layer.allow, layer.doubt_allow
            denied, doubted = denied | layer.deny, doubted | layer.doubt_deny
            for statement in layer.conditional:
                if not (denies if statement.deny else allows).get(statement.condition, False):
                    continue
                if statement.deny and statement.doubtful:
                    doubted |= statement.mask
                elif statement.deny:
                    denied |= statement.mask
                elif statement.doubtful:
                    hope |= statement.mask
                else:
                    allow |= statement.mask
            if self.contested:
                allow = (allow & ~self.contested) | self._left(layer, allows, denies)
            granted &= allow
            hoped &= allow | hope
        if self.meeting & granted:
            apart = self.meeting & ~self._meeting(allows)
            granted &= ~apart
            hoped &= ~apart | self._hope()
        return Settlement(granted & ~denied, hoped & ~denied, denied, doubted)

    def _left(self, layer: Layer, allows: Truths, denies: Truths) -> int:
        """What of the contested a layer grants, when every Deny of some resources is held against each Allow."""
        left = 0
        for statement in layer.allows:
            if statement.condition and not allows.get(statement.condition, False):
                continue
            taken = 0
            for deny in self.partial:
                if (not deny.condition or denies.get(deny.condition, False)) and covers_grant(deny, statement):
                    taken |= deny.partial
            left |= statement.mask & ~taken
        return left & self.contested

    def _meeting(self, allows: Truths) -> int:
        """What the first layer and each further one allow on some resource that both name."""
        first, *limits = (
            [one for one in layer.allows if not one.condition or allows.get(one.condition, False)]
            for layer in self.layers
        )
        together = -1
        for limit in limits:
            met = 0
            for grant in first:
                for other in limit:
                    if grant.mask & other.mask & ~met and _share_resources(grant, other):
                        met |= grant.mask & other.mask
            together &= met
        return together

    def _hope(self) -> int:
        """What some Allow that cannot be evaluated may allow."""
        hope = 0
        for layer in self.layers:
            hope |= layer.doubt_allow
            for statement in layer.conditional:
                if statement.doubtful and not statement.deny:
                    hope |= statement.mask
        return hope

    def conditional(self) -> tuple[CompiledStatement, ...]:
        """The statements that have conditions."""
        return tuple(statement for layer in self.layers for statement in layer.conditional)


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


class Cell(msgspec.Struct, frozen=True):
    """Actions on which the same conditions bear, and every way in which those can turn out."""

    scope: int
    outcomes: tuple[tuple[Truths, Truths], ...]
    """Of Allow and of Deny statements; the same but where the combinations were too many to tell."""


def _bounds(conditions: tuple[Condition, ...]) -> tuple[tuple[Truths, Truths], ...]:
    """The most and the least that can be granted, whether or not any request reaches it."""
    holding = dict.fromkeys(conditions, True)
    return ((holding, {}), ({}, holding))


def _cells(statements: tuple[CompiledStatement, ...], everything: int) -> list[tuple[int, tuple[Condition, ...]]]:
    """Part the actions by the set of conditions that bear on them."""
    masks: dict[Condition, int] = {}
    for statement in statements:
        mask = statement.mask | statement.partial
        masks[statement.condition] = masks.get(statement.condition, 0) | mask
    cells: list[tuple[int, tuple[Condition, ...]]] = [(everything, ())]
    for condition, mask in masks.items():
        inside = [(scope & mask, (*conditions, condition)) for scope, conditions in cells if scope & mask]
        outside = [(scope & ~mask, conditions) for scope, conditions in cells if scope & ~mask]
        cells = inside + outside
    return cells


def _layer(documents: tuple[CompiledDocument, ...]) -> Layer:
    allow = deny = doubt_allow = doubt_deny = 0
    conditional: list[CompiledStatement] = []
    for document in documents:
        allow |= document.allow
        deny |= document.deny
        doubt_allow |= document.doubt_allow
        doubt_deny |= document.doubt_deny
        conditional.extend(document.conditional)
    return Layer(allow, deny, doubt_allow, doubt_deny, tuple(conditional))


def _allows(documents: tuple[CompiledDocument, ...], mask: int) -> tuple[CompiledStatement, ...]:
    return tuple(
        statement
        for document in documents
        for statement in document.statements
        if statement.mask & mask and not statement.deny and not statement.doubtful
    )


def _permissions(combination: Combination, cells: list[Cell], undecided: int) -> Permissions:
    """Allowed in all outcomes is allow, in some conditional; what only the unreadable could grant is not evaluated."""
    allowed = sometimes = denied = hoped = 0
    for cell in cells:
        in_all, in_some, refused, hoped_for = cell.scope, 0, cell.scope, 0
        for allows, denies in cell.outcomes:
            settled = combination.settle(allows, denies)
            in_all &= settled.granted & ~settled.doubted
            in_some |= settled.granted
            refused &= settled.denied
            hoped_for |= settled.hoped
        allowed |= in_all
        sometimes |= in_some & cell.scope
        denied |= refused
        hoped |= hoped_for & cell.scope
    return Permissions(
        allowed=allowed,
        conditional=sometimes & ~allowed,
        denied=denied,
        not_evaluated=hoped & ~sometimes,
        undecided=undecided & sometimes & ~allowed,
    )


def combined(groups: Iterable[tuple[CompiledDocument, ...]]) -> Combination:
    """The layers of groups of documents: those of one policy type, or of one level of an organization, together."""
    kept = tuple(groups)
    contested, limited = 0, [0] * len(kept)
    for number, documents in enumerate(kept):
        for document in documents:
            if document.partial:
                contested |= document.partial
            if document.limited:
                limited[number] |= document.limited
    layers = tuple(map(_layer, kept))
    meeting = 0
    for mask in limited[1:]:
        meeting |= mask & limited[0]
    if not contested and not meeting:
        return Combination(layers)
    partial = tuple(
        statement
        for documents in kept
        for document in documents
        if document.partial
        for statement in document.statements
        if statement.partial
    )
    layers = tuple(
        msgspec.structs.replace(layer, allows=_allows(documents, contested | meeting))
        for layer, documents in zip(layers, kept, strict=True)
    )
    return Combination(layers, partial, contested, meeting)


def settled_permissions(combination: Combination, scope: int) -> Permissions:
    """What is decided of actions that hang on no condition."""
    settled = combination.settle(_NONE, _NONE)
    granted = settled.granted & scope
    allowed = granted & ~settled.doubted if settled.doubted else granted
    return Permissions(
        allowed=allowed,
        conditional=granted & ~allowed if settled.doubted else 0,
        denied=settled.denied & scope,
        not_evaluated=settled.hoped & scope & ~granted,
    )


_NONE: Truths = {}


def permissions_of(combination: Combination, known: Known, outcomes: Outcomes, scope: int) -> Permissions:
    """Work out the conditions for the actions of `scope`, for each set of them on which the same conditions bear."""
    cells: list[Cell] = []
    undecided = 0
    for within, conditions in _cells(combination.conditional(), scope):
        found = outcomes.of(conditions, known) if conditions else ((),)
        if found is None:
            undecided |= within
            cells.append(Cell(within, _bounds(conditions)))
        else:
            truths = [dict(zip(conditions, outcome, strict=True)) for outcome in found]
            cells.append(Cell(within, tuple((truth, truth) for truth in truths)))
    return _permissions(combination, cells, undecided)
