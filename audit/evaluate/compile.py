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
