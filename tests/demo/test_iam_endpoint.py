"""Unmodified boto3 against IAM and STS: an account comes out as it went in, page by page, and follows what is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from audit.demo.aws_managed import PREFIX
from audit.demo.server import LocalAws, local_aws
from audit.model.error import InputError
from audit.snapshot.authorization import (
    AttachedPolicy,
    AuthorizationDetails,
    Boundary,
    GroupDetail,
    InlinePolicy,
    ManagedPolicyDetail,
    PolicyVersion,
    RoleDetail,
    RoleLastUsed,
    Tag,
    UserDetail,
)
from tests.demo.building import ACCOUNT, OTHER, account, clients, company, raw

ALLOW = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "mechanicalturk:*", "Resource": "*"}}'
HOSTILE = '{"Version":"2012-10-17","Id":"</script>%41 & ü \U0001f333","Statement":[]}'
TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
LIMIT = f"arn:aws:iam::{ACCOUNT}:policy/limits/Limit"
ADMINISTRATOR = f"{PREFIX}/AdministratorAccess"
VIEW_ONLY = f"{PREFIX}/job-function/ViewOnlyAccess"
MISSING = f"arn:aws:iam::{ACCOUNT}:policy/Missing"


def _arn(resource: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


def _details() -> AuthorizationDetails:
    users = (
        UserDetail(
            user_name="auditor",
            arn=_arn("user/a/auditor"),
            path="/a/",
            user_id="AIDA00000000000000001",
            create_date="2024-02-03T04:05:06Z",
            user_policy_list=(InlinePolicy("own", raw(HOSTILE)),),
            group_list=("first", "second"),
            permissions_boundary=Boundary("Policy", LIMIT),
            tags=(Tag("team", "=1+1"),),
        ),
        UserDetail(
            user_name="=cmd@x",
            arn=_arn("user/=cmd@x"),
            user_id="AIDA00000000000000002",
            create_date="2025-02-03T04:05:06Z",
            attached_managed_policies=(AttachedPolicy("Missing", MISSING),),
        ),
    )
    groups = (
        GroupDetail(
            group_name="first",
            arn=_arn("group/first"),
            group_id="AGPA00000000000000001",
            create_date="2023-01-01T00:00:00Z",
            group_policy_list=(InlinePolicy("g", raw(ALLOW)),),
        ),
        GroupDetail(
            group_name="second",
            arn=_arn("group/second"),
            group_id="AGPA00000000000000002",
            create_date="2023-01-02T00:00:00Z",
            attached_managed_policies=(AttachedPolicy("AdministratorAccess", ADMINISTRATOR),),
        ),
    )
    roles = (
        RoleDetail(
            role_name="used",
            arn=_arn("role/used"),
            role_id="AROA00000000000000001",
            create_date="2022-01-01T00:00:00Z",
            assume_role_policy_document=raw(TRUST),
            role_policy_list=(InlinePolicy("r", raw(ALLOW)),),
            permissions_boundary=Boundary("Policy", VIEW_ONLY),
            tags=(Tag("k", "v"),),
            role_last_used=RoleLastUsed("2026-09-30T01:02:03Z", "us-east-1"),
        ),
        RoleDetail(
            role_name="never",
            arn=_arn("role/never"),
            role_id="AROA00000000000000002",
            create_date="2022-01-02T00:00:00Z",
            assume_role_policy_document=raw(TRUST),
            attached_managed_policies=(AttachedPolicy("Limit", LIMIT),),
            role_last_used=RoleLastUsed(),
        ),
    )
    versions = (PolicyVersion("v1", False, raw(TRUST)), PolicyVersion("v2", True, raw(ALLOW)))
    limit = ManagedPolicyDetail(
        arn=LIMIT,
        policy_name="Limit",
        policy_id="ANPA00000000000000001",
        path="/limits/",
        default_version_id="v2",
        policy_version_list=versions,
    )
    return AuthorizationDetails(
        user_detail_list=users, group_detail_list=groups, role_detail_list=roles, policies=(limit,)
    )


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws(company(account(details=_details(), alias="small-co"), account(OTHER))) as running:
        yield running


@pytest.fixture
def iam(aws: LocalAws) -> Iterator[Any]:
    with clients(aws) as made:
        yield made.iam


def _all(iam: Any, **asked: Any) -> dict[str, list[dict[str, Any]]]:
    lists: dict[str, list[dict[str, Any]]] = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }
    for page in iam.get_paginator("get_account_authorization_details").paginate(**asked):
        for name, rows in lists.items():
            rows += page[name]
    return lists


def _by(rows: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


def test_users_come_out_as_they_went_in(iam: Any) -> None:
    users = _by(_all(iam)["UserDetailList"], "UserName")
    assert users["auditor"] == {
        "Path": "/a/",
        "UserName": "auditor",
        "UserId": "AIDA00000000000000001",
        "Arn": _arn("user/a/auditor"),
        "CreateDate": datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC),
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": msgspec.json.decode(HOSTILE)}],
        "GroupList": ["first", "second"],
        "AttachedManagedPolicies": [],
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": LIMIT},
        "Tags": [{"Key": "team", "Value": "=1+1"}],
    }
    assert "PermissionsBoundary" not in users["=cmd@x"]


def test_roles_tell_their_last_use_boundary_and_trust(iam: Any) -> None:
    roles = _by(_all(iam)["RoleDetailList"], "RoleName")
    assert roles["used"]["RoleLastUsed"] == {
        "LastUsedDate": datetime(2026, 9, 30, 1, 2, 3, tzinfo=UTC),
        "Region": "us-east-1",
    }
    assert roles["used"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == VIEW_ONLY
    assert roles["used"]["AssumeRolePolicyDocument"] == msgspec.json.decode(TRUST)
    assert roles["used"]["RoleId"] == "AROA00000000000000001"
    assert roles["used"]["Tags"] == [{"Key": "k", "Value": "v"}]
    assert roles["never"]["RoleLastUsed"] == {}


def test_groups_hold_their_policies(iam: Any) -> None:
    groups = _by(_all(iam)["GroupDetailList"], "GroupName")
    assert groups["first"]["GroupPolicyList"] == [{"PolicyName": "g", "PolicyDocument": msgspec.json.decode(ALLOW)}]
    assert groups["second"]["AttachedManagedPolicies"] == [
        {"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}
    ]


def test_a_managed_policy_has_all_versions_and_its_uses_are_counted(iam: Any) -> None:
    limit = _by(_all(iam)["Policies"], "Arn")[LIMIT]
    assert limit["DefaultVersionId"] == "v2"
    assert [(version["VersionId"], version["IsDefaultVersion"]) for version in limit["PolicyVersionList"]] == [
        ("v1", False),
        ("v2", True),
    ]
    assert limit["PolicyVersionList"][1]["Document"] == msgspec.json.decode(ALLOW)
    assert (limit["AttachmentCount"], limit["PermissionsBoundaryUsageCount"]) == (1, 1)


def test_aws_managed_policies_are_listed_where_attached_and_left_out_where_only_a_boundary(iam: Any) -> None:
    arns = {policy["Arn"] for policy in _all(iam)["Policies"]}
    assert arns == {LIMIT, ADMINISTRATOR}
    version = iam.get_policy(PolicyArn=VIEW_ONLY)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=VIEW_ONLY, VersionId=version)["PolicyVersion"]["Document"]
    assert {statement["Effect"] for statement in document["Statement"]} == {"Allow"}


def test_a_policy_that_is_attached_and_missing_is_named_by_its_holder_only(iam: Any) -> None:
    details = _all(iam)
    attached = _by(details["UserDetailList"], "UserName")["=cmd@x"]["AttachedManagedPolicies"]
    assert attached == [{"PolicyName": "Missing", "PolicyArn": MISSING}]
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_policy(PolicyArn=MISSING)


def test_what_belongs_to_another_account_is_refused_and_leaves_no_trace() -> None:
    with (
        pytest.raises(InputError, match=f"`{_arn('user/a/auditor')}` is not of the account `{OTHER}`"),
        local_aws(company(account(OTHER, details=_details()))),
    ):
        pass
    with local_aws(company(account(OTHER))) as aws, clients(aws, OTHER) as made:
        assert len(_all(made.iam)["UserDetailList"]) == 1


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 1000])
def test_pages_of_any_size_hold_the_same(iam: Any, size: int) -> None:
    assert _all(iam, PaginationConfig={"PageSize": size}) == _all(iam)


def test_a_page_may_hold_no_roles_and_still_not_be_the_last(iam: Any) -> None:
    page = iam.get_account_authorization_details(MaxItems=3)
    assert (page["RoleDetailList"], page["IsTruncated"]) == ([], True)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("User", (2, 0, 0, 0)),
        ("Group", (0, 2, 0, 0)),
        ("Role", (0, 0, 2, 0)),
        ("LocalManagedPolicy", (0, 0, 0, 1)),
        ("AWSManagedPolicy", (0, 0, 0, 1)),
    ],
)
def test_the_filter_chooses_what_is_listed(iam: Any, kind: str, counts: tuple[int, ...]) -> None:
    assert tuple(len(rows) for rows in _all(iam, Filter=[kind]).values()) == counts


@pytest.mark.parametrize(("asked", "words"), [({"MaxItems": 1001}, "between 1 and 1000"), ({"Marker": "x"}, "Marker")])
def test_a_bad_page_size_or_marker_is_refused(iam: Any, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientError, match=words) as error:
        iam.get_account_authorization_details(**asked)
    assert error.value.response["Error"]["Code"] == "ValidationError"


def test_what_is_done_through_iam_shows(iam: Any) -> None:
    iam.create_user(UserName="new")
    iam.put_user_policy(UserName="new", PolicyName="p", PolicyDocument=ALLOW)
    iam.attach_user_policy(UserName="new", PolicyArn=LIMIT)
    iam.put_user_permissions_boundary(UserName="new", PermissionsBoundary=LIMIT)
    iam.delete_user_permissions_boundary(UserName="auditor")
    details = _all(iam)
    users = _by(details["UserDetailList"], "UserName")
    assert users["new"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == LIMIT
    assert users["new"]["AttachedManagedPolicies"] == [{"PolicyName": "Limit", "PolicyArn": LIMIT}]
    assert "PermissionsBoundary" not in users["auditor"]
    limit = _by(details["Policies"], "Arn")[LIMIT]
    assert (limit["AttachmentCount"], limit["PermissionsBoundaryUsageCount"]) == (2, 1)


@pytest.mark.parametrize(
    "asked",
    [{"UserName": "nobody", "PermissionsBoundary": LIMIT}, {"UserName": "auditor", "PermissionsBoundary": MISSING}],
)
def test_a_boundary_wants_a_user_and_a_policy_that_exist(iam: Any, asked: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.put_user_permissions_boundary(**asked)


def test_the_caller_is_the_collector_of_the_account_that_the_key_is_of(aws: LocalAws) -> None:
    with clients(aws, ACCOUNT) as ours, clients(aws, OTHER) as others:
        assert ours.sts.get_caller_identity()["Arn"] == _arn("user/a/auditor")
        assert others.sts.get_caller_identity()["Account"] == OTHER
        assert ours.iam.list_account_aliases()["AccountAliases"] == ["small-co"]
        assert others.iam.list_account_aliases()["AccountAliases"] == []
        assert len(_all(others.iam)["UserDetailList"]) == 1


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("iam", "get_account_authorization_details", "InvalidClientTokenId"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("mturk", "list_hits", "UnrecognizedClientException"),
    ],
)
def test_an_unknown_key_is_refused_everywhere_and_is_no_call(
    aws: LocalAws, service: str, operation: str, code: str
) -> None:
    with clients(aws) as made, pytest.raises(ClientError, match=code):
        getattr(made.make(service, key="AKIAIOSFODNN7EXAMPLE"), operation)()
    assert aws.calls == ()


def test_the_key_of_an_assumed_role_is_of_the_roles_account(aws: LocalAws) -> None:
    with clients(aws, OTHER) as others:
        others.iam.create_role(RoleName="guest", AssumeRolePolicyDocument=TRUST)
        key = others.sts.assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/guest", RoleSessionName="night")["Credentials"]
        identity = others.make("sts", session=key).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/guest/night"
    assert aws.calls[-1].account_id == OTHER
