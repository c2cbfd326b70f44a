"""Whom conditions tell apart, and whom they do not."""

from __future__ import annotations

import json

import pytest

from audit.evaluate.actions import ActionIndex
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.evaluate.likeness import Likeness
from audit.policy.classes import Term
from audit.policy.document import Clause
from audit.snapshot.authorization import decode_authorization
from tests.property.naive import Json
from tests.property.reach_worlds import AS_OF, document

ARN = "aws:PrincipalArn"


def role(name: str, *tags: tuple[str, str], account: str = "111122223333") -> Json:
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{account}:role/{name}",
        "AssumeRolePolicyDocument": document([]),
        "Tags": [{"Key": key, "Value": value} for key, value in tags],
    }


def alike(one: Json, other: Json, *clauses: Clause, keys: frozenset[str] = frozenset()) -> bool:
    details = {"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [one, other]}
    policies = AccountPolicies(decode_authorization(json.dumps(details).encode(), "roles"))
    known = KnownContexts(policies, AS_OF, ActionIndex(()))
    likeness = Likeness([(Term(clause, "2012-10-17"),) for clause in clauses], keys)
    first, second = policies.holders
    return likeness.of(first, known) == likeness.of(second, known)


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        pytest.param((), True, id="nothing asked"),
        pytest.param((Clause("ArnLike", ARN, ("arn:*:iam::*:role/ops-*",)),), True, id="both match"),
        pytest.param((Clause("ArnNotLike", ARN, ("arn:*:iam::*:role/dev-*",)),), True, id="neither matches"),
        pytest.param((Clause("ArnLike", ARN, ("arn:*:iam::*:role/ops-a",)),), False, id="one matches"),
        pytest.param(
            (Clause("ArnLike", ARN, ("arn:*:iam::*:role/${aws:RequestTag/x}",)),), False, id="a variable is matched"
        ),
        pytest.param(
            (Clause("StringEquals", "aws:SourceArn", (f"${{{ARN}}}",)),), False, id="it is a variable's own value"
        ),
        pytest.param((Clause("IpAddress", "aws:SourceIp", ("10.0.0.0/8",)),), True, id="what is not known of either"),
    ],
)
def test_an_arn_tells_apart_by_what_it_matches(clauses: tuple[Clause, ...], expected: bool) -> None:
    assert alike(role("ops-a"), role("ops-b"), *clauses) is expected


@pytest.mark.parametrize(("value", "expected"), [("red", True), ("blue", False)])
def test_a_tag_tells_apart_by_its_value(value: str, expected: bool) -> None:
    asked = Clause("StringEquals", "aws:PrincipalTag/team", ("green",))
    assert alike(role("a", ("team", "red")), role("b", ("team", value), ("cost", "1")), asked) is expected


def test_an_arn_that_is_asked_for_as_it_is_tells_everybody_apart() -> None:
    assert not alike(role("a"), role("b"), keys=frozenset({"aws:principalarn"}))


def test_the_account_is_the_one_that_the_arn_tells() -> None:
    asked = Clause("StringEquals", "aws:PrincipalAccount", ("111122223333",))
    assert alike(role("a"), role("b"), asked)
    assert not alike(role("a"), role("b", account="444455556666"), asked)
