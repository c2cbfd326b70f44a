"""What becomes of each present policy, and who else has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.evaluate.rightsize_record import ChangeKind, Placement
from audit.model.entitlement import Verdict
from tests.unit.evaluate.accounts import MFA, OFFICE, Account, Json, allow, arn, bounded, by_aws, deny, document, full
from tests.unit.evaluate.rightsizing import ALL, NAMES, but, kept, only, proposed, removed, rightsized, statements


def test_a_deny_stays_where_it_is_with_its_condition() -> None:
    account = Account()
    barred = deny("mechanicalturk:Send*", Condition=OFFICE)
    user = account.user("u", document(allow(ALL, "s3:*"), barred))
    result = rightsized(account, user, "SendBonus")
    assert result.kept[0].verdict is Verdict.CONDITIONAL
    assert proposed(only(result)) == [allow("s3:*"), barred]
    assert statements(result) == [kept(full("SendBonus"))]


def test_a_policy_that_then_holds_denies_alone_takes_the_statements_in() -> None:
    account = Account()
    barred = deny(full("SendBonus")[0], Sid="keptprivileges", Condition=OFFICE)
    user = account.user("u", document(allow(ALL), barred))
    result = rightsized(account, user, "SendBonus")
    assert result.policy is not None
    assert result.policy.placement is Placement.REPLACES
    assert only(result).kind is ChangeKind.REPLACE
    assert statements(result) == [{**kept(full("SendBonus")), "Sid": "KeptPrivilegesNew"}, barred]


def test_denies_of_a_version_without_variables_are_left_to_themselves() -> None:
    account = Account()
    barred = deny(ALL, Condition={"StringEquals": {"aws:UserAgent": "${aws:username}"}})
    user = account.user("u", document(allow(ALL), barred, version="2008-10-17"))
    result = rightsized(account, user, "SendBonus")
    assert only(result).kind is ChangeKind.EDIT
    assert result.policy is not None
    assert result.policy.placement is Placement.INLINE


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        (allow("*"), {"NotAction": [ALL]}),
        (allow("*:*", "s3:GetObject"), {"NotAction": [ALL]}),
        (allow("s3:*", "MechanicalTurk:Send*", "mechanicalturk:GrantBonus"), {"Action": ["s3:*"]}),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, {"NotAction": ["iam:*", ALL]}),
        (allow("s3:*", ALL, Condition=MFA, Sid="Mixed"), {"Action": ["s3:*"]}),
        (allow("s3*:Get*", ALL), {"Action": ["s3*:Get*"]}),
    ],
    ids=["everything", "everything, spelt out", "named", "NotAction", "with a condition", "another wildcard"],
)
def test_a_statement_loses_the_service_and_keeps_all_else(statement: Json, after: Json) -> None:
    account = Account()
    user = account.user("u", document(statement, allow("sqs:*")))
    rest = {name: value for name, value in statement.items() if name not in ("Action", "NotAction")}
    change = only(rightsized(account, user, "SendBonus"))
    assert change.kind is ChangeKind.EDIT
    assert proposed(change) == [{**after, **rest}, allow("sqs:*")]
    assert change.difference.startswith("--- inline-1 (now)\n+++ inline-1 (proposed)\n@@ ")


def test_the_name_of_the_service_has_no_case() -> None:
    account = Account()
    user = account.user("u", document(allow("MECHANICALTURK:Send*")))
    assert only(rightsized(account, user)).kind is ChangeKind.REMOVE


def test_a_single_statement_stays_one_and_letters_stay_letters() -> None:
    account = Account()
    statement = allow("mechanicalturk:Sénd*", ALL, "s3:*")
    user = account.user("u", {"Version": "2012-10-17", "Id": "é", "Statement": statement})
    change = only(rightsized(account, user))
    assert change.document is not None
    assert '-      "mechanicalturk:Sénd*",\n' in change.difference
    assert bytes(change.document).decode() == json.dumps(
        {"Version": "2012-10-17", "Id": "é", "Statement": {**statement, "Action": ["s3:*"]}}, ensure_ascii=False
    )


@pytest.mark.parametrize("pattern", ["m*:*", "M*:*", "mechanicaltur?:SendBonus"])
def test_a_wildcard_in_the_service_name_is_left_and_denied(pattern: str) -> None:
    account = Account()
    user = account.user("u", document(allow(pattern, "s3:*")), document(allow(ALL)))
    result = rightsized(account, user, "GetHIT")
    assert [change.kind for change in result.changes] == [ChangeKind.LEAVE, ChangeKind.REPLACE]
    denied = ["mechanicalturk:SendBonus"] if pattern.endswith("SendBonus") else but("GetHIT")
    assert statements(result) == [kept(full("GetHIT")), removed(denied)]


def test_statements_that_grant_nothing_of_the_service_are_not_touched() -> None:
    account = Account()
    elsewhere = document(allow(ALL, Resource="arn:aws:s3:::x"), allow("s3:*"), deny(*full("DeleteHIT")))
    user = account.user("u", elsewhere, document(allow(*full("SendBonus", "GetHIT"))))
    change = only(rightsized(account, user, "SendBonus"))
    assert change.policy.name == "inline-2"


def test_what_aws_keeps_for_the_service_alone_is_detached() -> None:
    account = Account()
    policy = account.managed(by_aws("AmazonMechanicalTurkFullAccess"), document(allow(ALL)))
    user = account.user("u", attached=(policy,))
    result = rightsized(account, user, "SendBonus")
    assert (only(result).kind, only(result).reason) == (
        ChangeKind.DETACH,
        "it grants nothing else, and AWS keeps it",
    )
    assert statements(result) == [kept(full("SendBonus"))]


def test_what_aws_keeps_for_more_than_the_service_is_left_and_the_rest_denied() -> None:
    account = Account()
    policy = account.managed(by_aws("AdministratorAccess"), document(allow("*")))
    role = account.role("r", attached=(policy,))
    result = rightsized(account, role, "SendBonus", "ListHITs")
    assert only(result).kind is ChangeKind.LEAVE
    assert statements(result) == [kept(full("ListHITs", "SendBonus")), removed(but("ListHITs", "SendBonus"))]


def test_where_nothing_is_kept_the_whole_service_is_denied() -> None:
    account = Account()
    role = account.role("r", attached=(account.managed(by_aws("AdministratorAccess"), document(allow("*"))),))
    result = rightsized(account, role)
    assert statements(result) == [removed(ALL)]
    assert result.proof is not None
    assert (result.proof.kept, result.proof.removed) == (0, len(NAMES))


def test_where_nothing_is_kept_or_left_there_is_no_ready_policy() -> None:
    account = Account()
    role = account.role("r", document(allow(ALL)))
    result = rightsized(account, role)
    assert result.policy is None
    assert only(result).kind is ChangeKind.REMOVE


def test_of_two_policies_for_the_service_one_is_replaced_and_one_removed() -> None:
    account = Account()
    policy = account.managed("Pay", document(allow(*full("SendBonus"))))
    role = account.role("r", document(allow(*full("DeleteHIT"))), attached=(policy,))
    result = rightsized(account, role, "SendBonus")
    assert [(change.policy.name, change.kind) for change in result.changes] == [
        ("Pay", ChangeKind.REMOVE),
        ("inline-1", ChangeKind.REPLACE),
    ]


def test_a_managed_policy_of_the_principal_alone_is_edited() -> None:
    account = Account()
    policy = account.managed("Own", document(allow(ALL, "s3:*")), AttachmentCount=1)
    role = account.role("r", attached=(policy,))
    change = only(rightsized(account, role, "SendBonus"))
    assert (change.kind, change.policy.arn) == (ChangeKind.EDIT, policy)
    assert proposed(change) == [allow("s3:*")]


def test_a_managed_policy_of_the_principal_alone_may_take_the_statements_in() -> None:
    account = Account()
    policy = account.managed("Own", document(allow(ALL)))
    result = rightsized(account, account.role("r", attached=(policy,)), "SendBonus")
    assert result.policy is not None
    assert (result.policy.placement, result.policy.arn) == (Placement.REPLACES, policy)
    assert '-        "mechanicalturk:*"\n' in only(result).difference
    assert only(result).document == result.policy.document


@pytest.mark.parametrize("content", [document(allow(ALL, "s3:*")), document(allow(ALL), deny(ALL, Condition=MFA))])
def test_a_policy_that_others_have_too_is_left_and_they_are_named(content: Json) -> None:
    account = Account()
    policy = account.managed("Shared", content)
    other = account.managed("Other", document(allow("sqs:*")))
    role = account.role("r", attached=(other, policy))
    account.group("g", attached=(other, policy))
    account.user("member", groups=("g",))
    account.role("bounded", PermissionsBoundary=bounded(policy))
    account.role("elsewhere", attached=(other,), PermissionsBoundary=bounded(other))
    account.user("nothing")
    change = only(rightsized(account, role, "SendBonus"))
    assert change.kind is ChangeKind.LEAVE
    assert change.shared_with == (arn("group", "g"), arn("role", "bounded"), arn("user", "member"))
    assert change.reason == "it grants more than this service, and 3 other principals have it too"


def test_a_policy_for_the_service_that_others_have_too_is_detached_from_this_one() -> None:
    account = Account()
    policy = account.managed("Shared", document(allow(ALL)))
    role = account.role("r", attached=(policy,))
    account.user("other", attached=(policy,))
    change = only(rightsized(account, role, "SendBonus"))
    assert (change.kind, change.shared_with) == (ChangeKind.DETACH, (arn("user", "other"),))
    assert change.reason == "it grants nothing else, and 1 other principal has it too"


@pytest.mark.parametrize("counts", [{"AttachmentCount": 2}, {"PermissionsBoundaryUsageCount": 1}])
def test_a_policy_that_aws_counts_elsewhere_is_not_edited(counts: dict[str, Any]) -> None:
    """The evidence may be one page of several."""
    account = Account()
    policy = account.managed("Own", document(allow(ALL, "s3:*")), **counts)
    change = only(rightsized(account, account.role("r", attached=(policy,)), "SendBonus"))
    assert change.kind is ChangeKind.LEAVE
    assert "by AWS's count" in change.reason


def test_a_policy_that_is_its_own_boundary_too_is_not_edited() -> None:
    account = Account()
    policy = account.managed("Both", document(allow("*")))
    role = account.role("r", attached=(policy,), PermissionsBoundary=bounded(policy))
    result = rightsized(account, role, "SendBonus")
    assert only(result).kind is ChangeKind.LEAVE
    assert statements(result)[-1] == removed(but("SendBonus"))


def test_a_group_policy_is_left_and_its_other_members_are_named() -> None:
    account = Account()
    account.group("g", document(allow(ALL)))
    user = account.user("u", groups=("g",))
    account.user("other", groups=("g",))
    result = rightsized(account, user, "SendBonus")
    change = only(result)
    assert (change.kind, change.reason) == (ChangeKind.LEAVE, "it is the policy of group g, which has 1 other member")
    assert change.shared_with == (arn("group", "g"), arn("user", "other"))
    assert statements(result) == [kept(full("SendBonus")), removed(but("SendBonus"))]
    assert not result.affected


def test_a_group_is_right_sized_with_what_its_members_lose() -> None:
    account = Account()
    group = account.group("g", document(allow(*full("SendBonus", "DeleteHIT"))))
    account.user("has-it-elsewhere", document(allow(*full("DeleteHIT"))), groups=("g",))
    account.user("loses-it", groups=("g",))
    result = rightsized(account, group, "SendBonus")
    assert [(one.arn, one.loses) for one in result.affected] == [
        (arn("user", "loses-it"), ("mechanicalturk:DeleteHIT",)),
    ]


def test_a_deny_for_a_group_takes_from_its_members_what_they_have_elsewhere() -> None:
    account = Account()
    group = account.group("g", attached=(account.managed(by_aws("AdministratorAccess"), document(allow("*"))),))
    account.user("u", document(allow(*full("DeleteHIT"))), groups=("g",))
    result = rightsized(account, group, "SendBonus")
    assert [len(one.loses) for one in result.affected] == [len(NAMES) - 1]
