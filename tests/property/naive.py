"""A second, naive evaluator, written apart from the product: whole-document recursion over plain dictionaries.

It knows only what the strategies make. It exists to disagree.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

Json = dict[str, Any]
Context = dict[str, str | list[str]]


def glob(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.match(f"(?s:{expression})\\Z", text, re.IGNORECASE if ignore_case else 0) is not None


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def value_test(operator: str, wanted: str, actual: str) -> bool:
    if operator == "StringEquals":
        return wanted == actual
    if operator == "StringEqualsIgnoreCase":
        return wanted.lower() == actual.lower()
    if operator == "StringLike":
        return glob(wanted, actual)
    if operator == "Bool":
        return wanted.lower() == actual.lower()
    if operator == "IpAddress":
        return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted)
    if operator == "NumericLessThan":
        return float(actual) < float(wanted)
    if operator == "NumericGreaterThanEquals":
        return float(actual) >= float(wanted)
    raise AssertionError(operator)


NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NotIpAddress": "IpAddress",
}


def clause_true(operator: str, key: str, wanted: Any, context: Context) -> bool:
    values = listed(wanted)
    if operator == "Null":
        return any((str(value).lower() == "true") == (key not in context) for value in values)
    quantifier, _, base = operator.rpartition(":")
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    negated = base in NEGATIONS
    base = NEGATIONS.get(base, base)
    if key not in context:
        return if_exists or quantifier == "ForAllValues" or (negated and not quantifier)
    actual = context[key]
    if not quantifier:
        return isinstance(actual, str) and any(value_test(base, value, actual) for value in values) != negated
    answers = [any(value_test(base, value, one) for value in values) != negated for one in listed(actual)]
    return all(answers) if quantifier == "ForAllValues" else any(answers)


def statement_applies(statement: Json, action: str, context: Context) -> bool:
    if "Action" in statement:
        about = any(glob(pattern, action, ignore_case=True) for pattern in listed(statement["Action"]))
    else:
        about = not any(glob(pattern, action, ignore_case=True) for pattern in listed(statement["NotAction"]))
    if "Resource" in statement:
        reached = "*" in listed(statement["Resource"])
    else:
        reached = "*" not in listed(statement["NotResource"])
    return (
        about
        and reached
        and all(
            clause_true(operator, key, wanted, context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def effects(documents: list[Json], action: str, context: Context) -> set[str]:
    return {
        statement["Effect"]
        for document in documents
        for statement in listed(document["Statement"])
        if statement_applies(statement, action, context)
    }


def allowed(identity: list[Json], limits: list[list[Json]], action: str, context: Context) -> str:
    """`limits`: boundary, session policies and SCP levels, each a list of documents."""
    found = [effects(documents, action, context) for documents in [identity, *limits]]
    if any("Deny" in each for each in found):
        return "explicit_deny"
    return "allow" if all("Allow" in each for each in found) else "implicit_deny"
