"""Clauses over one request: keys that are absent, several values, set operators and variables."""

from __future__ import annotations

import pytest

from audit.policy.classes import Term
from audit.policy.condition import clause_holds, context_of
from audit.policy.document import Clause
from audit.policy.variables import parse_template, variable_keys
from tests.unit.policy.clause_requests import ABSENT, ALTERNATIVES, PRESENCE, PRESENT, SETS, VARIABLES
from tests.unit.policy.clauses import BY_VALUE, KEY, Row
from tests.unit.policy.patterns import KEYS, TEMPLATES


@pytest.mark.parametrize("row", ALTERNATIVES, ids=str)
def test_values_are_alternatives_and_of_a_negated_operator_none_may_match(row: Row) -> None:
    assert row.answer() is row.holds


@pytest.mark.parametrize("row", ABSENT, ids=str)
def test_a_key_that_is_absent(row: Row) -> None:
    assert row.answer() is row.holds


@pytest.mark.parametrize("row", [*PRESENCE, *PRESENT], ids=str)
def test_null_asks_for_presence_and_if_exists_for_nothing_more(row: Row) -> None:
    assert row.answer() is row.holds


@pytest.mark.parametrize("row", SETS, ids=str)
def test_set_operators_ask_every_value_or_some(row: Row) -> None:
    assert row.answer() is row.holds


@pytest.mark.parametrize("row", VARIABLES, ids=str)
def test_variables_take_the_requests_value_or_a_default(row: Row) -> None:
    assert row.answer() is row.holds


def test_a_term_that_is_asked_of_many_texts_says_the_same_of_each() -> None:
    asked = 0
    for row in (*BY_VALUE, *VARIABLES):
        values = (row.wanted,) if isinstance(row.wanted, str) else row.wanted
        if isinstance(row.actual, str) and not row.others:
            asked += 1
            assert Term(Clause(row.operator, KEY, values), row.version).text_test()(row.actual) is row.holds, str(row)
    assert asked > 100


@pytest.mark.parametrize("spelling", [KEY, KEY.lower(), KEY.upper()])
def test_keys_have_no_case(spelling: str) -> None:
    assert clause_holds(Clause("StringEquals", spelling, ("a",)), "2012-10-17", context_of({KEY: "a"}))
    assert clause_holds(Clause("StringEquals", KEY, ("a",)), "2012-10-17", context_of({spelling: "a"}))


def test_an_operator_that_is_unknown_never_holds() -> None:
    assert not clause_holds(Clause("StringSounds", KEY, ("a",)), "2012-10-17", context_of({KEY: "a"}))
    assert not clause_holds(Clause("StringSoundsIfExists", KEY, ("a",)), "2012-10-17", {})


@pytest.mark.parametrize(("text", "parts"), TEMPLATES)
def test_texts_are_split_at_their_variables(text: str, parts: tuple[object, ...]) -> None:
    assert parse_template(text) == parts


@pytest.mark.parametrize(("text", "keys"), KEYS)
def test_the_keys_of_variables_are_told(text: str, keys: tuple[str, ...]) -> None:
    assert variable_keys(text) == keys
