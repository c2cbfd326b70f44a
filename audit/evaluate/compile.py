"""A policy document, compiled once into bitsets over the actions that are asked about.

An action without resource types is asked about with the resource `*`, one that has them on some resource: its Allow
counts where it takes in any, its Deny where it takes in all; a Deny of some is kept beside, to be held against what
each Allow grants.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.policy.classes import Term
from audit.policy.condition import clause_problem
from audit.policy.document import Document, Effect, Statement
from audit.policy.parse import UnreadableError, clauses_of_wire
from audit.policy.wildcard import is_everything
from audit.policy.wire import UNSET, Texts, WireCondition, WireDocument, WireStatement

Condition = tuple[Term, ...]
"""The clauses of one statement, which must hold together; empty: no condition."""


class CompiledStatement(msgspec.Struct, frozen=True, gc=False):
    """One statement that bears on at least one of the actions."""

    index: int
    deny: bool
    mask: int
    condition: Condition
    doubtful: bool
    """It cannot be evaluated; the mask is then what it may concern."""
    partial: int = 0
    """Of a Deny: the actions that it denies on some resources and not on all."""
    resources: tuple[str, ...] = ()
    """Its Resource or NotResource patterns; empty: `*`."""
    negated: bool = False
    """Whether `resources` are those of NotResource."""


class CompiledDocument(msgspec.Struct, frozen=True, gc=False):
    """One document. Its statements, and their masks added up."""

    statements: tuple[CompiledStatement, ...]
    allow: int
    """Granted with no condition."""
    deny: int
    conditional: tuple[CompiledStatement, ...]
    doubt_allow: int
    """What statements that cannot be evaluated may grant, whatever the request."""
    doubt_deny: int
    partial: int = 0
    """What any of its statements denies on some resources only."""
    limited: int = 0
    """What any of its statements allows on some resources only."""
    open: int = 0
    """What its conditions bear on."""
    possible: int = 0
    """What any of its statements may allow."""
    doubtful: bool = False
    """Whether anything of it cannot be evaluated."""
    plain: bool = True
    """Whether it is nothing but Allow statements without a condition, as most documents are."""

    @property
    def bears(self) -> bool:
        """Whether it says anything of any of the actions."""
        return bool(self.statements)


NOTHING = CompiledDocument(statements=(), allow=0, deny=0, conditional=(), doubt_allow=0, doubt_deny=0)
"""What most documents say of the actions that are asked about."""


def compile_wire(wire: WireDocument, index: ActionIndex) -> CompiledDocument | None:
    """Compile a well-formed document without parsing it; None where it must be parsed and looked at.

    Most documents of an account say nothing of the actions that are asked about: no statement is made for those.
    """
    version = "2008-10-17" if wire.version is UNSET else wire.version
    compiled: list[CompiledStatement] = []
    allow = limited = 0
    plain = True
    for number, statement in enumerate(wire.statements):
        action, resource, condition = statement.action, statement.resource, statement.condition
        if action is UNSET or resource is UNSET or condition is not UNSET or statement.effect != "Allow":
            other = _compile_wire(number, statement, version, index)
            if other is None:
                return None
            if other.mask or other.partial:
                compiled.append(other)
                plain = False
            continue
        # The way of nearly all statements.
        actions = index.action_set(action)
        if actions is None:
            return None
        mask = actions.mask
        if not mask:
            continue
        named = (resource,) if isinstance(resource, str) else tuple(resource)
        if _is_unlimited(named):
            named = ()
        else:
            mask = index.limited_by(actions, named)
            if not mask:
                continue
            limited |= mask
        allow |= mask
        compiled.append(CompiledStatement(number, False, mask, _NONE, False, 0, named))
    if not compiled:
        return NOTHING
    return _plain(tuple(compiled), allow, limited) if plain else _add_up(tuple(compiled), index)


def _is_unlimited(resources: Sequence[str]) -> bool:
    """Whether one of the patterns is `*`."""
    for pattern in resources:  # noqa: SIM110 - a generator would cost as much again as all the rest
        if pattern[:1] == "*" and is_everything(pattern):
            return True
    return False


_NONE: Condition = ()


def _compile_wire(number: int, wire: WireStatement, version: str, index: ActionIndex) -> CompiledStatement | None:
    """Compile any statement; with empty masks where it says nothing; None where it cannot be evaluated."""
    mask, condition = _wire_mask(wire, index), _wire_condition(wire.condition, version)
    if mask is None or condition is None:
        return None
    negated = wire.resource is UNSET
    deny = wire.effect == "Deny"
    resources = tuple(_listed(wire.not_resource if negated else wire.resource))
    narrowed, partial = _narrowed(deny, mask, resources, negated=negated, index=index)
    return _statement(number, deny, (narrowed, partial), condition, resources, negated=negated)


def _statement(
    number: int, deny: bool, masks: tuple[int, int], condition: Condition, resources: tuple[str, ...], *, negated: bool
) -> CompiledStatement:
    """`masks`: what it bears on, and what it denies on some resources only."""
    kept = () if _is_unlimited(resources) else resources
    return CompiledStatement(number, deny, masks[0], condition, False, masks[1], kept, negated)


def _wire_mask(statement: WireStatement, index: ActionIndex) -> int | None:
    """The actions that a statement names; None where one of its patterns is no action."""
    if statement.action is not UNSET:
        actions = index.action_set(statement.action)
        return None if actions is None else actions.mask
    mask = index.checked_mask(_listed(statement.not_action))
    return None if mask is None else index.everything & ~mask


def _wire_condition(condition: WireCondition | msgspec.UnsetType, version: str) -> Condition | None:
    """A statement's condition; None where it cannot be evaluated."""
    if condition is UNSET:
        return _NONE
    try:
        clauses = clauses_of_wire(condition)
    except UnreadableError:
        return None
    if any(clause_problem(clause) for clause in clauses):
        return None
    return tuple(Term(clause, version) for clause in clauses)


def _listed(value: Texts | msgspec.UnsetType) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return () if isinstance(value, msgspec.UnsetType) else value


def _narrowed(deny: bool, mask: int, resources: Sequence[str], *, negated: bool, index: ActionIndex) -> tuple[int, int]:
    """Narrow a statement to the actions that its resources let it bear on; of a Deny of some resources, beside."""
    some = mask and mask & index.reaching_some(resources, negated=negated)
    narrowed = some & index.reaching_every(resources, negated=negated) if some and deny else some
    return index.shared(narrowed), index.shared(some & ~narrowed)


def compile_document(document: Document, index: ActionIndex) -> CompiledDocument:
    """Compile a document; an unreadable one may grant and deny everything."""
    if document.unreadable:
        whole = CompiledStatement(index=-1, deny=False, mask=index.everything, condition=(), doubtful=True)
        denial = msgspec.structs.replace(whole, deny=True)
        return _add_up((whole, denial), index)
    compiled = (_compile(statement, document.version, index) for statement in document.statements)
    found = _add_up(tuple(statement for statement in compiled if statement is not None), index)
    return msgspec.structs.replace(found, doubtful=True) if document.problems else found


def _compile(statement: Statement, version: str, index: ActionIndex) -> CompiledStatement | None:
    deny = statement.effect is Effect.DENY
    if statement.broken:
        return CompiledStatement(statement.index, deny, index.everything, condition=(), doubtful=True)
    negated = statement.resources is None
    resources = statement.not_resources if negated else statement.resources
    mask = index.statement_mask(statement)
    condition = tuple(Term(clause, version) for clause in statement.clauses if not clause_problem(clause))
    narrowed, partial = _narrowed(deny, mask, resources or (), negated=negated, index=index)
    if not narrowed and not partial:
        return None
    if any(clause_problem(clause) for clause in statement.clauses):
        return CompiledStatement(statement.index, deny, narrowed | partial, condition, doubtful=True)
    return _statement(statement.index, deny, (narrowed, partial), condition, resources or (), negated=negated)


def _plain(statements: tuple[CompiledStatement, ...], allow: int, limited: int) -> CompiledDocument:
    """A document of nothing but Allow statements without a condition."""
    # What is limited is mostly all that is allowed.
    return CompiledDocument(statements, allow, 0, (), 0, 0, 0, allow if limited == allow else limited, 0, allow)


def _add_up(statements: tuple[CompiledStatement, ...], index: ActionIndex) -> CompiledDocument:
    allow = limited = 0
    for statement in statements:
        if statement.deny or statement.condition or statement.doubtful:
            return _add_up_all(statements, index)
        allow |= statement.mask
        if statement.resources:
            limited |= statement.mask
    return _plain(statements, allow, limited)


def _add_up_all(statements: tuple[CompiledStatement, ...], index: ActionIndex) -> CompiledDocument:
    allow = deny = doubt_allow = doubt_deny = partial = limited = hanging = possible = 0
    conditional: list[CompiledStatement] = []
    for statement in statements:
        partial |= statement.partial
        if not statement.deny:
            possible |= statement.mask
            if statement.resources:
                limited |= statement.mask
        if statement.condition:
            conditional.append(statement)
            hanging |= statement.mask | statement.partial
        elif statement.doubtful and statement.deny:
            doubt_deny |= statement.mask
        elif statement.doubtful:
            doubt_allow |= statement.mask
        elif statement.deny:
            deny |= statement.mask
        else:
            allow |= statement.mask
    return CompiledDocument(
        statements=statements,
        allow=index.shared(allow),
        deny=index.shared(deny),
        conditional=tuple(conditional),
        doubt_allow=doubt_allow,
        doubt_deny=doubt_deny,
        partial=partial,
        limited=index.shared(limited),
        open=hanging,
        possible=index.shared(possible),
        doubtful=any(statement.doubtful for statement in statements),
        plain=False,
    )


def added_up(statements: Sequence[CompiledStatement], index: ActionIndex) -> CompiledDocument:
    """Statements, of whichever documents, as one document."""
    return _add_up(tuple(statements), index)


def denials_within(document: CompiledDocument, mask: int, index: ActionIndex) -> CompiledDocument:
    """The same document where nothing but its Deny statements counts, and those for the actions of `mask` alone."""
    return _add_up(
        tuple(
            msgspec.structs.replace(statement, mask=statement.mask & mask, partial=statement.partial & mask)
            for statement in document.statements
            if statement.deny and (statement.mask | statement.partial) & mask
        ),
        index,
    )


def allowing_everything(index: ActionIndex) -> CompiledDocument:
    """What AWS attaches where nothing else is: RCPFullAWSAccess."""
    return _add_up((CompiledStatement(0, False, index.everything, (), False),), index)
