"""Operators by name, and values that are none of their kind."""

from __future__ import annotations

from audit.policy.operators import Kind, Operator

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
NAMES = {
    "StringEquals": Operator(kind=Kind.STRING),
    "StringNotEquals": Operator(kind=Kind.STRING, negated=True),
    "StringEqualsIgnoreCase": Operator(kind=Kind.STRING_IGNORE_CASE),
    "StringNotEqualsIgnoreCase": Operator(kind=Kind.STRING_IGNORE_CASE, negated=True),
    "StringLike": Operator(kind=Kind.STRING_PATTERN),
    "StringNotLike": Operator(kind=Kind.STRING_PATTERN, negated=True),
    "NumericEquals": Operator(kind=Kind.NUMERIC),
    "NumericNotEquals": Operator(kind=Kind.NUMERIC, negated=True),
    "NumericLessThan": Operator(kind=Kind.NUMERIC, order="lt"),
    "NumericLessThanEquals": Operator(kind=Kind.NUMERIC, order="le"),
    "NumericGreaterThan": Operator(kind=Kind.NUMERIC, order="gt"),
    "NumericGreaterThanEquals": Operator(kind=Kind.NUMERIC, order="ge"),
    "DateEquals": Operator(kind=Kind.DATE),
    "DateNotEquals": Operator(kind=Kind.DATE, negated=True),
    "DateLessThan": Operator(kind=Kind.DATE, order="lt"),
    "DateLessThanEquals": Operator(kind=Kind.DATE, order="le"),
    "DateGreaterThan": Operator(kind=Kind.DATE, order="gt"),
    "DateGreaterThanEquals": Operator(kind=Kind.DATE, order="ge"),
    "Bool": Operator(kind=Kind.BOOL),
    "BinaryEquals": Operator(kind=Kind.BINARY),
    "IpAddress": Operator(kind=Kind.IP),
    "NotIpAddress": Operator(kind=Kind.IP, negated=True),
    "ArnEquals": Operator(kind=Kind.ARN),
    "ArnNotEquals": Operator(kind=Kind.ARN, negated=True),
    "ArnLike": Operator(kind=Kind.ARN),
    "ArnNotLike": Operator(kind=Kind.ARN, negated=True),
    "Null": Operator(kind=Kind.NULL),
}

NOT_NAMES = (
    "",
    "IfExists",
    "StringSounds",
    "StringEqual",
    "StringEqualsIfExistsIfExists",
    "StringNotEqualsNot",
    "NotStringEquals",
    "IpEquals",
    "IpAddressNot",
    "NotBool",
    "BoolNot",
    "NullIfExists",
    "NumericLike",
    "ForSomeValues:StringEquals",
    "ForAllValues:",
    "ForAllValues:ForAnyValue:StringEquals",
    ":StringEquals",
    "String Equals",
)

UNREADABLE = (
    ("NumericEquals", "ten"),
    ("NumericEquals", ""),
    ("NumericLessThan", "NaN"),
    ("NumericLessThan", "1_000"),
    ("NumericLessThan", "1e9999999"),
    ("NumericLessThan", "9" * 19),
    ("NumericLessThan", "0.123456789"),
    ("DateLessThan", "1e9999999"),
    ("NumericLessThanIfExists", "Infinity"),
    ("DateEquals", "soon"),
    ("DateLessThan", "2026-13-01"),
    ("Bool", "yes"),
    ("Bool", "1"),
    ("BinaryEquals", "no base64!"),
    ("BinaryEquals", "Q"),
    ("IpAddress", "300.0.0.1"),
    ("IpAddress", "10.0.0.0/33"),
    ("NotIpAddress", "somewhere"),
    ("Null", "maybe"),
    ("ForAnyValue:NumericEquals", "x"),
)
"""(operator, value of a policy)."""

READABLE = (
    ("StringEquals", ()),
    ("StringLike", ("no", "problem")),
    ("ArnLike", ("no ARN",)),
    ("NumericEquals", ("1", " 2.50 ", "-1e3")),
    ("DateEquals", ("2026-09-30", "1767225600", "2026-09-30T00:00:00+02:00")),
    ("Bool", ("True", "false")),
    ("BinaryEquals", ("QQ==",)),
    ("IpAddress", ("10.1.2.3/8", "2001:db8::/32", "192.0.2.7")),
    ("Null", ("true",)),
    # What a variable stands for is not known yet.
    ("NumericEquals", ("${aws:limit}",)),
    ("Bool", ("${aws:flag, 'true'}",)),
)
"""(operator, values of a policy)."""
