"""The SQL that the local Athena understands: one table, columns and conditions; all else is refused, never guessed.

    SELECT eventid, useridentity.arn AS arn, json_format(CAST(useridentity AS JSON)) FROM db.table
    WHERE eventsource = 'mturk-requester.amazonaws.com' AND "timestamp" BETWEEN '2026/07/01' AND '2026/09/30'
    ORDER BY eventtime, eventid LIMIT 100

Conditions: `=`, `<>`, `!=`, `<`, `<=`, `>`, `>=`, IN, BETWEEN, LIKE, IS [NOT] NULL, AND, OR, NOT, parentheses.
Functions: coalesce, concat, json_format, lower, substr, CAST to JSON or VARCHAR.
https://docs.aws.amazon.com/athena/latest/ug/select.html
"""

from __future__ import annotations

import re
from typing import TypeAlias

import msgspec

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
FUNCTIONS = ("coalesce", "concat", "json_format", "lower", "substr")
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>"[^"]+"|`[^`]+`)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>\d+)"""
    r"""|(?P<sign><>|!=|<=|>=|[=<>(),.*;]))"""
)
_RESERVED = frozenset(
    {
        *("select", "from", "where", "order", "by", "limit", "and", "or", "not", "in", "is", "null", "like", "between"),
        *("as", "cast", "asc", "desc", "distinct", "group", "having", "union", "join", "on", "case", "with"),
    }
)


class SqlError(Exception):
    """A query that is not understood."""


class Column(msgspec.Struct, frozen=True):
    """A column, or a field within one: `useridentity.arn`. In lower case."""

    path: tuple[str, ...]


class Text(msgspec.Struct, frozen=True):
    """A constant; numbers are kept as their digits."""

    value: str


class Function(msgspec.Struct, frozen=True):
    """A call; `cast json` and `cast varchar` are the casts."""

    name: str
    arguments: tuple[Expression, ...]


class Condition(msgspec.Struct, frozen=True):
    """`kind`: a comparison, `in`, `between`, `like`, `is null`, `and`, `or`, `not`."""

    kind: str
    parts: tuple[Expression | Condition, ...]


Expression: TypeAlias = Column | Text | Function


class Item(msgspec.Struct, frozen=True):
    """One column of the result."""

    name: str
    value: Expression


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One SELECT."""

    items: tuple[Item, ...]
    database: str
    """Empty: the context's."""
    table: str
    where: Condition | None
    order: tuple[tuple[Expression, bool], ...] = ()
    """Each with True where it descends."""
    limit: int | None = None


def parse_query(text: str) -> Query:
    """Read one SELECT. Raises SqlError, in Athena's manner, where it is not understood."""
    return _Parser(text).query()


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0

    def query(self) -> Query:
        self._need("select")
        items = [self._item(0)]
        while self._accept(","):
            items.append(self._item(len(items)))
        self._need("from")
        database, table = "", self._name()
        if self._accept("."):
            database, table = table, self._name()
        where = self._or() if self._accept("where") else None
        order: list[tuple[Expression, bool]] = []
        if self._accept("order"):
            self._need("by")
            order.append(self._direction())
            while self._accept(","):
                order.append(self._direction())
        limit = int(self._take("number")) if self._accept("limit") else None
        self._accept(";")
        if self._next < len(self._tokens):
            raise self._refusal()
        return Query(items=tuple(items), database=database, table=table, where=where, order=tuple(order), limit=limit)

    def _item(self, index: int) -> Item:
        value = self._expression()
        if self._accept("as"):
            return Item(self._name(), value)
        return Item(value.path[-1] if isinstance(value, Column) else f"_col{index}", value)

    def _direction(self) -> tuple[Expression, bool]:
        value = self._expression()
        if self._accept("desc"):
            return value, True
        self._accept("asc")
        return value, False

    def _or(self) -> Condition:
        parts = [self._and()]
        while self._accept("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Condition("or", tuple(parts))

    def _and(self) -> Condition:
        parts = [self._not()]
        while self._accept("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else Condition("and", tuple(parts))

    def _not(self) -> Condition:
        if self._accept("not"):
            return Condition("not", (self._not(),))
        if self._accept("("):
            inner = self._or()
            self._need(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        left = self._expression()
        if self._accept("is"):
            negated = self._accept("not")
            self._need("null")
            found = Condition("is null", (left,))
            return Condition("not", (found,)) if negated else found
        negated = self._accept("not")
        found = self._test(left)
        return Condition("not", (found,)) if negated else found

    def _test(self, left: Expression) -> Condition:
        if self._accept("in"):
            self._need("(")
            values = [self._expression()]
            while self._accept(","):
                values.append(self._expression())
            self._need(")")
            return Condition("in", (left, *values))
        if self._accept("between"):
            low = self._expression()
            self._need("and")
            return Condition("between", (left, low, self._expression()))
        if self._accept("like"):
            return Condition("like", (left, self._expression()))
        for sign in COMPARISONS:
            if self._accept(sign):
                return Condition("<>" if sign == "!=" else sign, (left, self._expression()))
        raise self._refusal()

    def _expression(self) -> Expression:
        token = self._peek()
        if token is None:
            raise self._refusal()
        if token.kind in ("text", "number"):
            self._next += 1
            return Text(token.text)
        if self._accept("cast"):
            self._need("(")
            inner = self._expression()
            self._need("as")
            kind = self._name()
            if kind not in ("json", "varchar"):
                raise SqlError(f"the local Athena casts to JSON and VARCHAR only, not to `{kind}`")
            self._need(")")
            return Function(f"cast {kind}", (inner,))
        return self._column_or_function()

    def _column_or_function(self) -> Expression:
        path = [self._name()]
        if self._accept("("):
            if path[0] not in FUNCTIONS:
                raise SqlError(f"FUNCTION_NOT_FOUND: Function '{path[0]}' not registered")
            arguments = [self._expression()]
            while self._accept(","):
                arguments.append(self._expression())
            self._need(")")
            return Function(path[0], tuple(arguments))
        while self._accept("."):
            path.append(self._name())
        return Column(tuple(path))

    def _name(self) -> str:
        token = self._peek()
        if token is None or token.kind not in ("word", "quoted") or (token.kind == "word" and token.text in _RESERVED):
            raise self._refusal()
        self._next += 1
        return token.text

    def _take(self, kind: str) -> str:
        token = self._peek()
        if token is None or token.kind != kind:
            raise self._refusal()
        self._next += 1
        return token.text

    def _accept(self, text: str) -> bool:
        token = self._peek()
        if token is None or token.kind not in ("word", "sign") or token.text != text:
            return False
        self._next += 1
        return True

    def _need(self, text: str) -> None:
        if not self._accept(text):
            raise self._refusal()

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _refusal(self) -> SqlError:
        token = self._peek()
        found = "<EOF>" if token is None else token.text
        return SqlError(
            f"mismatched input '{found}' at token {self._next + 1}: the local Athena does not understand it"
        )


def _tokens(text: str) -> list[_Token]:
    tokens = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise SqlError(f"mismatched input '{text[position : position + 20].strip()}'")
        position = found.end()
        kind = str(found.lastgroup)
        value = found[kind]
        if kind == "text":
            value = value[1:-1].replace("''", "'")
        elif kind == "quoted":
            value = value[1:-1].lower()
        elif kind == "word":
            value = value.lower()
        tokens.append(_Token(kind, value))
    return tokens
