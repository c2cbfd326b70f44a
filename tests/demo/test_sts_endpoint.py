"""AssumeRole over HTTP: trust, external id, the caller's own permission, and sessions that end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from audit.demo.server import LocalAws, Settings, local_aws
from audit.snapshot.authorization import AuthorizationDetails, InlinePolicy, RoleDetail, UserDetail
from tests.demo.building import ACCOUNT, OTHER, account, clients, company, raw

AUDITOR = f"arn:aws:iam::{ACCOUNT}:user/auditor"
ROLE = f"arn:aws:iam::{OTHER}:role/review/reader"


def _trust(principal: str, **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", **condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _caller(may: bool) -> AuthorizationDetails:
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/review/*"}
    document = raw(json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    user = UserDetail(
        user_name="auditor",
        arn=AUDITOR,
        user_id="AIDAEXAMPLEAUDITOR000",
        create_date="2024-02-03T04:05:06Z",
        user_policy_list=(InlinePolicy("assume", document),) if may else (),
    )
    return AuthorizationDetails(user_detail_list=(user,), group_detail_list=(), role_detail_list=(), policies=())


def _owner() -> AuthorizationDetails:
    external = {"Condition": {"StringEquals": {"sts:ExternalId": "blue-42"}}}
    trusts = {
        "reader": _trust(AUDITOR, **external),
        "delegated": _trust(f"arn:aws:iam::{ACCOUNT}:root"),
        "strict": _trust(f"arn:aws:iam::{ACCOUNT}:user/somebody-else"),
        "chained": _trust(ROLE),
    }
    roles = tuple(
        RoleDetail(
            role_name=name,
            arn=f"arn:aws:iam::{OTHER}:role/review/{name}",
            path="/review/",
            role_id=f"AROAEXAMPLE{name.upper():A<10}",
            create_date="2024-02-03T04:05:06Z",
            assume_role_policy_document=raw(trust),
        )
        for name, trust in trusts.items()
    )
    user = UserDetail(
        user_name="auditor",
        arn=f"arn:aws:iam::{OTHER}:user/auditor",
        user_id="AIDAEXAMPLEAUDITOR001",
        create_date="2024-02-03T04:05:06Z",
    )
    return AuthorizationDetails(user_detail_list=(user,), group_detail_list=(), role_detail_list=roles, policies=())


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws(company(account(details=_caller(may=True)), account(OTHER, details=_owner()))) as running:
        yield running


def _assume(sts: Any, name: str, **asked: Any) -> Any:
    return sts.assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/review/{name}", RoleSessionName="review-q3", **asked)


def test_a_role_of_another_account_is_assumed_with_the_right_external_id(aws: LocalAws) -> None:
    with clients(aws) as made:
        answer = _assume(made.sts, "reader", ExternalId="blue-42")
        session = answer["Credentials"]
        identity = made.make("sts", session=session).get_caller_identity()
        details = made.make("iam", session=session).get_account_authorization_details()
    assert identity["Account"] == OTHER
    assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/reader/review-q3"
    assert len(details["RoleDetailList"]) == 4
    assert [call.account_id for call in aws.calls] == [ACCOUNT, OTHER, OTHER]


@pytest.mark.parametrize(
    ("name", "asked"),
    [("reader", {}), ("reader", {"ExternalId": "red-1"}), ("strict", {}), ("missing", {}), ("chained", {})],
)
def test_whom_the_trust_policy_refuses_is_denied_and_told_no_more(
    aws: LocalAws, name: str, asked: dict[str, str]
) -> None:
    with clients(aws) as made, pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole") as error:
        _assume(made.sts, name, **asked)
    assert error.value.response["Error"]["Code"] == "AccessDenied"


def test_across_accounts_the_callers_own_policies_must_allow_it_too() -> None:
    whole = company(account(details=_caller(may=False)), account(OTHER, details=_owner()))
    with local_aws(whole) as aws, clients(aws) as made, pytest.raises(ClientError, match="AccessDenied"):
        _assume(made.sts, "delegated")


def test_a_session_assumes_a_further_role(aws: LocalAws) -> None:
    with clients(aws) as made:
        first = _assume(made.sts, "reader", ExternalId="blue-42")["Credentials"]
        second = _assume(made.make("sts", session=first), "chained")
    assert second["AssumedRoleUser"]["Arn"].endswith("assumed-role/chained/review-q3")


def test_a_session_without_its_token_is_nobody(aws: LocalAws) -> None:
    with clients(aws) as made:
        session = _assume(made.sts, "delegated")["Credentials"]
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            made.make("sts", key=session["AccessKeyId"]).get_caller_identity()


@pytest.mark.parametrize(
    ("service", "ask", "code"),
    [
        ("iam", lambda iam: iam.get_account_authorization_details(), "ExpiredToken"),
        ("mturk", lambda mturk: mturk.list_hits(), "ExpiredTokenException"),
        ("s3", lambda s3: s3.list_objects_v2(Bucket="logs"), "ExpiredToken"),
    ],
)
def test_a_session_ends_and_every_service_says_so_in_its_way(service: str, ask: Any, code: str) -> None:
    whole = company(account(details=_caller(may=True)), account(OTHER, details=_owner()))
    with local_aws(whole, settings=Settings(session_seconds=0)) as aws, clients(aws) as made:
        session = _assume(made.sts, "delegated", DurationSeconds=900)["Credentials"]
        with pytest.raises(ClientError) as error:
            ask(made.make(service, session=session))
    assert error.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("asked", [{"RoleSessionName": "no spaces"}, {"DurationSeconds": 60}])
def test_parameters_out_of_bounds_are_refused(aws: LocalAws, asked: dict[str, Any]) -> None:
    whole = {"RoleArn": ROLE, "RoleSessionName": "review-q3", **asked}
    with clients(aws) as made, pytest.raises(Exception, match=r"ValidationError|valid"):
        made.sts.assume_role(**whole)
