"""A policy document, compiled once into bitsets over the actions that are asked about.

All actions are asked about with the resource `*`: those of the profile have no resource types, and a watched action
counts as held only where it is held on every resource.
"""

from __future__ import annotations

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.policy.classes import Term
from audit.policy.condition import clause_problem
from audit.policy.document import Document, Effect, Statement
from audit.policy.matching import resource_matches
from audit.policy.parse import UnreadableError, clauses_of_wire
from audit.policy.wildcard import is_everything
from audit.policy.wire import Texts, WireStatement, decode_identity_document

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


class CompiledDocument(msgspec.Struct, frozen=True, gc=False):
    """One document. Its statements, and their masks added up."""

    statements: tuple[CompiledStatement, ...]
    allow: int
    """Granted with no condition."""
    deny: int
    conditional: tuple[CompiledStatement, ...]
    doubt_allow: int
    """What statements that cannot be evaluated may grant."""
    doubt_deny: int

    @property
    def bears(self) -> bool:
        """Whether it says anything of any of the actions."""
        return bool(self.statements)


def compile_raw(raw: bytes, index: ActionIndex) -> CompiledDocument | None:
    """Compile a well-formed document straight from its bytes; None where it must be parsed and looked at.

    Most documents of an account say nothing of the actions that are asked about: no statement is made for those.
    """
    wire = decode_identity_document(raw)
    if wire is None:
        return None
    version = "2008-10-17" if isinstance(wire.version, msgspec.UnsetType) else wire.version
    statements: list[CompiledStatement] = []
    for number, statement in enumerate(wire.statements):
        mask = _wire_mask(statement, index)
        if mask is None:
            return None
        if not mask:
            if not isinstance(statement.condition, msgspec.UnsetType) and _problems(statement):
                return None
            continue
        condition: Condition = ()
        if not isinstance(statement.condition, msgspec.UnsetType):
            if _problems(statement):
                return None
            condition = tuple(Term(clause, version) for clause in clauses_of_wire(statement))
        statements.append(CompiledStatement(number, statement.effect == "Deny", mask, condition, doubtful=False))
    return _add_up(tuple(statements)) if statements else NOTHING


def _wire_mask(statement: WireStatement, index: ActionIndex) -> int | None:
    """The actions that a statement takes in on `*`; None where one of its patterns is no action."""
    listed = statement.not_action if isinstance(statement.action, msgspec.UnsetType) else statement.action
    if isinstance(listed, msgspec.UnsetType):
        return None
    mask = index.pattern_mask(listed) if isinstance(listed, str) else index.checked_mask(listed)
    if mask is None:
        return None
    if listed is statement.not_action:
        mask = index.everything & ~mask
    return mask if mask and _reaches(statement) else 0


def _reaches(statement: WireStatement) -> bool:
    """Whether the statement takes in the resource `*`."""
    if isinstance(statement.resource, msgspec.UnsetType):
        return not _has_everything(statement.not_resource)
    return _has_everything(statement.resource)


def _has_everything(listed: Texts | msgspec.UnsetType) -> bool:
    if isinstance(listed, str):
        return is_everything(listed)
    return not isinstance(listed, msgspec.UnsetType) and any(map(is_everything, listed))


def _problems(statement: WireStatement) -> bool:
    try:
        return any(clause_problem(clause) for clause in clauses_of_wire(statement))
    except UnreadableError:
        return True


NOTHING = CompiledDocument(statements=(), allow=0, deny=0, conditional=(), doubt_allow=0, doubt_deny=0)
"""What most documents say of the actions that are asked about."""


def compile_document(document: Document, index: ActionIndex) -> CompiledDocument:
    """Compile a document; an unreadable one may grant and deny everything."""
    if document.unreadable:
        whole = CompiledStatement(index=-1, deny=False, mask=index.everything, condition=(), doubtful=True)
        denial = msgspec.structs.replace(whole, deny=True)
        return _add_up((whole, denial))
    compiled = (_compile(statement, document.version, index) for statement in document.statements)
    return _add_up(tuple(statement for statement in compiled if statement.mask))


def _compile(statement: Statement, version: str, index: ActionIndex) -> CompiledStatement:
    condition: Condition = ()
    if statement.broken:
        mask, doubtful = index.everything, True
    else:
        # The resource asked about is `*`, which no condition key can change.
        reaches = resource_matches(statement, "*", version, {})
        mask = index.statement_mask(statement) if reaches else 0
        doubtful = any(clause_problem(clause) for clause in statement.clauses)
        condition = tuple(Term(clause, version) for clause in statement.clauses if not clause_problem(clause))
    return CompiledStatement(
        index=statement.index,
        deny=statement.effect is Effect.DENY,
        mask=mask,
        condition=condition,
        doubtful=doubtful,
    )


def _add_up(statements: tuple[CompiledStatement, ...]) -> CompiledDocument:
    allow = deny = doubt_allow = doubt_deny = 0
    conditional: list[CompiledStatement] = []
    for statement in statements:
        if statement.doubtful and statement.deny:
            doubt_deny |= statement.mask
        elif statement.doubtful:
            doubt_allow |= statement.mask
        elif statement.condition:
            conditional.append(statement)
        elif statement.deny:
            deny |= statement.mask
        else:
            allow |= statement.mask
    return CompiledDocument(
        statements=statements,
        allow=allow,
        deny=deny,
        conditional=tuple(conditional),
        doubt_allow=doubt_allow,
        doubt_deny=doubt_deny,
    )
