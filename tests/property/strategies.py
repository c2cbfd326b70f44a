"""Random policies over a small world, small enough that every context in it can be tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.property.naive import Context, Json

ACTIONS = (
    "mechanicalturk:ApproveAssignment",
    "mechanicalturk:GetHIT",
    "mechanicalturk:ListHITs",
    "mechanicalturk:SendBonus",
    "mechanicalturk:SendTestEventNotification",
)
ACTION_PATTERNS = (
    "*",
    "mechanicalturk:*",
    "MechanicalTurk:send*",
    "mechanicalturk:Send?onus",
    "mechanicalturk:SendBonus",
    "mechanicalturk:*HIT*",
    "mechanicalturk:List*",
    "mechanicalturk:ApproveAssignment",
    "s3:*",
    "iam:Get*",
)
RESOURCES = ("*", "*", "*", "arn:aws:mechanicalturk:*:*:*", "arn:*", "arn:aws:s3:::x")

TEAM = "aws:PrincipalTag/Team"
MFA = "aws:MultiFactorAuthPresent"
AGE = "aws:MultiFactorAuthAge"
IP = "aws:SourceIp"
VIA = "aws:CalledVia"

POOLS: dict[str, tuple[str | list[str] | None, ...]] = {
    TEAM: (None, "Labeling", "labeling", "Research", "Lab", "Lab*", "lab*", "other"),
    MFA: (None, "true", "false"),
    AGE: (None, "0", "299", "300", "3599", "3600", "9999"),
    IP: (None, "10.1.2.3", "10.200.0.1", "192.0.2.7", "198.51.100.1"),
    VIA: (
        None,
        *(
            list(several)
            for size in (1, 2, 3)
            for several in itertools.combinations(
                ("athena.amazonaws.com", "cloudformation.amazonaws.com", "other.example"), size
            )
        ),
    ),
}
"""For each key a value of every class that the clauses below can tell apart; None is absent."""


def contexts(keys: set[str]) -> Iterator[Context]:
    """Every context over these keys."""
    ordered = sorted(keys)
    for values in itertools.product(*(POOLS[key] for key in ordered)):
        yield {key: value for key, value in zip(ordered, values, strict=True) if value is not None}


def one_or_more(values: tuple[str, ...]) -> st.SearchStrategy[str | list[str]]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


def clauses() -> st.SearchStrategy[tuple[str, str, Any]]:
    """(operator, key, values)."""
    team = st.tuples(
        st.sampled_from(
            [
                "StringEquals",
                "StringNotEquals",
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
                "StringEqualsIfExists",
                "StringNotEqualsIfExists",
                "StringLike",
                "StringNotLike",
            ]
        ),
        st.just(TEAM),
        one_or_more(("Labeling", "Research", "Lab*", "labeling")),
    )
    mfa = st.tuples(st.sampled_from(["Bool", "BoolIfExists"]), st.just(MFA), st.sampled_from(["true", "false"]))
    age = st.tuples(
        st.sampled_from(["NumericLessThan", "NumericGreaterThanEquals", "NumericLessThanIfExists"]),
        st.just(AGE),
        st.sampled_from(["300", "3600"]),
    )
    ip = st.tuples(
        st.sampled_from(["IpAddress", "NotIpAddress", "IpAddressIfExists", "NotIpAddressIfExists"]),
        st.just(IP),
        one_or_more(("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24")),
    )
    via = st.tuples(
        st.sampled_from(
            [
                "ForAnyValue:StringEquals",
                "ForAllValues:StringEquals",
                "ForAnyValue:StringNotEquals",
                "ForAllValues:StringLike",
                "StringEquals",
            ]
        ),
        st.just(VIA),
        one_or_more(("athena.amazonaws.com", "cloudformation.amazonaws.com")),
    )
    null = st.tuples(st.just("Null"), st.sampled_from([TEAM, MFA, AGE, IP, VIA]), st.sampled_from(["true", "false"]))
    return st.one_of(team, mfa, age, ip, via, null)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    condition: dict[str, dict[str, Any]] = {}
    for operator, key, values in draw(st.lists(clauses(), min_size=1, max_size=2)):
        condition.setdefault(operator, {})[key] = values
    return condition


@st.composite
def statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Allow", "Deny")) -> Json:
    statement: Json = {"Effect": draw(st.sampled_from(effects))}
    statement[draw(st.sampled_from(("Action", "Action", "Action", "NotAction")))] = draw(one_or_more(ACTION_PATTERNS))
    statement[draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource")))] = draw(one_or_more(RESOURCES))
    if draw(st.booleans()):
        statement["Condition"] = draw(conditions())
    return statement


@st.composite
def documents(draw: st.DrawFn) -> Json:
    return {"Version": "2012-10-17", "Statement": draw(st.lists(statements(), min_size=1, max_size=3))}


def keys_of(families: list[list[Json]]) -> set[str]:
    """The condition keys that these documents mention."""
    return {
        key
        for family in families
        for document in family
        for statement in document["Statement"]
        for keys in statement.get("Condition", {}).values()
        for key in keys
    }
