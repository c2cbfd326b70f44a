"""Every small wrong change of operators, absence, negation, sets, variables, wildcards or decision makes a row fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from audit.policy import condition, decision, matching, operators, variables, wildcard
from audit.policy.condition import Context, clause_problem, value_matches
from audit.policy.document import Clause
from audit.policy.operators import Kind, Operator, Quantifier, parse_operator
from audit.policy.variables import parse_template, plain_text, variable_keys
from audit.policy.wildcard import Literal, Token, Tokens, Wild, is_everything, matches, matches_action
from tests.unit.policy.clause_requests import BY_REQUEST
from tests.unit.policy.clauses import BY_VALUE, KEY, Row
from tests.unit.policy.decisions_on_limits import LIMITED
from tests.unit.policy.decisions_on_resources import GRANTED
from tests.unit.policy.mutation import Mutant, at_work, mutants
from tests.unit.policy.operator_names import NAMES, NOT_NAMES, READABLE, UNREADABLE
from tests.unit.policy.patterns import ACTIONS, EVERYTHING, KEYS, RESOURCES, TEMPLATES

MODULES = (operators, condition, variables, wildcard, matching, decision)
PROBLEMS = (
    *((Clause(name, KEY, ("a",)), f"unknown condition operator `{name}`") for name in NOT_NAMES),
    *((Clause(name, KEY, (text,)), f"`{text}` is no value for `{name}` of `{KEY}`") for name, text in UNREADABLE),
    (Clause("Null", KEY, ()), f"`Null` of `{KEY}` has no value"),
)
"""Clauses that cannot be evaluated, and what is told of them."""

EQUIVALENT = {
    "operators._negated_name: return name -> return None": "every operator that is negated has one of the tails",
    "operators._negated_name: return name -> return True": "the same",
    "matching._role_of_session: return None -> return True": "no text of a policy is either",
    "matching._exactness: return 1 -> return True": "True is 1",
    "condition.constant_pattern: return re.compile('|'.join((f'(?:{pattern.pattern})' for pattern in patterns)) or"
    " '(?!)', re.DOTALL) -> return None": "the values are then matched one by one",
    "condition.constant_pattern: variables and any(('${' in value for value in values)) -> variables or"
    " any(('${' in value for value in values))": "the same",
}
"""Changes that no row can notice, by name, with the reason why they change nothing."""


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """What was remembered of the right program is not the mutant's, nor the other way round."""
    forget()
    yield
    forget()


def forget() -> None:
    for module in MODULES:
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def wrong_answer() -> str | None:
    """The first row that fails; None where none does. A crash is a failure."""
    try:
        return next(_wrong_answers(), None)
    except Exception as error:
        return repr(error)


def _wrong_answers() -> Iterator[str]:
    yield from (str(row) for row in (*BY_VALUE, *BY_REQUEST) if row.answer() is not row.holds)
    yield from (name for name, known in NAMES.items() if parse_operator(name) != known)
    yield from (name for name in NOT_NAMES if parse_operator(name) is not None)
    yield from (name for name in NOT_NAMES if Row(name, "a", "a", holds=False).answer())
    yield from (clause.operator for clause, told in PROBLEMS if clause_problem(clause) != told)
    yield from (str(each) for each in READABLE if clause_problem(Clause(each[0], KEY, each[1])) is not None)
    yield from (text for text, parts in TEMPLATES if parse_template(text) != parts)
    yield from (text for text, keys in KEYS if variable_keys(text) != keys)
    yield from (pattern for pattern, action, taken in ACTIONS if matches_action(pattern, action) is not taken)
    yield from (pattern for pattern, text, taken in RESOURCES if matches(pattern, text) is not taken)
    yield from (pattern for pattern, everything in EVERYTHING if is_everything(pattern) is not everything)
    yield from (row.why for row in (*GRANTED, *LIMITED) if not row.agrees())


def test_the_program_itself_has_no_wrong_answer() -> None:
    assert wrong_answer() is None


@pytest.mark.parametrize("mutant", [each for module in MODULES for each in mutants(module)], ids=lambda each: each.name)
def test_a_change_of_a_function_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    with at_work(mutant):
        try:
            # The table is made once, when the module is imported.
            monkeypatch.setattr(operators, "_OPERATORS", operators._named())
        except Exception:
            return
        noticed = wrong_answer()
    assert (noticed is None) == (mutant.name in EQUIVALENT)


def table_mutants() -> Iterator[tuple[str, Operator | None]]:
    """Every entry of the operator table, missing, and with each of its fields wrong."""
    for name, operator in operators._OPERATORS.items():
        yield name, None
        for kind in Kind:
            if kind is not operator.kind:
                yield name, msgspec.structs.replace(operator, kind=kind)
        if operator.kind is not Kind.NULL:
            yield name, msgspec.structs.replace(operator, negated=not operator.negated)
        if operator.kind in (Kind.NUMERIC, Kind.DATE):
            for order in ("eq", "lt", "le", "gt", "ge"):
                if order != operator.order:
                    yield name, msgspec.structs.replace(operator, order=order)


@pytest.mark.parametrize(("name", "wrong"), list(table_mutants()), ids=str)
def test_a_change_of_the_operator_table_is_noticed(
    name: str, wrong: Operator | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wrong is None:
        monkeypatch.delitem(operators._OPERATORS, name)
    else:
        monkeypatch.setitem(operators._OPERATORS, name, wrong)
    assert wrong_answer() is not None


def always(_: Operator) -> bool:
    return True


def never(_: Operator) -> bool:
    return False


def only_if_exists(operator: Operator) -> bool:
    return operator.if_exists


def negation_of_every_set(operator: Operator) -> bool:
    return operator.if_exists or operator.quantifier is Quantifier.ALL or operator.negated


def read_as(**fields: object) -> Callable[[str], Operator | None]:
    """A reader of operators that gets one thing wrong in all of them."""

    def read(text: str) -> Operator | None:
        operator = parse_operator(text)
        return None if operator is None else msgspec.structs.replace(operator, **fields)

    return read


def any_for_all(text: str) -> Operator | None:
    return parse_operator(text.lower().replace("forallvalues", "foranyvalue"))


def all_for_any(text: str) -> Operator | None:
    return parse_operator(text.lower().replace("foranyvalue", "forallvalues"))


def question_marks_as_stars(parts: tuple[str | Literal, ...]) -> Tokens:
    return tuple(Wild.STAR if token is Wild.ANY else token for token in wildcard.tokenize(parts))


def question_marks_as_letters(parts: tuple[str | Literal, ...]) -> Tokens:
    tokens: tuple[Token, ...] = wildcard.tokenize(parts)
    return tuple("?" if token is Wild.ANY else token for token in tokens)


def live_wildcards(wanted: str, version: str, context: Context) -> tuple[str | Literal, ...] | None:
    parts = variables_expanded(wanted, version, context)
    return None if parts is None else (plain_text(parts),)


def unresolved_as_nothing(wanted: str, version: str, context: Context) -> tuple[str | Literal, ...] | None:
    return variables_expanded(wanted, version, context) or ("",)


def in_every_version(wanted: str, version: str, context: Context) -> tuple[str | Literal, ...] | None:
    return variables_expanded(wanted, "2012-10-17", context)


def in_no_version(wanted: str, version: str, context: Context) -> tuple[str | Literal, ...] | None:
    return (wanted,)


def without_case(operator: Operator, wanted: str, version: str, context: Context, actual: str) -> bool:
    kind = Kind.STRING_IGNORE_CASE if operator.kind is Kind.STRING else operator.kind
    return single_value_matches(msgspec.structs.replace(operator, kind=kind), wanted, version, context, actual)


def as_texts(kind: Kind, order: str, wanted: str, actual: str) -> bool:
    return {"eq": actual == wanted, "lt": actual < wanted, "le": actual <= wanted}.get(order, actual >= wanted)


def first_of_several(value: str | tuple[str, ...] | None) -> str | None:
    return value[0] if isinstance(value, tuple) and value else None if isinstance(value, tuple) else value


variables_expanded = condition.expand_value
single_value_matches = value_matches

MISUNDERSTANDINGS: dict[str, tuple[str, object]] = {
    "an absent key fulfils everything": ("_holds_when_absent", always),
    "an absent key fulfils nothing": ("_holds_when_absent", never),
    "a negated operator needs the key": ("_holds_when_absent", only_if_exists),
    "a negated ForAnyValue holds without the key": ("_holds_when_absent", negation_of_every_set),
    "IfExists is passed over": ("parse_operator", read_as(if_exists=False)),
    "every operator is IfExists": ("parse_operator", read_as(if_exists=True)),
    "negation is passed over": ("parse_operator", read_as(negated=False)),
    "set operators are passed over": ("parse_operator", read_as(quantifier=Quantifier.ONE)),
    "every operator is ForAllValues": ("parse_operator", read_as(quantifier=Quantifier.ALL)),
    "every operator is ForAnyValue": ("parse_operator", read_as(quantifier=Quantifier.ANY)),
    "ForAllValues is ForAnyValue": ("parse_operator", any_for_all),
    "ForAnyValue is ForAllValues": ("parse_operator", all_for_any),
    "? is *": ("tokenize", question_marks_as_stars),
    "? is itself": ("tokenize", question_marks_as_letters),
    "StringEquals has no case": ("value_matches", without_case),
    "wildcards of an ARN cross its colons": ("tokenize_arn", wildcard.tokenize),
    "wildcards inside a variable's value are alive": ("expand_value", live_wildcards),
    "a variable without a value is empty": ("expand_value", unresolved_as_nothing),
    "variables work in every version": ("expand_value", in_every_version),
    "variables are plain text": ("expand_value", in_no_version),
    "a key with several values fills a variable": ("_single", first_of_several),
    "numbers, dates and addresses compare as texts": ("compare", as_texts),
}
"""What people, and other tools, get wrong: by name, the function of `condition` and what stands in for it."""


@pytest.mark.parametrize("name", MISUNDERSTANDINGS)
def test_a_misunderstanding_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, *MISUNDERSTANDINGS[name])
    assert wrong_answer() is not None
