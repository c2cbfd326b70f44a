"""What an organization bounds an account with: who is bound, by which levels, and what is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.catalog.load import load_profile
from audit.evaluate.account import EvaluatedAccount, evaluate_account
from audit.evaluate.control_policies import NOT_READ, control_policies
from audit.evaluate.evaluators import account_evaluators
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement, PolicyType, Verdict
from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from tests.unit.evaluate.accounts import ACCOUNT, MFA, OFFICE, Account, Json, allow, arn, deny, document
from tests.unit.evaluate.rightsizing import AS_OF

MANAGEMENT = "444455556666"
FULL = document(allow("*"))
PAY = "mechanicalturk:SendBonus"


def organization(*levels: tuple[object, ...], rcps: tuple[object, ...] = (), **changes: Any) -> Organization:
    """Levels of SCPs from the root down to the account; RCPs at the account."""
    nodes: list[OrganizationNode] = []
    policies: list[ControlPolicy] = []
    ids = ["r-ab12", *(f"ou-ab12-{depth}" for depth in range(1, len(levels) - 1)), ACCOUNT]
    for depth, level in enumerate(levels):
        names = [f"p-{depth}-{at}" for at in range(len(level))]
        policies += [_policy(name, content) for name, content in zip(names, level, strict=True)]
        bounding = [f"p-r-{at}" for at in range(len(rcps))] if depth == len(levels) - 1 else []
        nodes.append(
            OrganizationNode(
                id=ids[depth],
                type=NodeType.ROOT if depth == 0 else NodeType.OU if depth < len(levels) - 1 else NodeType.ACCOUNT,
                name=f"node {depth}",
                parent_id=ids[depth - 1] if depth else "",
                scp_ids=tuple(names),
                rcp_ids=tuple(bounding),
            )
        )
    policies += [_policy(f"p-r-{at}", content) for at, content in enumerate(rcps)]
    values: Json = {
        "id": "o-a1",
        "management_account_id": MANAGEMENT,
        "nodes": tuple(nodes),
        "policies": tuple(policies),
        "scps_enabled": True,
        "rcps_enabled": True,
    }
    return Organization(**(values | changes))


def _policy(name: str, content: object) -> ControlPolicy:
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    return ControlPolicy(id=name, arn=f"arn:aws:organizations::1:policy/{name}", name=name, type="", document=text)


def evaluated(
    tree: Organization | None, *documents: Json, account_id: str = ACCOUNT, **fields: Any
) -> EvaluatedAccount:
    account = Account()
    account.role("r", *(documents or (document(allow("mechanicalturk:*")),)), **fields)
    control = control_policies(tree, ACCOUNT)
    evaluators = account_evaluators(ACCOUNT, account.details(), load_profile(), AS_OF, control)
    return evaluate_account(evaluators, ShownDocuments())


def row(account: EvaluatedAccount, action: str = PAY) -> Entitlement | None:
    return next((one for one in account.entitlements if one.action == action), None)


def verdict(account: EvaluatedAccount, action: str = PAY) -> Verdict | None:
    found = row(account, action)
    return None if found is None else found.verdict


NO_PAY = document(deny(PAY, Sid="NoPay"))
EU_ONLY = document(
    {
        "Effect": "Deny",
        "NotAction": "iam:*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
    }
)
OWN_ORGANIZATION = document(allow("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}))
UNDER_ROOT = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1/r-ab12/*"}}
SUBTREE = document(allow("*", Condition=UNDER_ROOT))
ALLOWED, CONDITIONAL, UNKNOWN = Verdict.ALLOW, Verdict.CONDITIONAL, Verdict.NOT_EVALUATED


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param(((FULL,), (FULL,)), ALLOWED, id="FullAWSAccess everywhere"),
        pytest.param(((FULL,), ()), None, id="an empty level"),
        pytest.param(((), (FULL,)), None, id="an empty root"),
        pytest.param(((FULL,), (document(allow("s3:*")),)), None, id="a level that does not allow"),
        pytest.param(((FULL,), (document(allow("s3:*")),), (FULL,)), None, id="a level in the middle that does not"),
        pytest.param(((FULL,), (document(allow("s3:*")), document(allow(PAY)))), ALLOWED, id="one of two that does"),
        pytest.param(((FULL, NO_PAY), (FULL,)), None, id="a Deny at the root"),
        pytest.param(((FULL,), (FULL, NO_PAY)), None, id="a Deny at the account"),
        pytest.param(((FULL,), (document(allow(PAY, Condition=MFA)),)), CONDITIONAL, id="an Allow under a condition"),
        pytest.param(((FULL,), (FULL, document(deny(PAY, Condition=MFA)))), CONDITIONAL, id="a Deny under one"),
        pytest.param(((FULL,), (FULL, EU_ONLY)), None, id="a region where the service is not"),
        pytest.param(((FULL,), (OWN_ORGANIZATION,)), ALLOWED, id="the organization is known"),
        pytest.param(((FULL,), (SUBTREE,)), ALLOWED, id="and the path in it"),
        pytest.param(((FULL,), (FULL, None)), CONDITIONAL, id="a document that is missing may deny"),
        pytest.param(((FULL,), ("{",)), UNKNOWN, id="one that cannot be read may allow"),
        pytest.param(
            ((document({"Effect": "Allow", "NotAction": "mechanicalturk:*", "Resource": "*"}),), (FULL,)),
            None,
            id="NotAction on Allow",
        ),
        pytest.param(((FULL, document(deny("*", Resource="arn:aws:s3:::*"))), (FULL,)), ALLOWED, id="a Deny elsewhere"),
    ],
)
def test_every_level_must_allow_and_none_deny(levels: tuple[tuple[object, ...], ...], expected: Verdict | None) -> None:
    assert verdict(evaluated(organization(*levels))) is expected


BARRED = organization((FULL,), (NO_PAY,))


@pytest.mark.parametrize(
    ("tree", "known", "words"),
    [
        pytest.param(None, False, "No organization data was evaluated", id="not asked"),
        pytest.param(Organization(), True, "in no organization", id="in none"),
        pytest.param(organization((FULL,), (NO_PAY,), management_account_id=ACCOUNT), True, "exempt", id="management"),
        pytest.param(
            organization((FULL,), (NO_PAY,), management_account_id=ACCOUNT, nodes=None), True, "exempt", id="no tree"
        ),
        pytest.param(organization((FULL,), (NO_PAY,), scps_enabled=False), True, "does not use", id="not enabled"),
        pytest.param(
            organization((FULL,), (NO_PAY,), scps_enabled=False, policies=None, rcps_enabled=False),
            True,
            "does not use",
            id="not enabled, no policies",
        ),
        pytest.param(organization((FULL,), (NO_PAY,), nodes=None), False, "tree was not to be read", id="tree denied"),
        pytest.param(organization((FULL,), (NO_PAY,), policies=None), False, "policies were not", id="no policies"),
        pytest.param(organization((), (), scps_enabled=None), False, "not known whether", id="not told"),
    ],
)
def test_whom_they_do_not_bound_or_are_not_known_of(tree: Organization | None, known: bool, words: str) -> None:
    control = control_policies(tree, ACCOUNT)
    assert control.scps is None
    assert (control.unknown == "", control.exempt != "") == (known, known)
    assert words in control.sentence
    assert ("upper bound" in control.sentence) is not known
    assert verdict(evaluated(tree)) is Verdict.ALLOW


def test_an_account_that_the_tree_does_not_hold_is_not_known() -> None:
    assert "not in the organization's tree" in control_policies(BARRED, "999999999999").sentence
    assert control_policies(None, ACCOUNT) is NOT_READ


def test_attached_policies_tell_that_the_type_is_in_use() -> None:
    tree = organization((FULL,), (NO_PAY,), scps_enabled=None)
    assert verdict(evaluated(tree)) is None
    assert "of 2 levels" in control_policies(tree, ACCOUNT).sentence


def test_a_service_linked_role_is_exempt() -> None:
    linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    assert verdict(evaluated(BARRED)) is None
    assert verdict(evaluated(BARRED, Arn=linked)) is Verdict.ALLOW


def test_resource_control_policies_bear_on_their_services_alone() -> None:
    barred = {**deny("*"), "Principal": "*"}
    found = evaluated(organization((FULL,), (FULL,), rcps=(document(barred),)), document(allow("*")))
    assert verdict(found) is Verdict.ALLOW
    assert row(found) == row(evaluated(organization((FULL,), (FULL,)), document(allow("*"))))
    watched = {one.action: one.verdict for one in found.watched}
    assert "sts:AssumeRole" not in watched
    assert watched["iam:CreateAccessKey"] is Verdict.ALLOW


def test_what_limits_a_conditional_privilege_is_named() -> None:
    found = row(evaluated(organization((FULL,), (FULL, document(deny(PAY, Sid="Mfa", Condition=MFA))))))
    assert found is not None
    (limit,) = found.limited_by
    assert (limit.policy.type, limit.policy.name, limit.sid) == (PolicyType.SCP, "p-1-1", "Mfa")
    assert limit.policy.arn == "arn:aws:organizations::1:policy/p-1-1"
    assert limit.policy.label == "SCP p-1-1 at account 111122223333"
    assert limit.policy.document_id >= 0
    assert found.conditions == ("unless aws:MultiFactorAuthPresent is true",)
    allowed = row(evaluated(organization((FULL,), (document(allow(PAY, Condition=MFA)),), (FULL,))))
    assert allowed is not None
    assert allowed.conditions == (
        "only if aws:MultiFactorAuthPresent is true (service control policy at organizational unit node 1)",
    )


def test_one_that_cannot_be_read_makes_everybody_uncertain() -> None:
    found = evaluated(organization((FULL,), (FULL, "{")))
    assert found.not_evaluated == (arn("role", "r"),)
    assert [defect.subject for defect in found.defects] == ["arn:aws:organizations::1:policy/p-1-1"]


def _conditions(tree: Organization, **roles: Json) -> list[tuple[str, tuple[str, ...]]]:
    """By role and action: what must hold, in words."""
    account = Account()
    for name, content in roles.items():
        account.role(name, content)
    evaluators = account_evaluators(ACCOUNT, account.details(), load_profile(), AS_OF, control_policies(tree, ACCOUNT))
    rows = evaluate_account(evaluators, ShownDocuments()).entitlements
    return [(row.principal_arn.rpartition("/")[2], row.conditions) for row in rows]


def test_of_two_roles_with_the_same_policies_each_is_told_what_it_must_meet() -> None:
    unless_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    named = deny("*", Condition={**unless_mfa, "ArnLike": {"aws:PrincipalArn": arn("role", "a")}})
    same = document(allow(PAY, Condition=OFFICE))
    office = "only if aws:SourceIp is in 192.0.2.0/24"
    exception = f"unless aws:MultiFactorAuthPresent is false, and aws:PrincipalArn is like {arn('role', 'a')}"
    tree = organization((FULL,), (FULL, document(named)))
    assert _conditions(tree, a=same, b=same) == [("a", (office, exception)), ("b", (office,))]


def test_of_two_roles_with_other_actions_each_is_told_what_bears_on_its_own() -> None:
    tree = organization(
        (FULL,),
        (FULL, document(deny("mechanicalturk:GetHIT", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}))),
        (FULL, document(deny(PAY, Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))),
    )
    assert _conditions(tree, a=document(allow("mechanicalturk:GetHIT")), b=document(allow(PAY))) == [
        ("a", ("unless aws:MultiFactorAuthPresent is false",)),
        ("b", ("unless aws:SourceIp is not in 192.0.2.0/24",)),
    ]
