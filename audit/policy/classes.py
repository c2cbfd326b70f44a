"""The finite partition of what is unknown: for each condition key, one value of every class that conditions tell apart.

A request's context is unknown to an audit, but conditions can only tell so many contexts apart. `contexts` goes
through one context of every class, so that what holds in all of them holds in every request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import combinations, pairwise

import msgspec

from audit.policy.automaton import TextPattern, text_classes
from audit.policy.condition import PATTERN_KINDS, Context, Value, clause_holds, constant_pattern, expand_value
from audit.policy.document import Clause
from audit.policy.known import ALWAYS_SENT, BOOLEAN_KEYS, MOMENT, SEVERAL_VALUES, Known, canonical
from audit.policy.operators import Kind, Operator, Quantifier, parse_date, parse_network, parse_number, parse_operator
from audit.policy.variables import VERSION_WITH_VARIABLES, plain_text, variable_keys
from audit.policy.wildcard import tokenize, tokenize_arn

MAX_CONTEXTS = 20_000
"""Contexts tried for one question; beyond it the verdict is `conditional, not decided`."""
MAX_SET = 7
"""Classes of which every subset is tried for a key with several values."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyContextsError(Exception):
    """The partition is larger than the bound, or could not be worked out exactly."""


class Term(msgspec.Struct, frozen=True):
    """A clause, with the Version of the document it stands in."""

    clause: Clause
    version: str

    @property
    def key(self) -> str:
        return canonical(self.clause.key)

    @property
    def operator(self) -> Operator | None:
        return parse_operator(self.clause.operator)

    @property
    def references(self) -> tuple[str, ...]:
        """The keys of the variables in its values."""
        return _references(self.clause.values) if self.version == VERSION_WITH_VARIABLES else ()

    def holds(self, context: Context) -> bool:
        return clause_holds(self.clause, self.version, context)

    def text_test(self) -> Callable[[str], bool]:
        """A quick `holds` for many requests of which nothing but one value of the key is known."""
        operator = self.operator
        if operator is not None and operator.quantifier is Quantifier.ONE and operator.kind in PATTERN_KINDS:
            variables = self.version == VERSION_WITH_VARIABLES
            constant = constant_pattern(operator.kind, self.clause.values, variables)
            if constant is not None:
                match, negated = constant.fullmatch, operator.negated
                return lambda text: (match(text) is not None) is not negated
        key = self.clause.key.lower()
        return lambda text: self.holds({key: text})


@lru_cache(maxsize=65_536)
def _references(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(canonical(key) for value in values for key in variable_keys(value))


def contexts(terms: Iterable[Term], known: Known) -> Iterator[Context]:
    """One context of every class that the terms tell apart, what is known filled in.

    Raises TooManyContextsError beyond MAX_CONTEXTS.
    """
    wanted = tuple(dict.fromkeys(terms))
    base = base_context(known)
    unknown = [key for key in _ordered_keys(wanted) if key not in base and not known.is_absent(key)]
    for count, context in enumerate(_extend(base, unknown, wanted, known)):
        if count == MAX_CONTEXTS:
            raise TooManyContextsError
        yield context


def base_context(known: Known) -> Context:
    """The context of what is known alone."""
    context: dict[str, Value] = {}
    for key, value in known.values:
        put_value(context, key, value)
    return context


def put_value(context: dict[str, Value], key: str, value: Value) -> None:
    """Set a key; the request's moment is told by two keys."""
    context[key] = value
    if key == MOMENT and isinstance(value, str):
        seconds = parse_date(value)
        context["aws:epochtime"] = value if seconds is None else str(seconds)


def _ordered_keys(terms: tuple[Term, ...]) -> list[str]:
    """All keys, those that others refer to first. A circle of references cannot be ordered and is refused."""
    references: dict[str, set[str]] = {}
    for term in terms:
        references.setdefault(term.key, set()).update(key for key in term.references if key != term.key)
        for key in term.references:
            references.setdefault(key, set())
    ordered: list[str] = []
    while references:
        ready = sorted(key for key, wanted in references.items() if not wanted - set(ordered))
        if not ready:
            raise TooManyContextsError
        ordered.extend(ready)
        for key in ready:
            del references[key]
    return ordered


def _extend(context: Context, keys: list[str], terms: tuple[Term, ...], known: Known) -> Iterator[Context]:
    if not keys:
        yield context
        return
    key, rest = keys[0], keys[1:]
    for value in _candidates(key, terms, known, context):
        extended = dict(context)
        if value is not None:
            put_value(extended, key, value)
        yield from _extend(extended, rest, terms, known)


def _candidates(key: str, terms: tuple[Term, ...], known: Known, context: Context) -> Iterator[Value | None]:
    """One value of every class of the key; None for absent."""
    own = tuple(term for term in terms if term.key == key)
    referred = any(key in term.references for term in terms)
    singles = _single_values(key, own, terms, known, context)
    values: list[Value | None] = list(singles)
    quantified = any(term.operator and term.operator.quantifier is not Quantifier.ONE for term in own)
    if key in SEVERAL_VALUES or (quantified and not key.startswith("aws:")):
        several = _sets(key, singles, own, context)
        values = list(several) if key in SEVERAL_VALUES else [*values, *several]
    if key not in ALWAYS_SENT and key not in known.present:
        values.append(None)
    seen: set[tuple[object, ...]] = set()
    for value in values:
        vector: tuple[object, ...] = (value,) if referred else _vector(key, value, own, context)
        if vector not in seen:
            seen.add(vector)
            yield value


def _vector(key: str, value: Value | None, terms: tuple[Term, ...], context: Context) -> tuple[bool, ...]:
    """What the terms say of the value: values of one class have the same."""
    extended = dict(context)
    if value is not None:
        put_value(extended, key, value)
    return tuple(term.holds(extended) for term in terms)


def _sets(key: str, singles: list[str], terms: tuple[Term, ...], context: Context) -> Iterator[Value]:
    """Every set of classes of a key with several values."""
    by_class: dict[tuple[bool, ...], str] = {}
    for value in singles:
        by_class.setdefault(_vector(key, (value,), terms, context), value)
    classes = sorted(by_class.values())
    if len(classes) > MAX_SET:
        raise TooManyContextsError
    for size in range(1, len(classes) + 1):
        yield from combinations(classes, size)


def _single_values(
    key: str, own: tuple[Term, ...], terms: tuple[Term, ...], known: Known, context: Context
) -> list[str]:
    operators = [operator for term in own if (operator := term.operator) is not None]
    kinds = {operator.kind for operator in operators} - {Kind.NULL}
    if key in BOOLEAN_KEYS or kinds == {Kind.BOOL}:
        return ["true", "false"]
    values: list[str] = []
    if kinds & {Kind.NUMERIC, Kind.DATE} or key == MOMENT:
        values += _on_a_line(key, own, context, known)
    if Kind.IP in kinds:
        values += _addresses(own, context)
    if Kind.BOOL in kinds:
        values += ["true", "false"]
    if not values or kinds & {Kind.STRING, Kind.STRING_IGNORE_CASE, Kind.STRING_PATTERN, Kind.ARN, Kind.BINARY}:
        values += _texts(key, own, terms, context)
    return list(dict.fromkeys(values))


def _texts(key: str, own: tuple[Term, ...], terms: tuple[Term, ...], context: Context) -> tuple[str, ...]:
    patterns = {pattern for term in own for pattern in _patterns(term, context)}
    for term in terms:
        if key in term.references:
            # What stands beside the variable is what the key's value may be compared with.
            patterns.update(
                TextPattern(tuple(value)) for value in term.clause.values if not variable_keys(value) and value
            )
            patterns.update(
                TextPattern(tuple(value))
                for other in terms
                if other.key == term.key and other is not term
                for value in _expanded(other, context)
                if value
            )
    ordered = tuple(sorted(patterns, key=lambda pattern: (len(pattern.tokens), str(pattern))))
    classes = text_classes(ordered)
    if classes is None:
        raise TooManyContextsError
    return classes


def _patterns(term: Term, context: Context) -> Iterator[TextPattern]:
    operator = term.operator
    for value in term.clause.values:
        parts = expand_value(value, term.version, context)
        if parts is None or operator is None:
            continue
        if operator.kind is Kind.STRING_PATTERN:
            yield TextPattern(tokenize(parts))
        elif operator.kind is Kind.ARN:
            tokens = tokenize_arn(parts)
            if tokens is not None:
                yield TextPattern(tokens)
        elif operator.kind is not Kind.NULL:
            yield TextPattern(tuple(plain_text(parts)), ignore_case=operator.kind is Kind.STRING_IGNORE_CASE)


def _expanded(term: Term, context: Context) -> Iterator[str]:
    for value in term.clause.values:
        parts = expand_value(value, term.version, context)
        if parts is not None:
            yield plain_text(parts)


def _on_a_line(key: str, own: tuple[Term, ...], context: Context, known: Known) -> Iterator[str]:
    """Numbers and moments: each that is mentioned, one between any two, one before and one behind."""
    reader = parse_date if key == MOMENT else _number_or_date
    marks = sorted({mark for term in own for value in _expanded(term, context) if (mark := reader(value)) is not None})
    points = set(marks)
    points.update((low + high) / 2 for low, high in pairwise(marks))
    if marks:
        points.update((marks[0] - 1, marks[-1] + 1))
    if key == MOMENT:
        earliest = None if known.not_before is None else parse_date(known.not_before.isoformat())
        if earliest is not None:
            later = [mark for mark in marks if mark > earliest]
            points = {point for point in points if point >= earliest} | {earliest}
            points.update((earliest + mark) / 2 for mark in later[:1])
        points = points or {Decimal(0)}
        return (_moment_text(point) for point in sorted(points))
    return (str(point) for point in sorted(points))


def _number_or_date(text: str) -> Decimal | None:
    number = parse_number(text)
    return parse_date(text) if number is None else number


def _moment_text(seconds: Decimal) -> str:
    """As AWS writes aws:CurrentTime; a moment beyond the calendar stays a count of seconds."""
    try:
        return (_EPOCH + timedelta(microseconds=int(seconds * 1_000_000))).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return str(seconds)


def _addresses(own: tuple[Term, ...], context: Context) -> Iterator[str]:
    """One address of every stretch between the borders of the ranges that are mentioned, of both families."""
    networks = [
        network for term in own for value in _expanded(term, context) if (network := parse_network(value)) is not None
    ]
    for address, bits in ((IPv4Address, 32), (IPv6Address, 128)):
        borders = {0}.union(*(_borders(network) for network in networks if network.max_prefixlen == bits))
        for border in sorted(borders):
            if border < 2**bits:
                yield str(address(border))


def _borders(network: IPv4Network | IPv6Network) -> set[int]:
    return {int(network.network_address), int(network.broadcast_address) + 1}
