"""Laws of the decision that hold whatever the policies say."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.condition import context_of
from audit.policy.decision import Policy, PolicySet, Request, decide
from audit.policy.document import Effect
from audit.policy.parse import parse_document
from audit.policy.wildcard import matches, matches_action
from tests.property.naive import Context, Json, allowed
from tests.property.strategies import ACTION_PATTERNS, ACTIONS, POOLS, documents, statements
from tests.property.worlds import ROLE, policy_set

families = st.lists(documents(), min_size=1, max_size=3)
limits = st.none() | st.lists(documents(), min_size=1, max_size=2)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Context]:
    context: Context = {}
    for key, pool in POOLS.items():
        value = draw(st.sampled_from(pool))
        if value is not None:
            context[key] = value
    return draw(st.sampled_from(ACTIONS)), context


def request(action: str, context: Context) -> Request:
    values = {key: value if isinstance(value, str) else tuple(value) for key, value in context.items()}
    return Request(principal_arn=ROLE, action=action, context=context_of(values))


def verdict(asked: tuple[str, Context], held: PolicySet) -> Verdict:
    return decide(request(*asked), held).verdict


@given(families, limits, limits, requests())
def test_it_agrees_with_a_second_evaluator(
    identity: list[Json], boundary: list[Json] | None, scp: list[Json] | None, asked: tuple[str, Context]
) -> None:
    expected = allowed(identity, [limit for limit in (boundary, scp) if limit is not None], *asked)
    assert verdict(asked, policy_set(identity, boundary, scp)) == expected


@given(families, limits, statements(effects=("Deny",)), requests())
def test_a_further_deny_never_adds_a_permission(
    identity: list[Json], boundary: list[Json] | None, deny: Json, asked: tuple[str, Context]
) -> None:
    before = verdict(asked, policy_set(identity, boundary))
    after = verdict(asked, policy_set([*identity, {"Version": "2012-10-17", "Statement": [deny]}], boundary))
    assert after != Verdict.ALLOW or before == Verdict.ALLOW


@given(families, st.lists(documents(), min_size=1, max_size=2), requests())
def test_a_boundary_or_scp_never_adds_a_permission(
    identity: list[Json], limit: list[Json], asked: tuple[str, Context]
) -> None:
    before = verdict(asked, policy_set(identity))
    for held in (policy_set(identity, boundary=limit), policy_set(identity, scp=limit)):
        assert verdict(asked, held) != Verdict.ALLOW or before == Verdict.ALLOW


@given(families, requests())
def test_a_deny_of_everything_wins(identity: list[Json], asked: tuple[str, Context]) -> None:
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    assert verdict(asked, policy_set([*identity, deny])) == Verdict.EXPLICIT_DENY


@given(families, requests(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(identity: list[Json], asked: tuple[str, Context], random: Any) -> None:
    shuffled = [{**document, "Statement": list(document["Statement"])} for document in [*identity, *identity]]
    random.shuffle(shuffled)
    for document in shuffled:
        random.shuffle(document["Statement"])
    assert verdict(asked, policy_set(shuffled)) == verdict(asked, policy_set(identity))


@given(families, requests())
def test_splitting_a_list_of_actions_does_not_matter(identity: list[Json], asked: tuple[str, Context]) -> None:
    def split(statement: Json) -> list[Json]:
        actions = statement.get("Action")
        return [{**statement, "Action": one} for one in actions] if isinstance(actions, list) else [statement]

    apart = [
        {**document, "Statement": [piece for statement in document["Statement"] for piece in split(statement)]}
        for document in identity
    ]
    assert verdict(asked, policy_set(apart)) == verdict(asked, policy_set(identity))


@given(families, requests())
def test_one_statement_need_not_stand_in_a_list(identity: list[Json], asked: tuple[str, Context]) -> None:
    apart = [{**document, "Statement": statement} for document in identity for statement in document["Statement"]]
    assert verdict(asked, policy_set(apart)) == verdict(asked, policy_set(identity))


@given(st.text("ab*?:", max_size=8), st.text("ab:", max_size=8))
def test_wildcards_agree_with_a_regular_expression(pattern: str, text: str) -> None:
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    assert matches(pattern, text) == bool(re.fullmatch(expression, text))


@given(st.sampled_from(ACTION_PATTERNS), st.sampled_from(ACTIONS), st.booleans(), st.booleans())
def test_action_names_have_no_case(pattern: str, action: str, upper: bool, swapped: bool) -> None:
    respelled = pattern.upper() if upper else pattern
    asked = action.swapcase() if swapped else action
    assert matches_action(respelled, asked) == matches_action(pattern, action)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["Allow", "Deny", "*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Version", "Statement", "Effect", "Action", "NotAction", "Resource", "Condition", "StringEquals", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40), requests())
def test_no_bytes_make_the_parser_or_the_decision_fail(raw: bytes, asked: tuple[str, Context]) -> None:
    """What cannot be read never allows anything, and never passes without a word."""
    document = parse_document(raw)
    reference = PolicyRef(type=PolicyType.MANAGED, name="random")
    answer = decide(request(*asked), PolicySet(identity=(Policy(ref=reference, document=document),)))
    sound = [statement for statement in document.statements if not statement.broken]
    if document.unreadable or len(sound) < len(document.statements):
        assert document.problems
    if not any(statement.effect is Effect.ALLOW for statement in sound):
        assert answer.verdict in (Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY)
