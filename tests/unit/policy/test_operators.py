"""Operators: their names, and one value of a request against one of a policy."""

from __future__ import annotations

import pytest

from audit.policy.condition import clause_problem
from audit.policy.document import Clause
from audit.policy.operators import Kind, Operator, Quantifier, parse_operator
from tests.unit.policy.clauses import BY_VALUE, KEY, Row

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


@pytest.mark.parametrize("name", NAMES)
def test_every_operator_of_the_language_is_known_in_any_case(name: str) -> None:
    for spelling in (name, name.lower(), name.upper()):
        assert parse_operator(spelling) == NAMES[name]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "Null"])
def test_every_operator_but_null_takes_prefixes_and_the_suffix(name: str) -> None:
    for prefix, quantifier in (
        ("", Quantifier.ONE),
        ("ForAllValues:", Quantifier.ALL),
        ("ForAnyValue:", Quantifier.ANY),
    ):
        for suffix, if_exists in (("", False), ("IfExists", True)):
            known = NAMES[name]
            assert parse_operator(f"{prefix}{name}{suffix}") == Operator(
                kind=known.kind, order=known.order, negated=known.negated, quantifier=quantifier, if_exists=if_exists
            )


@pytest.mark.parametrize(
    "name",
    [
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
    ],
)
def test_any_other_name_is_none(name: str) -> None:
    assert parse_operator(name) is None
    assert clause_problem(Clause(name, KEY, ("a",))) == f"unknown condition operator `{name}`"


@pytest.mark.parametrize("row", BY_VALUE, ids=str)
def test_one_value_compares_as_documented(row: Row) -> None:
    assert row.answer() is row.holds


@pytest.mark.parametrize(
    ("operator", "value"),
    [
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
    ],
)
def test_a_value_of_another_kind_is_a_problem_of_the_policy(operator: str, value: str) -> None:
    readable = {"Null": "true", "Bool": "true", "BinaryEquals": "QQ=="}.get(operator, "1")
    for values in ((value,), (readable, value)):
        told = clause_problem(Clause(operator, KEY, values))
        assert told is not None
        assert told.endswith(f" is no value for `{operator}` of `{KEY}`")


@pytest.mark.parametrize(
    ("operator", "values"),
    [
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
    ],
)
def test_a_value_that_can_be_read_is_none(operator: str, values: tuple[str, ...]) -> None:
    assert clause_problem(Clause(operator, KEY, values)) is None


def test_null_without_a_value_is_a_problem() -> None:
    assert clause_problem(Clause("Null", KEY, ())) == f"`Null` of `{KEY}` has no value"
