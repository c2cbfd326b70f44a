"""Proposals as a whole: what is not held, what cannot be read, where the ready policy goes."""

from __future__ import annotations

import json

import pytest

from audit.evaluate.rightsize_record import ChangeKind, Placement
from audit.model.entitlement import Verdict
from audit.model.error import InputError
from tests.unit.evaluate.accounts import MFA, Account, allow, arn, bounded, by_aws, document, full
from tests.unit.evaluate.rightsizing import ALL, but, kept, only, removed, rightsized, statements


def test_nothing_is_added_that_is_not_held_today() -> None:
    account = Account()
    boundary = account.managed("Boundary", document(allow("mechanicalturk:List*", "mechanicalturk:Get*")))
    role = account.role("r", document(allow(ALL)), PermissionsBoundary=bounded(boundary))
    result = rightsized(account, role, "SendBonus", "ListHITs")
    assert result.not_held == ("mechanicalturk:SendBonus",)
    assert statements(result) == [kept(full("ListHITs"))]


def test_where_nothing_goes_nothing_is_proposed() -> None:
    account = Account()
    role = account.role("r", document(allow(*full("SendBonus"))))
    result = rightsized(account, role, "SendBonus", "GetHIT")
    assert (result.policy, result.changes, result.proof) == (None, (), None)


@pytest.mark.parametrize("broken", ["{", json.dumps(document(allow(ALL, Condition={"Sounds": {"a": "b"}})))])
def test_what_cannot_be_read_is_left_and_denied(broken: str) -> None:
    account = Account()
    role = account.role("r", broken, document(allow("s3:*")))
    result = rightsized(account, role, "SendBonus")
    assert [privilege.verdict for privilege in result.kept] == [Verdict.NOT_EVALUATED]
    assert only(result).kind is ChangeKind.LEAVE
    assert statements(result) == [removed(but("SendBonus"))]


def test_of_a_policy_that_cannot_be_read_in_part_the_rest_counts() -> None:
    account = Account()
    role = account.role("r", document({"Effect": "Allow", "Resource": "*"}, allow(*full("SendBonus"), Condition=MFA)))
    result = rightsized(account, role, "SendBonus", "GetHIT")
    assert {privilege.action: privilege.verdict for privilege in result.kept} == {
        "mechanicalturk:GetHIT": Verdict.NOT_EVALUATED,
        "mechanicalturk:SendBonus": Verdict.CONDITIONAL,
    }
    assert only(result).kind is ChangeKind.LEAVE
    assert statements(result) == [kept(full("SendBonus"), MFA), removed(but("SendBonus", "GetHIT"))]


def test_conditions_are_told_in_words() -> None:
    account = Account()
    role = account.role("r", document(allow(ALL, Condition=MFA), allow(*full("GetHIT"))))
    result = rightsized(account, role, "SendBonus", "GetHIT")
    assert [privilege.conditions for privilege in result.kept] == [
        (),
        ("only if aws:MultiFactorAuthPresent is true",),
    ]


def test_a_policy_that_is_missing_from_the_evidence_is_left_and_denied() -> None:
    account = Account()
    role = account.role("r", document(allow(*full("SendBonus"))), attached=(arn("policy", "Missing"),))
    result = rightsized(account, role, "SendBonus")
    assert [change.kind for change in result.changes] == [ChangeKind.LEAVE, ChangeKind.REPLACE]
    assert statements(result) == [kept(full("SendBonus")), removed(but("SendBonus"))]


def test_a_policy_saved_as_text_is_left_and_denied() -> None:
    account = Account()
    role = account.role("r", json.dumps(document(allow(ALL))))
    assert only(rightsized(account, role, "SendBonus")).reason.startswith("it is not saved as plain JSON")


def test_inline_policies_that_would_be_too_long_give_way_to_a_managed_one() -> None:
    """A user's inline policies may have 2,048 characters together."""
    account = Account()
    buckets = document(allow("s3:*", Resource=[f"arn:aws:s3:::a-bucket-with-a-long-name-{n}" for n in range(30)]))
    administrator = account.managed(by_aws("AdministratorAccess"), document(allow("*")))
    user = account.user("u", buckets, attached=(administrator,))
    result = rightsized(account, user, "SendBonus")
    assert result.policy is not None
    assert (result.policy.placement, result.policy.name) == (Placement.MANAGED, "mechanicalturk-rightsized")
    assert result.notes == ("as an inline policy it would be longer than AWS allows, so it is a managed one",)
    assert result.proof is not None
    assert result.proof.kept == 1


LONG = {"StringEquals": {"aws:UserAgent": [f"agent-{number:0200}" for number in range(40)]}}
"""Over 8,000 characters."""


def test_a_policy_too_long_for_a_managed_one_is_said_to_be() -> None:
    account = Account()
    user = account.user("u", document(allow(ALL, "s3:*", Condition=LONG)))
    assert "divide it between two" in rightsized(account, user, "SendBonus").notes[-1]


def test_a_managed_policy_that_would_become_too_long_is_not_replaced() -> None:
    """A role's inline policies may have 10,240 characters together."""
    account = Account()
    policy = account.managed("Own", document(allow(ALL, Condition=LONG)))
    result = rightsized(account, account.role("r", attached=(policy,)), "SendBonus")
    assert only(result).kind is ChangeKind.REMOVE
    assert result.policy is not None
    assert result.policy.placement is Placement.INLINE


def test_a_name_that_is_taken_is_not_used_again() -> None:
    account = Account()
    own = [{"PolicyName": "MechanicalTurk-RightSized", "PolicyDocument": document(allow("s3:*", ALL))}]
    result = rightsized(account, account.user("u", UserPolicyList=own), "SendBonus")
    assert result.policy is not None
    assert result.policy.name == "mechanicalturk-rightsized-2"


def test_a_service_linked_role_is_refused() -> None:
    account = Account()
    path = "aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    role = account.role(path, document(allow(ALL)))
    with pytest.raises(InputError, match="only AWS changes"):
        rightsized(account, role, "SendBonus")


def test_a_role_of_identity_center_comes_with_a_note() -> None:
    account = Account()
    role = account.role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef", document(allow(ALL)))
    assert "permission set" in rightsized(account, role, "SendBonus").notes[0]


def test_too_many_classes_of_requests_are_compared_by_statement() -> None:
    account = Account()
    tagged = [allow(ALL, "s3:*", Condition={"ForAnyValue:StringEquals": {"aws:TagKeys": f"key-{n}"}}) for n in range(8)]
    result = rightsized(account, account.user("u", document(*tagged)), "SendBonus")
    assert result.kept[0].verdict is Verdict.CONDITIONAL
    assert len(statements(result)) == 8
    assert result.proof is not None
    assert (result.proof.requests, result.proof.by_statement) == (0, 1)
