"""What a trust in somebody outside leaves open, by provider."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from audit.evaluate.reach_providers import weaknesses
from audit.evaluate.reach_trust import EntryType, read_trusts
from audit.policy.parse import parse_document

GITHUB, GITLAB = "token.actions.githubusercontent.com", "gitlab.com"
EKS, COGNITO = "oidc.eks.eu-west-1.amazonaws.com/id/AB", "cognito-identity.amazonaws.com"


def of_provider(issuer: str, **keys: str) -> tuple[str, ...]:
    condition = {"StringLike": {f"{issuer}:{key}": value for key, value in keys.items()}}
    principal = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{issuer}"}
    return judged(principal, EntryType.PROVIDER, "sts:AssumeRoleWithWebIdentity", condition if keys else {})


def judged(principal: dict[str, str], kind: EntryType, action: str, condition: Any = None) -> tuple[str, ...]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition or {}}
    raw = msgspec.json.encode({"Version": "2012-10-17", "Statement": [statement]})
    (one,) = read_trusts(parse_document(raw, resource_based=True))[action].statements
    return weaknesses(one, kind, next(iter(principal.values())), action, known=False)


@pytest.mark.parametrize(
    ("issuer", "keys", "words"),
    [
        (GITHUB, {"aud": "sts.amazonaws.com"}, ["subject (sub) is not asked for"]),
        (GITHUB, {"aud": "a", "sub": "*"}, ["Any subject"]),
        (GITHUB, {"aud": "a", "sub": "repo:*"}, ["Any repository of any owner"]),
        (GITHUB, {"aud": "a", "sub": "repo:example/*"}, ["Any repository of the owner example"]),
        (GITHUB, {"aud": "a", "sub": "repo:example/app:*"}, ["Any branch, tag and pull request"]),
        (GITHUB, {"aud": "a", "sub": "repo:example/app:ref:refs/heads/main"}, []),
        (GITHUB, {"sub": "repo:example/app:ref:refs/heads/main"}, ["audience (aud)"]),
        (GITLAB, {"aud": "a", "sub": "project_path:group/*:ref_type:branch"}, ["Any project of the group group"]),
        (EKS, {"aud": "a", "sub": "system:serviceaccount:pay:*"}, ["Any service account of the namespace pay"]),
        (EKS, {"aud": "a", "sub": "system:serviceaccount:pay:runner"}, []),
        (COGNITO, {}, ["Any identity pool", "Guests"]),
        (COGNITO, {"aud": "pool", "amr": "authenticated"}, []),
        ("accounts.google.com", {}, ["Anybody with an account of accounts.google.com"]),
    ],
)
def test_what_a_provider_lets_in_is_told(issuer: str, keys: dict[str, str], words: list[str]) -> None:
    found = of_provider(issuer, **keys)
    assert len(found) == len(words)
    assert all(any(each in one for one in found) for each in words)


def test_a_service_that_acts_for_anybody_is_told_unless_an_account_is_asked_for() -> None:
    principal = {"Service": "states.amazonaws.com"}
    asked = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    assert len(judged(principal, EntryType.SERVICE, "sts:AssumeRole")) == 1
    assert judged(principal, EntryType.SERVICE, "sts:AssumeRole", asked) == ()
    assert judged({"Service": "ec2.amazonaws.com"}, EntryType.SERVICE, "sts:AssumeRole") == ()
