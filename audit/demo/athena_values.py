"""What an expression or a condition of a query says of one CloudTrail record. Unknown is None, as in SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from audit.demo.athena_sql import Column, Condition, Expression, Function, SqlError, Text

TEXT_COLUMNS = frozenset({"requestparameters", "responseelements", "additionaleventdata", "serviceeventdetails"})
"""Columns that hold an object's JSON as text."""
COLUMNS = TEXT_COLUMNS | {
    "apiversion",
    "awsregion",
    "errorcode",
    "errormessage",
    "eventcategory",
    "eventid",
    "eventname",
    "eventsource",
    "eventtime",
    "eventtype",
    "eventversion",
    "managementevent",
    "readonly",
    "recipientaccountid",
    "requestid",
    "resources",
    "sessioncredentialfromconsole",
    "sharedeventid",
    "sourceipaddress",
    "tlsdetails",
    "useragent",
    "useridentity",
    "vpcendpointid",
}
"""Columns of CloudTrail's table, partitions aside.

https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-understanding.html
"""


def lowered(value: Any) -> Any:
    """Names of fields in lower case, as Hive has them."""
    if isinstance(value, dict):
        return {str(name).lower(): lowered(item) for name, item in value.items()}
    if isinstance(value, list):
        return [lowered(item) for item in value]
    return value


def row_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of one record as CloudTrail writes it."""
    return {name.lower(): _column(name.lower(), value) for name, value in record.items()}


def _column(name: str, value: Any) -> Any:
    if name in TEXT_COLUMNS and value is not None:
        return msgspec.json.encode(value).decode()
    return lowered(value)


def value_of(expression: Expression, row: Mapping[str, Any]) -> Any:
    """The value in a row; None where there is none. Raises SqlError where the table has no such column."""
    if isinstance(expression, Text):
        return expression.value
    if isinstance(expression, Column):
        value: Any = row
        for name in expression.path:
            value = value.get(name) if isinstance(value, dict) else None
        return value
    return _call(expression, [value_of(each, row) for each in expression.arguments])


def _call(function: Function, values: Sequence[Any]) -> Any:
    first = values[0]
    if function.name == "coalesce":
        return next((value for value in values if value is not None), None)
    if any(value is None for value in values):
        return None
    if function.name == "cast json":
        return first
    if function.name == "json_format":
        return msgspec.json.encode(first).decode()
    if function.name == "concat":
        return "".join(shown(value) or "" for value in values)
    text = shown(first) or ""
    if function.name == "lower":
        return text.lower()
    if function.name == "substr":
        start = int(values[1]) - 1
        return text[start:] if len(values) == 2 else text[start : start + int(values[2])]
    return text


def shown(value: Any) -> str | None:
    """As Athena prints it: a structure as `{a=1, b=2}`, a truth as `true`."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={shown(item) or 'null'}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) or "null" for item in value) + "]"
    return str(value)


def holds(condition: Condition, row: Mapping[str, Any]) -> bool | None:
    """Whether it is true of the row; None: unknown, as of a missing value."""
    if condition.kind in ("and", "or"):
        answers = [holds(part, row) for part in condition.parts if isinstance(part, Condition)]
        decisive = condition.kind == "or"
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive
    if condition.kind == "not":
        (part,) = condition.parts
        answer = holds(part, row) if isinstance(part, Condition) else None
        return None if answer is None else not answer
    left, *others = [shown(value_of(part, row)) for part in condition.parts if not isinstance(part, Condition)]
    if condition.kind == "is null":
        return left is None
    if left is None or (condition.kind != "in" and None in others):
        return None
    return _compare(condition.kind, left, [other for other in others if other is not None])


def _compare(kind: str, left: str, others: Sequence[str]) -> bool:
    if kind == "in":
        return left in others
    if kind == "between":
        return others[0] <= left <= others[1]
    if kind == "like":
        pattern = "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in others[0])
        return re.fullmatch(pattern, left, re.DOTALL) is not None
    right = others[0]
    answers = {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return answers[kind]


def columns_of(part: Expression | Condition) -> frozenset[str]:
    """Names of the columns that it reads."""
    if isinstance(part, Column):
        return frozenset({part.path[0]})
    if isinstance(part, Text):
        return frozenset()
    inner = part.arguments if isinstance(part, Function) else part.parts
    return frozenset().union(*(columns_of(each) for each in inner))


def check_columns(parts: Sequence[Expression | Condition], known: frozenset[str]) -> None:
    """Raise SqlError for a column that the table does not have."""
    for part in parts:
        for name in sorted(columns_of(part) - known):
            raise SqlError(f"COLUMN_NOT_FOUND: Column '{name}' cannot be resolved or requester is not authorized")
