"""The open question finds a value on both sides of every mark, and no request that there cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.condition import Value
from audit.policy.decision import Policy, PolicySet
from audit.policy.known import Known
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.policy.parse import parse_document

ACTION = "mechanicalturk:SendBonus"
ROLE = "arn:aws:iam::111122223333:role/r"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))

ALLOW, CONDITIONAL, DENY = Verdict.ALLOW, Verdict.CONDITIONAL, Verdict.IMPLICIT_DENY
Condition = dict[str, dict[str, Any]]


def answer(*conditions: Condition, known: Known | None = None) -> OpenDecision:
    """The answer for a role that has the action under each of the conditions."""
    statements = [
        {"Effect": "Allow", "Action": ACTION, "Resource": "*", "Condition": condition} for condition in conditions
    ]
    document = parse_document(json.dumps({"Version": "2012-10-17", "Statement": statements}).encode())
    assert not document.problems
    policy = Policy(ref=PolicyRef(type=PolicyType.INLINE, name="p"), document=document)
    return decide_open(Question(principal_arn=ROLE, action=ACTION), PolicySet(identity=(policy,)), known or Known())


def told(**values: Value) -> Known:
    """A principal of whom these keys are known; `_` in a name stands for `:` and `__` for `/`."""
    spelled = {name.replace("__", "/").replace("_", ":"): value for name, value in values.items()}
    return Known(values=tuple(sorted(spelled.items())))


@pytest.mark.parametrize(
    "condition",
    [
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "999999999999999999.99999999"}},
        {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "-999999999999999999"}},
        {"NumericEquals": {"aws:MultiFactorAuthAge": "0.00000001"}},
        {"NumericNotEquals": {"aws:MultiFactorAuthAge": ["100000000000000000", "100000000000000000.00000001"]}},
        {"DateGreaterThan": {"aws:TokenIssueTime": "9999-12-31T23:59:59.999999Z"}},
        {"DateLessThan": {"aws:TokenIssueTime": "0001-01-01T00:00:00Z"}},
        {"DateLessThan": {"aws:CurrentTime": "999999999999999999"}},
        {"StringEquals": {"aws:UserAgent": "x-0_~§¤¶"}},
        {"StringEquals": {"aws:UserAgent": ""}},
        {"StringLike": {"aws:UserAgent": "?"}},
        {"StringNotLike": {"aws:UserAgent": ["?*", "a"]}},
        {"StringEqualsIgnoreCase": {"aws:UserAgent": "ß"}},
        {"IpAddress": {"aws:SourceIp": "255.255.255.255"}},
        {"NotIpAddress": {"aws:SourceIp": ["::/0", "128.0.0.0/1"]}},
        {"ArnLike": {"aws:SourceArn": "arn:*:*:*:*:?"}},
        {"BinaryEquals": {"x:key": "QQ=="}},
        {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}},
    ],
    ids=str,
)
def test_what_some_requests_fulfil_and_others_do_not_is_conditional(condition: Condition) -> None:
    found = answer(condition)
    assert (found.verdict, found.decided) == (CONDITIONAL, True)


@pytest.mark.parametrize(
    "condition",
    [
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "5"}, "NumericGreaterThan": {"aws:MultiFactorAuthAge": "6"}},
        {"StringLike": {"x:k": "a*"}, "StringNotLike": {"x:k": "a*"}, "Null": {"x:k": "false"}},
        {"Null": {"aws:UserAgent": "true"}, "StringEquals": {"aws:UserAgent": "a"}},
        {"Bool": {"aws:SecureTransport": ["true"]}, "Null": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/7"}},
        {"StringEquals": {"x:k": "a"}, "StringLike": {"x:k": "b*"}},
        # It holds true or false, and nothing else.
        {"StringNotEquals": {"aws:SecureTransport": ["true", "false"]}},
        {"StringEquals": {"aws:SecureTransport": "TRUE"}},
    ],
    ids=str,
)
def test_what_no_request_fulfils_is_denied(condition: Condition) -> None:
    assert answer(condition).verdict is DENY


def test_alternatives_that_leave_nothing_out_are_allowed() -> None:
    edge = "999999999999999999"
    below: Condition = {"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": edge}}
    above: Condition = {"NumericGreaterThanEquals": {"aws:MultiFactorAuthAge": edge}}
    assert answer(below, above).verdict is ALLOW


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        # Time does not run back.
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}, DENY),
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-23"}}, DENY),
        ({"DateLessThanEquals": {"aws:CurrentTime": "2026-11-23"}}, CONDITIONAL),
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-23T00:00:00.000001Z"}}, CONDITIONAL),
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01"}}, CONDITIONAL),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}}, ALLOW),
        ({"DateGreaterThanEquals": {"aws:CurrentTime": "2026-11-23"}}, ALLOW),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-11-23"}}, CONDITIONAL),
        ({"DateGreaterThan": {"aws:CurrentTime": "2027-01-01"}}, CONDITIONAL),
        ({"DateEquals": {"aws:CurrentTime": "2026-11-22"}}, DENY),
        # Two keys tell it, and they tell the same.
        ({"NumericLessThan": {"aws:EpochTime": SECONDS}}, DENY),
        ({"NumericGreaterThanEquals": {"aws:EpochTime": SECONDS}}, ALLOW),
        ({"DateLessThan": {"aws:EpochTime": "2027-01-01"}}, CONDITIONAL),
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01"}, "DateGreaterThan": {"aws:EpochTime": "2027-01-01"}}, DENY),
        (
            {"DateLessThan": {"aws:CurrentTime": "2028-01-01"}, "DateEquals": {"aws:EpochTime": "2027-01-01"}},
            CONDITIONAL,
        ),
        # Every request has it.
        ({"Null": {"aws:CurrentTime": "true"}}, DENY),
        ({"Null": {"aws:EpochTime": "false"}}, ALLOW),
        # Other moments are not bound by it.
        ({"DateLessThan": {"aws:TokenIssueTime": "2026-01-01"}}, CONDITIONAL),
    ],
    ids=str,
)
def test_the_moment_of_a_request_is_now_or_later(condition: Condition, verdict: Verdict) -> None:
    assert answer(condition, known=Known(not_before=NOW)).verdict is verdict


TEAM = "aws:PrincipalTag/Team"


@pytest.mark.parametrize(
    ("condition", "known", "verdict"),
    [
        ({"StringEquals": {TEAM: "a"}}, Known(), CONDITIONAL),
        ({"StringEquals": {TEAM: "a"}}, told(aws_principaltag__team="a"), ALLOW),
        ({"StringEquals": {TEAM: "a"}}, told(aws_principaltag__team="b"), DENY),
        ({"StringNotEquals": {TEAM: "a"}}, told(aws_principaltag__team="b"), ALLOW),
        ({"StringEquals": {TEAM: "a"}}, Known(absent=frozenset({"aws:principaltag/team"})), DENY),
        ({"StringNotEquals": {TEAM: "a"}}, Known(absent=frozenset({"aws:principaltag/team"})), ALLOW),
        ({"StringNotEquals": {TEAM: "a"}}, Known(absent_prefixes=("aws:principaltag/",)), ALLOW),
        ({"StringEquals": {TEAM: "a"}}, Known(absent_prefixes=("aws:resourcetag/",)), CONDITIONAL),
        ({"StringEquals": {TEAM: "a"}}, Known(complete=True), DENY),
        ({"Null": {TEAM: "false"}}, Known(present=frozenset({"aws:principaltag/team"})), ALLOW),
        ({"Null": {TEAM: "true"}}, Known(present=frozenset({"aws:principaltag/team"})), DENY),
        ({"StringEquals": {TEAM: "a"}}, Known(present=frozenset({"aws:principaltag/team"})), CONDITIONAL),
        ({"Null": {"aws:userid": "true"}}, Known(), DENY),
        ({"StringLike": {"aws:userid": "?*"}}, Known(), ALLOW),
        ({"StringNotLike": {"aws:userid": "AROA*:*"}}, Known(), CONDITIONAL),
        ({"Null": {"aws:UserAgent": "false"}}, Known(), CONDITIONAL),
    ],
)
def test_what_is_known_of_a_principal_is_not_asked(condition: Condition, known: Known, verdict: Verdict) -> None:
    assert answer(condition, known=known).verdict is verdict


KEYS, LEADING = "aws:TagKeys", "dynamodb:LeadingKeys"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"ForAllValues:StringEquals": {KEYS: "a"}, "ForAnyValue:StringLike": {KEYS: "b"}}, DENY),
        ({"ForAllValues:StringEquals": {KEYS: ["a", "b"]}, "ForAnyValue:StringLike": {KEYS: "b"}}, CONDITIONAL),
        ({"ForAnyValue:StringEquals": {KEYS: "a"}, "ForAnyValue:StringLike": {KEYS: "b"}}, CONDITIONAL),
        ({"ForAnyValue:StringEquals": {KEYS: "a"}, "ForAllValues:StringNotEquals": {KEYS: "a"}}, DENY),
        ({"ForAllValues:StringEquals": {KEYS: "a"}, "Null": {KEYS: "true"}}, CONDITIONAL),
        # A key with several values matches nothing but set operators.
        ({"StringEquals": {KEYS: "a"}}, DENY),
        ({"StringNotEquals": {KEYS: "a"}, "Null": {KEYS: "false"}}, DENY),
        # Of a service's key it is not known how many values it has, once a set operator asks.
        ({"ForAnyValue:StringEquals": {LEADING: "a"}, "ForAnyValue:StringLike": {LEADING: "b"}}, CONDITIONAL),
        ({"ForAnyValue:StringEquals": {LEADING: "a"}, "StringEquals": {LEADING: "a"}}, CONDITIONAL),
        # A global key that is not among those with several has one.
        ({"ForAnyValue:StringEquals": {"aws:UserAgent": "a"}, "ForAnyValue:StringLike": {"aws:UserAgent": "b"}}, DENY),
    ],
    ids=str,
)
def test_keys_with_several_values_are_sets(condition: Condition, verdict: Verdict) -> None:
    found = answer(condition)
    assert (found.verdict, found.decided) == (verdict, True)


A, B = "aws:RequestTag/a", "aws:RequestTag/b"
JANE = told(aws_username="jane")


@pytest.mark.parametrize(
    ("condition", "known", "verdict"),
    [
        ({"StringEquals": {A: "${aws:username}"}}, Known(), CONDITIONAL),
        ({"StringEquals": {A: "${aws:username}"}}, JANE, CONDITIONAL),
        ({"StringEquals": {A: "${aws:username}"}}, Known(absent=frozenset({"aws:username"})), DENY),
        ({"StringNotEquals": {A: "${aws:username}"}}, Known(absent=frozenset({"aws:username"})), ALLOW),
        ({"StringEquals": {A: "${aws:username}"}, "StringNotEquals": {A: "jane"}}, JANE, DENY),
        ({"StringEquals": {A: "${aws:username}"}, "StringNotEquals": {A: "john"}}, JANE, CONDITIONAL),
        ({"StringEquals": {A: f"${{{B}}}", B: "x"}, "StringNotEquals": {A: "x"}}, Known(), DENY),
        ({"StringEquals": {A: f"${{{B}}}"}, "StringLike": {B: "x?"}, "StringNotLike": {A: "x"}}, Known(), CONDITIONAL),
        ({"StringEquals": {A: f"${{{B}}}"}, "StringLike": {A: "x*"}, "StringNotLike": {B: "x*"}}, Known(), DENY),
        ({"StringEquals": {A: f"p-${{{B}}}", B: "x"}, "StringLike": {A: "p-?"}}, Known(), CONDITIONAL),
        ({"StringEquals": {A: f"${{{B}}}"}, "Null": {B: "true"}}, Known(), DENY),
        ({"StringEquals": {A: f"${{{B}, 'd'}}"}, "Null": {B: "true"}}, Known(), CONDITIONAL),
        ({"StringEquals": {A: f"${{{B}, 'd'}}"}, "Null": {B: "true"}, "StringNotEquals": {A: "d"}}, Known(), DENY),
        ({"StringEquals": {A: f"${{{A}}}"}}, Known(present=frozenset({A.lower()})), ALLOW),
    ],
)
def test_a_variable_ties_one_key_to_another(condition: Condition, known: Known, verdict: Verdict) -> None:
    found = answer(condition, known=known)
    assert (found.verdict, found.decided) == (verdict, True)


def tag_keys(number: int) -> list[Condition]:
    """So many values that conditions tell apart; with all others they are one class more."""
    return [{"ForAnyValue:StringEquals": {KEYS: f"key-{each}"}} for each in range(number)]


@pytest.mark.parametrize(
    ("conditions", "decided"),
    [
        (tag_keys(6), True),
        (tag_keys(7), False),
        ([{"StringEquals": {A: f"${{{B}}}", B: f"${{{A}}}"}}], False),
        ([{"StringLike": {f"aws:RequestTag/{each}": "a*" for each in range(14)}}], True),
        ([{"StringLike": {f"aws:RequestTag/{each}": "a*" for each in range(15)}}], False),
    ],
    ids=["sets", "too many sets", "a circle of variables", "contexts", "too many contexts"],
)
def test_beyond_its_bounds_it_says_that_it_did_not_decide(conditions: list[Condition], decided: bool) -> None:
    found = answer(*conditions)
    assert (found.verdict, found.decided) == (CONDITIONAL, decided)
