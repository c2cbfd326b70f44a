"""Effective permissions of whole accounts: attachments, groups, boundaries, and what is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.catalog.load import load_profile
from audit.evaluate.account import EvaluatedAccount, evaluate_account
from audit.evaluate.evaluators import account_evaluators
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement, PolicyType, Verdict
from audit.snapshot.authorization import decode_authorization

ACCOUNT = "111122223333"
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
PAY = {"Effect": "Allow", "Action": "mechanicalturk:SendBonus", "Resource": "*"}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def user(name: str, *documents: Any, **members: Any) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{at}", "PolicyDocument": document} for at, document in enumerate(documents)]
    return {"UserName": name, "UserId": f"AIDA{name}", "Arn": arn("user", name), "UserPolicyList": inline} | members


def role(name: str, *documents: Any, trust: Any = None, **members: Any) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{at}", "PolicyDocument": document} for at, document in enumerate(documents)]
    service = {"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "RoleName": name,
        "Arn": arn("role", name),
        "RolePolicyList": inline,
        "AssumeRolePolicyDocument": trust or policy(service),
    } | members


def group(name: str, *documents: Any, **members: Any) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{at}", "PolicyDocument": document} for at, document in enumerate(documents)]
    return {"GroupName": name, "Arn": arn("group", name), "GroupPolicyList": inline} | members


def managed(name: str, *versions: Any) -> dict[str, Any]:
    """A customer managed policy; its last version is the default."""
    return {
        "PolicyName": name,
        "Arn": arn("policy", name),
        "PolicyVersionList": [
            {"VersionId": f"v{at}", "IsDefaultVersion": at == len(versions), "Document": document}
            for at, document in enumerate(versions, start=1)
        ],
    }


def attached(*names: str) -> list[dict[str, str]]:
    return [{"PolicyName": name, "PolicyArn": arn("policy", name)} for name in names]


def boundary(name: str) -> dict[str, str]:
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy", name)}


def evaluate(
    *,
    users: tuple[Any, ...] = (),
    groups: tuple[Any, ...] = (),
    roles: tuple[Any, ...] = (),
    policies: tuple[Any, ...] = (),
) -> EvaluatedAccount:
    details = {
        "UserDetailList": users,
        "GroupDetailList": groups,
        "RoleDetailList": roles,
        "Policies": policies,
    }
    decoded = decode_authorization(json.dumps(details).encode(), "an account of the test")
    return evaluate_account(account_evaluators(ACCOUNT, decoded, load_profile(), AS_OF), ShownDocuments())


def entitlement(account: EvaluatedAccount, principal: str, action: str = "SendBonus") -> Entitlement | None:
    wanted = (arn(*principal.split("/")), f"mechanicalturk:{action}")
    return next((row for row in account.entitlements if (row.principal_arn, row.action) == wanted), None)


def verdict(account: EvaluatedAccount, principal: str, action: str = "SendBonus") -> Verdict | None:
    found = entitlement(account, principal, action)
    return None if found is None else found.verdict


def test_only_the_default_version_of_a_managed_policy_counts() -> None:
    account = evaluate(
        users=(user("a", AttachedManagedPolicies=attached("Pay")),),
        policies=(managed("Pay", policy(PAY), policy({**PAY, "Action": "s3:GetObject"})),),
    )
    assert verdict(account, "user/a") is None


def test_a_group_gives_its_policies_to_its_members_and_stands_by_itself() -> None:
    account = evaluate(users=(user("in", GroupList=["payers"]), user("out")), groups=(group("payers", policy(PAY)),))
    assert verdict(account, "user/in") is Verdict.ALLOW
    assert verdict(account, "user/out") is None
    assert verdict(account, "group/payers") is Verdict.ALLOW
    found = entitlement(account, "user/in")
    assert found is not None
    assert (found.grants[0].policy.type, found.grants[0].policy.group) == (PolicyType.GROUP_INLINE, "payers")
    assert next(one for one in account.principals if one.name == "payers").members == (arn("user", "in"),)


def test_a_boundary_takes_away_what_it_does_not_permit() -> None:
    account = evaluate(
        roles=(
            role("bounded", policy(EVERYTHING), PermissionsBoundary=boundary("Limit")),
            role("free", policy(EVERYTHING)),
        ),
        policies=(managed("Limit", policy({**PAY, "Action": "mechanicalturk:List*"})),),
    )
    assert verdict(account, "role/bounded") is None
    assert verdict(account, "role/bounded", "ListHITs") is Verdict.ALLOW
    assert verdict(account, "role/free") is Verdict.ALLOW


def test_an_explicit_deny_anywhere_wins() -> None:
    deny = {"Effect": "Deny", "Action": "mechanicalturk:Send*", "Resource": "*"}
    account = evaluate(
        users=(user("a", policy(EVERYTHING), GroupList=["careful"]),), groups=(group("careful", policy(deny)),)
    )
    assert verdict(account, "user/a") is None
    assert verdict(account, "user/a", "GetHIT") is Verdict.ALLOW


@pytest.mark.parametrize("resource", ["arn:aws:s3:::x", "arn:*", "arn:aws:mechanicalturk:*:*:*"])
def test_a_resource_that_is_not_the_star_grants_and_denies_nothing(resource: str) -> None:
    account = evaluate(
        users=(
            user("granted", policy({**EVERYTHING, "Resource": resource})),
            user("denied", policy(EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Resource": resource})),
        )
    )
    assert verdict(account, "user/granted") is None
    assert verdict(account, "user/denied") is Verdict.ALLOW


def test_not_action_grants_all_39() -> None:
    account = evaluate(users=(user("power", policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),))
    assert len(account.entitlements) == 39


def test_a_user_s_own_tags_and_name_settle_conditions() -> None:
    team = {"StringEquals": {"aws:PrincipalTag/Team": "Payroll"}}
    named = {"StringEquals": {"aws:username": "b"}}
    account = evaluate(
        users=(
            user("a", policy({**PAY, "Condition": team}), Tags=[{"Key": "team", "Value": "Payroll"}]),
            user("b", policy({**PAY, "Condition": team}, {**PAY, "Sid": "Named", "Condition": named})),
            user("c", policy({**PAY, "Condition": named})),
        )
    )
    assert verdict(account, "user/a") is Verdict.ALLOW
    assert verdict(account, "user/b") is Verdict.ALLOW
    assert verdict(account, "user/c") is None
    found = entitlement(account, "user/b")
    assert found is not None
    assert [grant.sid for grant in found.grants] == ["Named"], "a statement that never holds is no grant"


def test_a_role_s_tags_are_known_unless_a_caller_may_set_them() -> None:
    statement = {**PAY, "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "Payroll"}}}
    tags = [{"Key": "Team", "Value": "Payroll"}]
    caller = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    account = evaluate(
        roles=(
            role("fixed", policy(statement), Tags=tags),
            role("taggable", policy(statement), Tags=tags, trust=policy(caller)),
            role("untagged", policy(statement)),
        )
    )
    assert verdict(account, "role/fixed") is Verdict.ALLOW
    assert verdict(account, "role/taggable") is Verdict.CONDITIONAL
    assert verdict(account, "role/untagged") is None


def test_an_allow_that_has_expired_is_no_grant_and_one_to_come_is_conditional() -> None:
    def dated(operator: str, when: str) -> dict[str, Any]:
        return {**PAY, "Condition": {operator: {"aws:CurrentTime": when}}}

    account = evaluate(
        users=(
            user("past", policy(dated("DateLessThan", "2026-06-30T00:00:00Z"))),
            user("ending", policy(dated("DateLessThan", "2027-06-30T00:00:00Z"))),
            user("begun", policy(dated("DateGreaterThan", "2026-06-30T00:00:00Z"))),
        )
    )
    assert verdict(account, "user/past") is None
    assert verdict(account, "user/ending") is Verdict.CONDITIONAL
    assert verdict(account, "user/begun") is Verdict.ALLOW


def test_mechanical_turk_answers_in_one_region() -> None:
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    outside = {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}
    account = evaluate(
        users=(
            user("europe", policy({**PAY, "Condition": elsewhere})),
            user("locked", policy(PAY, {**EVERYTHING, "Effect": "Deny", "Condition": outside})),
        )
    )
    assert verdict(account, "user/europe") is None
    assert verdict(account, "user/locked") is Verdict.ALLOW


def test_an_allow_and_a_deny_that_leave_no_request_are_no_grant() -> None:
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    account = evaluate(
        users=(
            user("none", policy({**PAY, "Condition": office}, {**EVERYTHING, "Effect": "Deny", "Condition": office})),
        )
    )
    assert verdict(account, "user/none") is None


def test_conditions_are_told_in_words_with_the_statements_that_limit() -> None:
    mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    account = evaluate(
        users=(user("a", policy(PAY, {**EVERYTHING, "Sid": "NeedMfa", "Effect": "Deny", "Condition": mfa})),)
    )
    found = entitlement(account, "user/a")
    assert found is not None
    assert found.verdict is Verdict.CONDITIONAL
    assert found.conditions == ("unless aws:MultiFactorAuthPresent is false, or aws:MultiFactorAuthPresent is absent",)
    assert [limit.sid for limit in found.limited_by] == ["NeedMfa"]


MISSING = [{"PolicyName": "Gone", "PolicyArn": arn("policy", "Gone")}]


@pytest.mark.parametrize(
    "members",
    [{"AttachedManagedPolicies": MISSING}, {"GroupList": ["nowhere"]}],
    ids=["a policy that is not in the file", "a group that does not exist"],
)
def test_what_is_missing_makes_the_answer_incomplete_and_never_clean(members: dict[str, Any]) -> None:
    account = evaluate(users=(user("empty", **members), user("payer", policy(PAY), **members)))
    assert account.not_evaluated == (arn("user", "empty"), arn("user", "payer"))
    assert verdict(account, "user/empty") is Verdict.NOT_EVALUATED
    assert verdict(account, "user/payer") is Verdict.CONDITIONAL, "the missing policy may deny it"
    assert {name for defect in account.defects for name in defect.principals} == set(account.not_evaluated)


def test_a_missing_boundary_is_not_evaluated() -> None:
    account = evaluate(roles=(role("bounded", policy(EVERYTHING), PermissionsBoundary=boundary("Gone")),))
    assert verdict(account, "role/bounded") is Verdict.NOT_EVALUATED
    assert account.not_evaluated == (arn("role", "bounded"),)


@pytest.mark.parametrize(
    "document",
    [
        "{",
        [],
        {"Version": "2012-10-17"},
        policy({"Effect": "Permit", "Action": "*", "Resource": "*"}),
        policy({"Effect": "Allow", "Action": "*"}),
        policy({**PAY, "Condition": {"FakeOperator": {"aws:username": "x"}}}),
        policy({**PAY, "Action": "SendBonus"}),
    ],
    ids=["no JSON", "no object", "no statement", "no effect", "no resource", "no operator", "no service prefix"],
)
def test_a_document_that_cannot_be_evaluated_is_named_and_is_no_allow(document: Any) -> None:
    account = evaluate(users=(user("a", document),))
    assert account.not_evaluated == (arn("user", "a"),)
    assert verdict(account, "user/a") is Verdict.NOT_EVALUATED
    assert account.defects[0].subject.startswith(arn("user", "a"))
    assert account.defects[0].detail


def test_a_trust_policy_that_cannot_be_read_is_a_defect_of_nobody_s_privileges() -> None:
    account = evaluate(roles=(role("a", policy(PAY), trust="{"),))
    assert verdict(account, "role/a") is Verdict.ALLOW
    assert [(defect.principals, "trust policy" in defect.subject) for defect in account.defects] == [((), True)]
