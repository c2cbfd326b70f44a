"""Operators: their names, and one value of a request against one of a policy."""

from __future__ import annotations

import pytest

from audit.policy.condition import clause_problem
from audit.policy.document import Clause
from audit.policy.operators import Operator, Quantifier, parse_operator
from tests.unit.policy.clauses import BY_VALUE, KEY, Row
from tests.unit.policy.operator_names import NAMES, NOT_NAMES, READABLE, UNREADABLE


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


@pytest.mark.parametrize("name", NOT_NAMES)
def test_any_other_name_is_none(name: str) -> None:
    assert parse_operator(name) is None
    assert clause_problem(Clause(name, KEY, ("a",))) == f"unknown condition operator `{name}`"


@pytest.mark.parametrize("row", BY_VALUE, ids=str)
def test_one_value_compares_as_documented(row: Row) -> None:
    assert row.answer() is row.holds


@pytest.mark.parametrize(("operator", "value"), UNREADABLE)
def test_a_value_of_another_kind_is_a_problem_of_the_policy(operator: str, value: str) -> None:
    readable = {"Null": "true", "Bool": "true", "BinaryEquals": "QQ=="}.get(operator, "1")
    for values in ((value,), (readable, value)):
        told = clause_problem(Clause(operator, KEY, values))
        assert told is not None
        assert told.endswith(f" is no value for `{operator}` of `{KEY}`")


@pytest.mark.parametrize(("operator", "values"), READABLE)
def test_a_value_that_can_be_read_is_none(operator: str, values: tuple[str, ...]) -> None:
    assert clause_problem(Clause(operator, KEY, values)) is None


def test_null_without_a_value_is_a_problem() -> None:
    assert clause_problem(Clause("Null", KEY, ())) == f"`Null` of `{KEY}` has no value"
