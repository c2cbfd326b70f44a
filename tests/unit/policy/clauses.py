"""Conditions of one clause with the answer that AWS documents: what the operators' tests and the mutants run on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from audit.policy.condition import Value, clause_holds, context_of
from audit.policy.document import Clause

KEY = "aws:Example"
MISSING: None = None

Wanted = str | tuple[str, ...]


class Row(NamedTuple):
    """One clause, one request, and whether the clause holds."""

    operator: str
    wanted: Wanted
    actual: Value | None
    """The request's value of KEY; None: the request has no such key."""
    holds: bool
    others: Mapping[str, Value] = {}
    """Further keys of the request."""
    version: str = "2012-10-17"

    def answer(self) -> bool:
        """What the product says."""
        values = (self.wanted,) if isinstance(self.wanted, str) else self.wanted
        context = dict(self.others) if self.actual is None else {**self.others, KEY: self.actual}
        return clause_holds(Clause(self.operator, KEY, values), self.version, context_of(context))

    def __str__(self) -> str:
        return f"{self.operator} {self.wanted!r} of {self.actual!r}"


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
STRINGS = (
    Row("StringEquals", "a", "a", True),
    Row("StringEquals", "a", "A", False),
    Row("StringEquals", "a", "ab", False),
    Row("StringEquals", "a*", "ab", False),
    Row("StringEquals", "a*", "a*", True),
    Row("StringEquals", ("a", "b"), "b", True),
    Row("StringEquals", ("a", "b"), "c", False),
    Row("StringEquals", (), "a", False),
    Row("StringEquals", "10", "10.0", False),
    Row("StringNotEquals", "a", "a", False),
    Row("StringNotEquals", "a", "A", True),
    Row("StringNotEquals", (), "a", True),
    Row("StringEqualsIgnoreCase", "aB", "Ab", True),
    Row("StringEqualsIgnoreCase", "aB", "Ac", False),
    Row("StringEqualsIgnoreCase", "a*", "AB", False),
    Row("StringNotEqualsIgnoreCase", "aB", "Ab", False),
    Row("StringNotEqualsIgnoreCase", "aB", "Ac", True),
    Row("StringLike", "a*", "a", True),
    Row("StringLike", "a*", "abc", True),
    Row("StringLike", "a*", "ba", False),
    Row("StringLike", "a*", "ABC", False),
    Row("StringLike", "a*c", "abcd", False),
    Row("StringLike", "*", "", True),
    Row("StringLike", "**", "a", True),
    Row("StringLike", "a**b", "axyb", True),
    Row("StringLike", "a?c", "abc", True),
    Row("StringLike", "a?c", "ac", False),
    Row("StringLike", "a?c", "abbc", False),
    Row("StringLike", "a.c", "abc", False),
    Row("StringLike", "[ab]", "a", False),
    Row("StringLike", "a*b", "a\nb", True),
    Row("StringLike", "a?b", "a:b", True),
    Row("StringLike", "a*b", "a:x:b", True),
    Row("StringLike", "abc", "abc", True),
    Row("StringNotLike", "a*", "abc", False),
    Row("StringNotLike", "a*", "b", True),
)

ROLE = "arn:aws:iam::111122223333:role/a"
_LOGS = "arn:aws:logs:us-east-1:111122223333:"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
ARNS = (
    Row("ArnEquals", ROLE, ROLE, True),
    Row("ArnEquals", ROLE, ROLE + "b", False),
    Row("ArnEquals", "arn:aws:iam::*:role/*", ROLE, True),
    Row("ArnLike", "arn:aws:iam::*:role/*", ROLE, True),
    Row("ArnLike", "arn:aws:iam::11112222333?:role/?", ROLE, True),
    Row("ArnLike", "arn:aws:iam::*:role/A", ROLE, False),
    Row("ArnLike", "arn:aws:*:role/a", ROLE, False),
    Row("ArnLike", "*", ROLE, False),
    Row("ArnLike", "arn:aws:*", ROLE, False),
    Row("ArnLike", "arn:*:*:*:*:*", ROLE, True),
    Row("ArnLike", "arn:aws:iam:*:role/*:x", "arn:aws:iam::111122223333:role/a:x", False),
    Row("ArnLike", "arn:aws:a*b::c:d", "arn:aws:a:b::c:d", False),
    Row("ArnLike", "arn:aws:a?b::c:d:e", "arn:aws:a:b::c:d:e", False),
    Row("ArnLike", _LOGS + "log-group:*", _LOGS + "log-group:x:log-stream:y", True),
    Row("ArnLike", _LOGS + "a?b", _LOGS + "a:b", True),
    Row("ArnLike", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x", True),
    Row("ArnLike", "arn:aws:iam::*:role/*", "no ARN", False),
    Row("ArnNotEquals", ROLE, ROLE, False),
    Row("ArnNotEquals", ROLE, ROLE + "b", True),
    Row("ArnNotEquals", "arn:aws:iam::*:role/*", ROLE, False),
    Row("ArnNotLike", "arn:aws:iam::*:role/*", ROLE, False),
    Row("ArnNotLike", "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:user/a", True),
    Row("ArnNotLike", "arn:aws:iam::*:role/*", "no ARN", True),
)


def _ordered(kind: str, before: str, same: tuple[str, str], after: str) -> tuple[Row, ...]:
    """A value below, two spellings of the same one, and a value above, under every order."""
    wanted = same[0]
    truths = {
        "Equals": (False, True, False),
        "NotEquals": (True, False, True),
        "LessThan": (True, False, False),
        "LessThanEquals": (True, True, False),
        "GreaterThan": (False, False, True),
        "GreaterThanEquals": (False, True, True),
    }
    return tuple(
        Row(f"{kind}{order}", wanted, actual, holds)
        for order, (below, equal, above) in truths.items()
        for actual, holds in ((before, below), (same[0], equal), (same[1], equal), (after, above))
    )


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
NUMBERS = (
    *_ordered("Numeric", "9", ("10", "10.0"), "100"),
    *_ordered("Numeric", "-2", ("-1", "-1.00"), "0.1"),
    *(
        Row(f"Numeric{order}", "10", "ten", order == "NotEquals")
        for order in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    Row("NumericEquals", "10", " 10 ", True),
    Row("NumericEquals", "0.1", "0.10", True),
    Row("NumericEquals", "100000000000000000.00000001", "100000000000000000.00000002", False),
    Row("NumericEquals", "1000", "1E3", True),
    Row("NumericEquals", "+.5", "0.50000000000", True),
    Row("NumericEquals", "0", "-0.0", True),
    # No more than AWS's own page allows: an integer or a decimal.
    Row("NumericEquals", "10", "1_0", False),
    Row("NumericEquals", "1", "\u0661", False),
    Row("NumericGreaterThan", "1", "1e18", True),
    Row("NumericGreaterThan", "1", "1e19", False),
    Row("NumericEquals", "1", "1".zfill(64), True),
    Row("NumericEquals", "1", "1".zfill(65), False),
    Row("NumericLessThan", "1", "0.000000001", True),
    Row("NumericLessThan", "1", "0.0000000001", False),
    Row("NumericLessThan", "10", "NaN", False),
    Row("NumericLessThan", "10", "-Infinity", False),
    Row("NumericLessThan", "2026-01-01", "2025-01-01", False),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
DATES = (
    *_ordered(
        "Date", "2026-09-29T23:59:59Z", ("2026-09-30T00:00:00Z", "2026-09-30T02:00:00+02:00"), "2026-09-30T00:00:01Z"
    ),
    *_ordered("Date", "1767225599", ("2026-01-01T00:00:00Z", "1767225600"), "1767225601"),
    *_ordered("Date", "2026-01-01", ("1767312000", "2026-01-02"), "2026-01-03"),
    *_ordered(
        "Date", "2026-01-01T00:00:00.000001Z", ("2026-01-01T00:00:00.000002Z",) * 2, "2026-01-01T00:00:00.000003Z"
    ),
    Row("DateEquals", "20260930", "2026-09-30", True),
    Row("DateEquals", "2026-09-30", " 20260930 ", True),
    Row("DateLessThan", "2026-09-30", "20260929", True),
    Row("DateEquals", "1969-12-31T23:59:59Z", "-1", True),
    Row("DateEquals", "2026-01-01", " 2026-01-01 ", True),
    Row("DateLessThan", "2026-09-30", "yesterday", False),
    Row("DateNotEquals", "2026-09-30", "yesterday", True),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean
BOOLEANS = (
    Row("Bool", "true", "true", True),
    Row("Bool", "true", "True", True),
    Row("Bool", "FALSE", "false", True),
    Row("Bool", "true", "false", False),
    Row("Bool", "false", "true", False),
    Row("Bool", "true", "yes", False),
    Row("Bool", "false", "", False),
    Row("Bool", " true ", "true", True),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_BinaryEquals
BINARIES = (
    Row("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    Row("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
    # The bits behind the last byte carry nothing.
    Row("BinaryEquals", "QQ==", "QR==", True),
    Row("BinaryEquals", "QmluYXJ5", "no base64!", False),
    Row("BinaryEquals", "QQ==", "Q!Q==", False),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
ADDRESSES = (
    Row("IpAddress", "10.0.0.0/8", "10.255.0.1", True),
    Row("IpAddress", "10.0.0.0/8", "11.0.0.0", False),
    Row("IpAddress", "10.1.2.3/8", "10.9.9.9", True),
    Row("IpAddress", "192.0.2.7", "192.0.2.7", True),
    Row("IpAddress", "192.0.2.7", "192.0.2.8", False),
    Row("IpAddress", "0.0.0.0/0", "203.0.113.1", True),
    Row("IpAddress", "2001:DB8::/32", "2001:0db8:0000::1", True),
    Row("IpAddress", "2001:db8::/32", "2001:db9::1", False),
    Row("IpAddress", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", True),
    Row("IpAddress", "::/0", "192.0.2.7", False),
    Row("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    Row("IpAddress", " 192.0.2.0/24 ", " 192.0.2.7 ", True),
    Row("IpAddress", "10.0.0.0/8", "10.0.0.0/8", False),
    Row("IpAddress", "10.0.0.0/8", "somewhere", False),
    Row("NotIpAddress", "10.0.0.0/8", "10.255.0.1", False),
    Row("NotIpAddress", "10.0.0.0/8", "11.0.0.0", True),
    Row("NotIpAddress", "::/0", "192.0.2.7", True),
    Row("NotIpAddress", "10.0.0.0/8", "somewhere", True),
)

# Operators and condition keys are written in any case.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
SPELLINGS = (
    Row("STRINGEQUALS", "a", "a", True),
    Row("stringnotequalsifexists", "a", MISSING, True),
    Row("foranyvalue:stringlike", "a*", ("ab",), True),
    Row("FORALLVALUES:STRINGLIKE", "a*", ("ab", "b"), False),
    Row("NOTIPADDRESS", "10.0.0.0/8", "10.1.1.1", False),
    Row("null", "true", MISSING, True),
)

BY_VALUE = (*STRINGS, *ARNS, *NUMBERS, *DATES, *BOOLEANS, *BINARIES, *ADDRESSES, *SPELLINGS)
