"""The open question finds a value on both sides of every mark, however long the number or odd the text."""

from __future__ import annotations

import json

import pytest

from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.decision import Policy, PolicySet
from audit.policy.known import Known
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.policy.parse import parse_document

ACTION = "mechanicalturk:SendBonus"
ROLE = "arn:aws:iam::111122223333:role/r"


def answer(*conditions: dict[str, dict[str, object]]) -> OpenDecision:
    """The answer for a role that has the action under each of the conditions."""
    statements = [
        {"Effect": "Allow", "Action": ACTION, "Resource": "*", "Condition": condition} for condition in conditions
    ]
    document = parse_document(json.dumps({"Version": "2012-10-17", "Statement": statements}).encode())
    policy = Policy(ref=PolicyRef(type=PolicyType.INLINE, name="p"), document=document)
    return decide_open(Question(principal_arn=ROLE, action=ACTION), PolicySet(identity=(policy,)), Known())


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
def test_what_some_requests_fulfil_and_others_do_not_is_conditional(condition: dict[str, dict[str, object]]) -> None:
    found = answer(condition)
    assert (found.verdict, found.decided) == (Verdict.CONDITIONAL, True)


@pytest.mark.parametrize(
    "condition",
    [
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "5"}, "NumericGreaterThan": {"aws:MultiFactorAuthAge": "6"}},
        {
            "StringLike": {"aws:UserAgent": "a*"},
            "StringNotLike": {"aws:UserAgent": "a*"},
            "Null": {"aws:UserAgent": "false"},
        },
        {"Null": {"aws:UserAgent": "true"}, "StringEquals": {"aws:UserAgent": "a"}},
        {"Bool": {"aws:SecureTransport": ["true"]}, "Null": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/7"}},
    ],
    ids=str,
)
def test_what_no_request_fulfils_is_denied(condition: dict[str, dict[str, object]]) -> None:
    assert answer(condition).verdict is Verdict.IMPLICIT_DENY


def test_alternatives_that_leave_nothing_out_are_allowed() -> None:
    assert (
        answer(
            {"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "999999999999999999"}},
            {"NumericGreaterThanEquals": {"aws:MultiFactorAuthAge": "999999999999999999"}},
        ).verdict
        is Verdict.ALLOW
    )
