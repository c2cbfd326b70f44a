"""Conditions over one request whose context is wholly known: every clause is true or false.

What is unknown is `classes.py`'s matter: it puts every value that makes a difference in the unknown's place.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from audit.policy.document import Clause
from audit.policy.operators import READERS, TEXT_KINDS, Kind, Operator, Quantifier, compare, parse_operator
from audit.policy.variables import VERSION_WITH_VARIABLES, expand, plain_text
from audit.policy.wildcard import Literal, compile_tokens, tokenize, tokenize_arn

Value = str | tuple[str, ...]
"""A condition key's value: a text, or a tuple for a key with several values."""
Context = Mapping[str, Value]
"""The request's condition keys, in lower case. A key that is missing is absent from the request."""


def context_of(values: Mapping[str, Value]) -> Context:
    """A request's context, its keys in lower case."""
    return {key.lower(): value for key, value in values.items()}


@lru_cache(maxsize=65_536)
def clause_problem(clause: Clause) -> str | None:
    """Why the clause cannot be evaluated, in words; None where it can."""
    operator = parse_operator(clause.operator)
    if operator is None:
        return f"unknown condition operator `{clause.operator}`"
    if not clause.values and operator.kind is Kind.NULL:
        return f"`{clause.operator}` of `{clause.key}` has no value"
    reader = READERS.get(operator.kind)
    if reader is None:
        return None
    unreadable = [value for value in clause.values if "${" not in value and reader(value) is None]
    if unreadable:
        return f"`{unreadable[0]}` is no value for `{clause.operator}` of `{clause.key}`"
    return None


def clause_holds(clause: Clause, version: str, context: Context) -> bool:
    """Evaluate one clause of a document of that Version. It must have no `clause_problem`."""
    operator = parse_operator(clause.operator)
    if operator is None:
        return False
    actual = context.get(clause.key.lower())
    if operator.kind is Kind.NULL:
        absent = actual is None or actual == ()
        return any((value.strip().lower() == "true") == absent for value in clause.values)
    if actual is None or actual == ():
        return _holds_when_absent(operator)
    if operator.quantifier is Quantifier.ONE:
        return isinstance(actual, str) and _one_holds(operator, clause, version, context, actual)
    several = (actual,) if isinstance(actual, str) else actual
    answers = (_one_holds(operator, clause, version, context, value) for value in several)
    return all(answers) if operator.quantifier is Quantifier.ALL else any(answers)


def _holds_when_absent(operator: Operator) -> bool:
    if operator.if_exists or operator.quantifier is Quantifier.ALL:
        return True
    return operator.negated and operator.quantifier is Quantifier.ONE


def _one_holds(operator: Operator, clause: Clause, version: str, context: Context, actual: str) -> bool:
    if operator.kind in PATTERN_KINDS:
        constant = constant_pattern(operator.kind, clause.values, version == VERSION_WITH_VARIABLES)
        if constant is not None:
            return (constant.fullmatch(actual) is not None) is not operator.negated
    matched = any(value_matches(operator, wanted, version, context, actual) for wanted in clause.values)
    return matched is not operator.negated


def value_matches(operator: Operator, wanted: str, version: str, context: Context, actual: str) -> bool:
    """Whether one value of a request matches one value of a policy, before negation."""
    parts = expand_value(wanted, version, context)
    if parts is None:
        return False
    if operator.kind not in TEXT_KINDS:
        return compare(operator.kind, operator.order, plain_text(parts), actual)
    if operator.kind is Kind.STRING:
        return plain_text(parts) == actual
    if operator.kind is Kind.STRING_IGNORE_CASE:
        return plain_text(parts).casefold() == actual.casefold()
    pattern = _pattern(operator.kind, parts)
    return pattern is not None and pattern.fullmatch(actual) is not None


PATTERN_KINDS = (Kind.STRING_PATTERN, Kind.ARN)


def _pattern(kind: Kind, parts: tuple[str | Literal, ...]) -> re.Pattern[str] | None:
    tokens = tokenize(parts) if kind is Kind.STRING_PATTERN else tokenize_arn(parts)
    return None if tokens is None else compile_tokens(tokens)


@lru_cache(maxsize=16_384)
def constant_pattern(kind: Kind, values: tuple[str, ...], variables: bool) -> re.Pattern[str] | None:
    """One expression of all values, which many principals may be held against; None where one has a variable."""
    if variables and any("${" in value for value in values):
        return None
    patterns = [pattern for value in values if (pattern := _pattern(kind, (value,))) is not None]
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns) or "(?!)", re.DOTALL)


def expand_value(wanted: str, version: str, context: Context) -> tuple[str | Literal, ...] | None:
    """Put the request's values in place of a policy value's variables; None where one cannot be resolved."""
    if version != VERSION_WITH_VARIABLES or "${" not in wanted:
        return (wanted,)
    return expand(wanted, lambda key: _single(context.get(key)))


def _single(value: Value | None) -> str | None:
    """Only a key with one value can stand in a variable."""
    return value if isinstance(value, str) else None
