"""`explain`: the answer for one principal and one privilege, with what is behind it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.evidence import ACCOUNT, CLOSED, account, allow, policy, saved, user
from tests.cli.process import mturk_audit

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """Users who may pay, may pay under a condition, may not, and of whom it is not known."""
    return saved(
        tmp_path,
        account(
            user("payer", policy(allow("mechanicalturk:Send*", Sid="Pay"))),
            user("careful", policy(allow("mechanicalturk:SendBonus", Condition=MFA))),
            user("reader", policy(allow("mechanicalturk:Get*"))),
            user("barred", policy(allow("*"), {"Effect": "Deny", "Action": "mechanicalturk:*", "Resource": "*"})),
            user("broken", "{"),
        ),
    )


@pytest.mark.parametrize(
    ("name", "code", "verdict", "words"),
    [
        ("payer", 0, "allow", ("allowed", "* statement 1 (Pay), Allow: grants it", '"mechanicalturk:Send*"')),
        ("careful", 0, "conditional", ("allowed under conditions", "aws:MultiFactorAuthPresent is true")),
        ("reader", 0, "implicit_deny", ("not allowed: nothing grants it", "- statement 1, Allow: is not about")),
        ("barred", 0, "explicit_deny", ("not allowed: a statement denies it", "* statement 2, Deny: denies it")),
        ("broken", 3, "not_evaluated", ("not evaluated", "cannot be evaluated")),
    ],
)
def test_each_verdict_comes_with_its_statements(
    evidence: Path, name: str, code: int, verdict: str, words: tuple[str, ...]
) -> None:
    text = mturk_audit("explain", evidence, name, "SendBonus", "--as-of", CLOSED)
    assert text.code == code
    for word in words:
        assert word in text.out
    told = json.loads(mturk_audit("explain", evidence, name, "SendBonus", "--format", "json").out)
    assert told["verdict"] == verdict


@pytest.mark.parametrize(
    ("principal", "action"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/payer", "mechanicalturk:SendBonus"),
        ("AIDAPAYER", "sendbonus"),
        ("PAYER", "MechanicalTurk:sendBonus"),
    ],
)
def test_principals_and_actions_have_several_spellings(evidence: Path, principal: str, action: str) -> None:
    out = mturk_audit("explain", evidence, principal, action).out
    assert out.startswith(f"arn:aws:iam::{ACCOUNT}:user/payer\nmechanicalturk:SendBonus: allowed\n")


@pytest.mark.parametrize(
    ("principal", "action", "told"),
    [
        (
            "payer",
            "GrantBonus",
            "a retired name, which grants and denies nothing; today it is SendBonus",
        ),
        ("payer", "SendBonuss", "did you mean `SendBonus`?"),
        ("payer", "s3:GetObject", "is no privilege of Amazon Mechanical Turk"),
        ("paier", "SendBonus", "did you mean `payer`?"),
        ("nobody-at-all", "SendBonus", "give its name or ARN"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_may_be_meant(
    evidence: Path, principal: str, action: str, told: str
) -> None:
    ended = mturk_audit("explain", evidence, principal, action)
    assert ended.code == 2
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_a_name_of_two_principals_needs_an_arn(tmp_path: Path) -> None:
    both = account(user("sam", policy(allow("*"))))
    both["GroupDetailList"] = [
        {
            "Path": "/",
            "GroupName": "sam",
            "GroupId": "AGPASAM",
            "Arn": f"arn:aws:iam::{ACCOUNT}:group/sam",
            "CreateDate": "2024-01-01T00:00:00+00:00",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [],
        }
    ]
    path = saved(tmp_path, both)
    ended = mturk_audit("explain", path, "sam", "SendBonus")
    assert ended.code == 2
    assert f"arn:aws:iam::{ACCOUNT}:group/sam, arn:aws:iam::{ACCOUNT}:user/sam" in ended.err
    assert mturk_audit("explain", path, f"arn:aws:iam::{ACCOUNT}:group/sam", "SendBonus").code == 0


def test_control_characters_in_policies_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("eve", policy(allow("mechanicalturk:*", Sid="x\x1b[2J\u202ey")))))
    out = mturk_audit("explain", path, "eve", "SendBonus").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\x1b[2J" in out
