"""Condition operators: their names, and how one value of a request compares with one value of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import msgspec


class Kind(StrEnum):
    """What an operator compares as."""

    STRING = "string"
    STRING_IGNORE_CASE = "string without case"
    STRING_PATTERN = "string pattern"
    ARN = "ARN pattern"
    NUMERIC = "number"
    DATE = "date"
    BOOL = "true or false"
    BINARY = "binary"
    IP = "IP range"
    NULL = "presence"


TEXT_KINDS = frozenset({Kind.STRING, Kind.STRING_IGNORE_CASE, Kind.STRING_PATTERN, Kind.ARN})
"""Kinds whose values may hold policy variables and are told apart character by character."""


class Quantifier(StrEnum):
    """The set operators, for keys with several values."""

    ONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """One operator as written, understood."""

    kind: Kind
    order: str = "eq"
    """`eq`, `lt`, `le`, `gt` or `ge`."""
    negated: bool = False
    quantifier: Quantifier = Quantifier.ONE
    if_exists: bool = False


def _named() -> dict[str, Operator]:
    operators = {
        "stringequals": Operator(kind=Kind.STRING),
        "stringequalsignorecase": Operator(kind=Kind.STRING_IGNORE_CASE),
        "stringlike": Operator(kind=Kind.STRING_PATTERN),
        "arnequals": Operator(kind=Kind.ARN),
        "arnlike": Operator(kind=Kind.ARN),
        "numericequals": Operator(kind=Kind.NUMERIC),
        "dateequals": Operator(kind=Kind.DATE),
        "ipaddress": Operator(kind=Kind.IP),
    }
    negated = {
        ("notipaddress" if name == "ipaddress" else _negated_name(name)): msgspec.structs.replace(
            operator, negated=True
        )
        for name, operator in operators.items()
    }
    ordered = {
        f"{kind.name.lower()}{name}": Operator(kind=kind, order=order)
        for kind in (Kind.NUMERIC, Kind.DATE)
        for name, order in (
            ("lessthan", "lt"),
            ("lessthanequals", "le"),
            ("greaterthan", "gt"),
            ("greaterthanequals", "ge"),
        )
    }
    single = {
        "bool": Operator(kind=Kind.BOOL),
        "binaryequals": Operator(kind=Kind.BINARY),
        "null": Operator(kind=Kind.NULL),
    }
    return operators | negated | ordered | single


def _negated_name(name: str) -> str:
    """`stringequals` is `stringnotequals`, `arnlike` is `arnnotlike`."""
    for tail in ("equalsignorecase", "equals", "like"):
        if name.endswith(tail):
            return f"{name.removesuffix(tail)}not{tail}"
    return name


_OPERATORS = _named()
_IF_EXISTS = "ifexists"


@lru_cache(maxsize=4_096)
def parse_operator(text: str) -> Operator | None:
    """Understand an operator's name, without case; None where AWS has none of that name."""
    head, colon, name = text.lower().rpartition(":")
    quantifier = {"": Quantifier.ONE, "forallvalues": Quantifier.ALL, "foranyvalue": Quantifier.ANY}.get(head)
    if quantifier is None or (colon and not head):
        return None
    if_exists = name.endswith(_IF_EXISTS)
    operator = _OPERATORS.get(name.removesuffix(_IF_EXISTS))
    if operator is None or (operator.kind is Kind.NULL and if_exists):
        return None
    return msgspec.structs.replace(operator, quantifier=quantifier, if_exists=if_exists)


def parse_number(text: str) -> Decimal | None:
    """A number, exactly; None for any other text, and for a number that is too long to reckon with."""
    stripped = text.strip()
    if len(stripped) > _MAX_NUMBER_TEXT or _NUMBER.fullmatch(stripped) is None:
        return None
    number = Decimal(stripped)
    return number if _fits(number, _MAX_DIGITS + 1, _MAX_DECIMALS + 1) else None


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_MAX_NUMBER_TEXT = 64
_MAX_DIGITS = 18
_MAX_DECIMALS = 8
"""Of a policy's value: one more, one less and the middle of two are then exact in Python's 28 digits."""


def _fits(number: Decimal, digits: int, decimals: int) -> bool:
    """Whether the number has no more digits before and behind the point, zeros at the ends aside."""
    if not number:
        return True
    if number.adjusted() >= digits:
        return False
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= decimals


@lru_cache(maxsize=16_384)
def parse_date(text: str) -> Decimal | None:
    """Seconds since 1970 of an ISO 8601 date (UTC where it names no zone) or of a number of seconds."""
    number = parse_number(text)
    if number is not None and len(text.strip().lstrip("-").partition(".")[0]) > _YEAR_DIGITS:
        return number
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return number
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # From the parts, not from a float: microseconds must compare exactly.
    since = moment - _EPOCH
    return Decimal(since.days * 86_400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_DIGITS = 8
"""`2026` and `20260930` are ISO dates; a longer run of digits is a count of seconds."""


def parse_bool(text: str) -> bool | None:
    """`true` or `false` in any case; None for any other text."""
    return {"true": True, "false": False}.get(text.strip().lower())


def parse_binary(text: str) -> bytes | None:
    """The bytes of a base64 text; None for any other text."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=16_384)
def parse_network(text: str) -> IPv4Network | IPv6Network | None:
    """A CIDR range; an address alone is the range of itself."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _in_network(network: IPv4Network | IPv6Network, text: str) -> bool:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return False
    return address.version == network.version and address in network


def _of_policy(number: Decimal | None) -> Decimal | None:
    """A policy's number or moment; None where it leaves no room for a request's values around it."""
    return number if number is not None and _fits(number, _MAX_DIGITS, _MAX_DECIMALS) else None


READERS: dict[Kind, Callable[[str], object | None]] = {
    Kind.NUMERIC: lambda text: _of_policy(parse_number(text)),
    Kind.DATE: lambda text: _of_policy(parse_date(text)),
    Kind.BOOL: parse_bool,
    Kind.BINARY: parse_binary,
    Kind.IP: parse_network,
    Kind.NULL: parse_bool,
}
"""How a policy's value is read; None says that it is no value of that kind."""


def compare(kind: Kind, order: str, wanted: str, actual: str) -> bool:
    """Whether a request's value stands in the given order to a policy's value. A value of another kind never does."""
    if kind is Kind.IP:
        network = parse_network(wanted)
        return network is not None and _in_network(network, actual)
    if kind is Kind.BOOL:
        return parse_bool(wanted) is not None and parse_bool(wanted) == parse_bool(actual)
    if kind is Kind.BINARY:
        return parse_binary(wanted) is not None and parse_binary(wanted) == parse_binary(actual)
    reader = parse_number if kind is Kind.NUMERIC else parse_date
    left, right = reader(actual), reader(wanted)
    return left is not None and right is not None and _ORDERS[order](left, right)


_ORDERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "eq": lambda left, right: left == right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
}
