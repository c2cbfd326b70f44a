"""Effective permissions of every principal of an account at once, as bitsets.

The single decision (`audit.policy.decision`) is the specification; a test holds this module to it. Each distinct
document is compiled once; principals combine their documents by and, or, not; conditions are worked out only where
they can make a difference, over every combination in which they can turn out.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.compile import (
    NOTHING,
    CompiledDocument,
    CompiledStatement,
    Condition,
    compile_document,
    compile_raw,
)
from audit.evaluate.holders import NO_DOCUMENT, AccountPolicies, Holder
from audit.evaluate.known import KnownContexts
from audit.evaluate.outcomes import Outcomes
from audit.evaluate.resources import takes_away
from audit.model.entitlement import Verdict
from audit.policy.known import Known


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


_DENIED = Permissions()
"""Of who has no policy that says anything of the actions."""


class Layer(msgspec.Struct, frozen=True, gc=False):
    """The documents of one policy type of one principal, added up."""

    allow: int
    deny: int
    doubt_allow: int
    doubt_deny: int
    conditional: tuple[CompiledStatement, ...]
    allows: tuple[CompiledStatement, ...] = ()
    """Its Allow statements one by one; kept only where something is denied on some resources and not on all."""


Truths = Mapping[Condition, bool]
"""How conditions turn out in some request; one that is not in it does not hold."""


class Combination(msgspec.Struct, frozen=True, gc=False):
    """The layers of a principal; the first grants, every further one must allow too."""

    layers: tuple[Layer, ...]
    partial: tuple[CompiledStatement, ...] = ()
    """Deny statements, of any layer, that deny something on some resources only."""

    def settle(self, allows: Truths, denies: Truths) -> tuple[int, int, int]:
        """(granted, granted if all that cannot be read did allow, denied), where conditions turn out so.

        Allow and Deny statements take their conditions' values from `allows` and `denies`.
        """
        granted, hoped, denied = -1, -1, 0
        for layer in self.layers:
            allow, denied = layer.allow, denied | layer.deny
            for statement in layer.conditional:
                if (denies if statement.deny else allows).get(statement.condition, False):
                    if statement.deny:
                        denied |= statement.mask
                    else:
                        allow |= statement.mask
            if self.partial:
                allow = self._left(layer, allows, denies)
            granted &= allow
            hoped &= allow | layer.doubt_allow
        return granted & ~denied, hoped & ~denied, denied

    def _left(self, layer: Layer, allows: Truths, denies: Truths) -> int:
        """What a layer grants on some resource, when every Deny of some resources is held against each Allow."""
        left = 0
        for statement in layer.allows:
            if statement.condition and not allows.get(statement.condition, False):
                continue
            taken = 0
            for deny in self.partial:
                if (not deny.condition or denies.get(deny.condition, False)) and _takes_away(deny, statement):
                    taken |= deny.partial
            left |= statement.mask & ~taken
        return left

    def doubtful(self) -> int:
        """What a Deny that cannot be read may refuse."""
        doubtful = 0
        for layer in self.layers:
            doubtful |= layer.doubt_deny
        return doubtful

    def conditional(self) -> tuple[CompiledStatement, ...]:
        """The statements that have conditions."""
        return tuple(statement for layer in self.layers for statement in layer.conditional)


def _takes_away(deny: CompiledStatement, allow: CompiledStatement) -> bool:
    """Whether the Deny covers every resource that the Allow names."""
    if not allow.resources or allow.negated:
        return False
    return takes_away(allow.resources, deny.resources, denied_negated=deny.negated)


class EffectivePermissions:
    """The evaluator of one account for one list of actions."""

    def __init__(self, policies: AccountPolicies, index: ActionIndex, known: KnownContexts) -> None:
        self.policies = policies
        self.index = index
        self.known = known
        self.outcomes = Outcomes()
        self._compiled: dict[int, CompiledDocument] = {}

    def compiled(self, number: int) -> CompiledDocument:
        """A document of the account, compiled once."""
        found = self._compiled.get(number)
        if found is None:
            documents = self.policies.documents
            found = compile_raw(documents.raw(number), self.index)
            if found is None:
                found = compile_document(documents.parsed(number), self.index)
            self._compiled[number] = found
        return found

    def of(self, holder: Holder) -> Permissions:
        """What the holder may do."""
        compiled = self.compiled
        bearing = tuple([number for number in holder.identity if compiled(number) is not NOTHING])
        if not bearing and holder.boundary == NO_DOCUMENT:
            return _DENIED
        if holder.boundary == NO_DOCUMENT:
            documents = [compiled(number) for number in bearing]
            if not any(document.conditional or document.partial for document in documents):
                return _unconditional(documents)
        combination = self.combination(holder)
        conditional = combination.conditional()
        if not conditional:
            return _permissions(combination, [Cell(self.index.everything, _NOTHING_OPEN)], 0)
        return self._conditional(combination, conditional, self.known.of(holder))

    def combination(self, holder: Holder) -> Combination:
        """The layers that bear on a holder: its identity-based policies, and its boundary where it has one."""
        groups = [tuple(self.compiled(number) for number in dict.fromkeys(holder.identity))]
        if holder.boundary != NO_DOCUMENT:
            groups.append((self.compiled(holder.boundary),))
        if not any(document.partial for documents in groups for document in documents):
            return Combination(tuple(_layer(documents) for documents in groups))
        layers = tuple(msgspec.structs.replace(_layer(documents), allows=_allows(documents)) for documents in groups)
        partial = tuple(
            statement
            for documents in groups
            for document in documents
            for statement in document.statements
            if statement.partial
        )
        return Combination(layers, partial)

    def _conditional(
        self, combination: Combination, statements: tuple[CompiledStatement, ...], known: Known
    ) -> Permissions:
        """Work out the conditions, for each set of actions on which the same ones bear."""
        cells: list[Cell] = []
        undecided = 0
        for scope, conditions in _cells(statements, self.index.everything):
            outcomes = self.outcomes.of(conditions, known) if conditions else ((),)
            if outcomes is None:
                undecided |= scope
                cells.append(Cell(scope, _bounds(conditions)))
            else:
                truths = [dict(zip(conditions, outcome, strict=True)) for outcome in outcomes]
                cells.append(Cell(scope, tuple((truth, truth) for truth in truths)))
        return _permissions(combination, cells, undecided)


def _unconditional(documents: list[CompiledDocument]) -> Permissions:
    """The answer where there is neither a boundary nor a condition, as for most principals: or, and not."""
    allow = deny = doubt_allow = doubt_deny = 0
    for document in documents:
        allow |= document.allow
        deny |= document.deny
        doubt_allow |= document.doubt_allow
        doubt_deny |= document.doubt_deny
    granted = allow & ~deny if deny else allow
    conditional = granted & doubt_deny if doubt_deny else 0
    return Permissions(
        allowed=granted & ~conditional if conditional else granted,
        conditional=conditional,
        denied=deny,
        not_evaluated=doubt_allow & ~allow & ~deny if doubt_allow else 0,
    )


class Cell(msgspec.Struct, frozen=True):
    """Actions on which the same conditions bear, and every way in which those can turn out."""

    scope: int
    outcomes: tuple[tuple[Truths, Truths], ...]
    """Of Allow and of Deny statements; the same but where the combinations were too many to tell."""


_NOTHING_OPEN: tuple[tuple[Truths, Truths], ...] = (({}, {}),)


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


def _allows(documents: tuple[CompiledDocument, ...]) -> tuple[CompiledStatement, ...]:
    return tuple(
        statement
        for document in documents
        for statement in document.statements
        if not statement.deny and not statement.doubtful
    )


def _permissions(combination: Combination, cells: list[Cell], undecided: int) -> Permissions:
    """Allowed in all outcomes is allow, in some conditional; what only the unreadable could grant is not evaluated."""
    allowed = sometimes = denied = hoped = 0
    for cell in cells:
        in_all, in_some, refused, hoped_for = cell.scope, 0, cell.scope, 0
        for allows, denies in cell.outcomes:
            granted, hope, deny = combination.settle(allows, denies)
            in_all &= granted
            in_some |= granted
            refused &= deny
            hoped_for |= hope
        allowed |= in_all
        sometimes |= in_some & cell.scope
        denied |= refused
        hoped |= hoped_for & cell.scope
    allowed &= ~combination.doubtful()
    return Permissions(
        allowed=allowed,
        conditional=sometimes & ~allowed,
        denied=denied,
        not_evaluated=hoped & ~sometimes,
        undecided=undecided & sometimes & ~allowed,
    )
