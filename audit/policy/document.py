"""Policy documents, parsed into frozen records; what is wrong with one is a value, never an exception.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Effect(StrEnum):
    ALLOW = "Allow"
    DENY = "Deny"


class Clause(msgspec.Struct, frozen=True):
    """One operator × key of a Condition element; its values are alternatives, clauses are joined by and."""

    operator: str
    """As written, `ForAnyValue:StringLikeIfExists`."""
    key: str
    """As written; keys are compared without case."""
    values: tuple[str, ...]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement. Unless `broken`, one of `actions` and `not_actions` is set, and of the resources at most one."""

    index: int
    sid: str = ""
    effect: Effect
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    """None with `not_resources` None: the element is missing, as in a trust policy."""
    not_resources: tuple[str, ...] | None = None
    principals: tuple[tuple[str, str], ...] | None = None
    """(type, value) pairs of a resource-based policy: ("AWS", "arn:…" or "*"), ("Service", "lambda.amazonaws.com")."""
    not_principals: tuple[tuple[str, str], ...] | None = None
    clauses: tuple[Clause, ...] = ()
    broken: bool = False
    """It cannot be evaluated (a `Problem` says why): nothing but its effect, as far as readable, stands here."""


class Problem(msgspec.Struct, frozen=True):
    """Something in a document that cannot be evaluated."""

    where: str
    """`statement 2, Condition`; empty: the document as a whole."""
    detail: str
    statement: int = -1
    """The statement's index; -1: the document as a whole."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One policy document."""

    version: str = "2008-10-17"
    """AWS's default where the element is missing."""
    id: str = ""
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: bool = False
    """Nothing of it can be evaluated; `problems` says why."""
