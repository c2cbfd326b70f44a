"""Conditions in words, for people who do not read the policy language every day."""

from __future__ import annotations

from audit.policy.document import Clause
from audit.policy.operators import Kind, Operator, Quantifier, parse_operator

_VERBS: dict[tuple[Kind, str], tuple[str, str]] = {
    (Kind.STRING, "eq"): ("is", "is not"),
    (Kind.STRING_IGNORE_CASE, "eq"): ("is, in any case,", "is not, in any case,"),
    (Kind.STRING_PATTERN, "eq"): ("is like", "is not like"),
    (Kind.ARN, "eq"): ("is like", "is not like"),
    (Kind.NUMERIC, "eq"): ("is", "is not"),
    (Kind.NUMERIC, "lt"): ("is below", ""),
    (Kind.NUMERIC, "le"): ("is at most", ""),
    (Kind.NUMERIC, "gt"): ("is above", ""),
    (Kind.NUMERIC, "ge"): ("is at least", ""),
    (Kind.DATE, "eq"): ("is", "is not"),
    (Kind.DATE, "lt"): ("is before", ""),
    (Kind.DATE, "le"): ("is at or before", ""),
    (Kind.DATE, "gt"): ("is after", ""),
    (Kind.DATE, "ge"): ("is at or after", ""),
    (Kind.BOOL, "eq"): ("is", "is not"),
    (Kind.BINARY, "eq"): ("is", "is not"),
    (Kind.IP, "eq"): ("is in", "is not in"),
}


def clause_words(clause: Clause) -> str:
    """`aws:SourceIp is in 10.0.0.0/8 or 192.0.2.0/24`."""
    operator = parse_operator(clause.operator)
    values = " or ".join(clause.values) if clause.values else "nothing"
    if operator is None:
        return f"{clause.key} {clause.operator} {values} (unknown operator)"
    if operator.kind is Kind.NULL:
        return f"{clause.key} is {'absent' if 'true' in (value.lower() for value in clause.values) else 'present'}"
    words = f"{_subject(clause.key, operator)} {_VERBS[operator.kind, operator.order][operator.negated]} {values}"
    return f"{words}, or {clause.key} is absent" if operator.if_exists else words


def _subject(key: str, operator: Operator) -> str:
    if operator.quantifier is Quantifier.ALL:
        return f"every value of {key}"
    return f"some value of {key}" if operator.quantifier is Quantifier.ANY else key


def condition_words(clauses: tuple[Clause, ...]) -> str:
    """All clauses of a statement's Condition, which must hold together."""
    return ", and ".join(clause_words(clause) for clause in clauses)
