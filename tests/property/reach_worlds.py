"""Random accounts in which roles are assumed: few names, so that policies meet each other."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import strategies as st

from audit.evaluate.control_policies import control_policies
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.reach_actions import reach_index
from audit.evaluate.reach_population import Population, ReachAccount
from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from audit.snapshot.authorization import decode_authorization
from tests.property.naive import Json
from tests.property.strategies import one_or_more

ACCOUNTS = ("111122223333", "444455556666")
OUTSIDE = "999988887777"
ROLES = ("deploy-app", "deploy-db", "ops/admin")
USERS = ("ann", "ben")
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:{name}"


ROLE_ARNS = tuple(arn(account, f"role/{role}") for account in ACCOUNTS for role in ROLES)
USER_ARNS = tuple(arn(account, f"user/{user}") for account in ACCOUNTS for user in USERS)
TARGETS = (
    "*",
    "*",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::*:role/deploy-*",
    f"arn:aws:iam::{ACCOUNTS[0]}:role/*",
    f"arn:aws:iam::{ACCOUNTS[1]}:role/ops/*",
    "arn:aws:iam::*:role/*-${aws:username}",
    "arn:aws:iam::*:user/*",
    "arn:*",
    *ROLE_ARNS,
)
TRUSTED = (
    "*",
    *(arn(account, "root") for account in (*ACCOUNTS, OUTSIDE)),
    ACCOUNTS[0],
    "AROA1234567890ABCDEFG",
    *ROLE_ARNS,
    *USER_ARNS,
    f"arn:aws:sts::{ACCOUNTS[0]}:assumed-role/deploy-app/nightly",
)
CONDITIONS: tuple[Json, ...] = (
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
    {"StringEquals": {"sts:ExternalId": "x-1"}},
    {"StringNotEquals": {"sts:ExternalId": "x-1"}},
    {"StringEquals": {"aws:PrincipalAccount": ACCOUNTS[1]}},
    {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNTS[1]}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy-*"}},
    {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy-*"}},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringEquals": {"aws:PrincipalType": "User"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
)


@st.composite
def condition(draw: st.DrawFn) -> Json:
    if draw(st.integers(0, 2)):
        return {}
    merged: dict[str, dict[str, str]] = {}
    for one in draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2)):
        for operator, keys in one.items():
            merged.setdefault(operator, {}).update(keys)
    return {"Condition": merged}


@st.composite
def identity_statements(draw: st.DrawFn) -> Json:
    return {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Allow", "Deny"))),
        "Action": draw(st.sampled_from(("sts:AssumeRole", "sts:*", "*", "s3:GetObject"))),
        draw(st.sampled_from(("Resource",) * 5 + ("NotResource",))): draw(one_or_more(TARGETS)),
        **draw(condition()),
    }


@st.composite
def trust_statements(draw: st.DrawFn) -> Json:
    return {
        "Effect": draw(st.sampled_from(("Allow",) * 5 + ("Deny",))),
        draw(st.sampled_from(("Principal",) * 9 + ("NotPrincipal",))): {"AWS": draw(one_or_more(TRUSTED))},
        "Action": draw(st.sampled_from(("sts:AssumeRole", "sts:AssumeRole", "sts:TagSession", "sts:*"))),
        **draw(condition()),
    }


def document(statements: list[Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": statements}


@st.composite
def holders(draw: st.DrawFn, account: str, kind: str, name: str) -> Json:
    policies = draw(st.lists(st.lists(identity_statements(), min_size=1, max_size=2), max_size=2))
    record: Json = {
        f"{kind}Name": name.rpartition("/")[2],
        "Arn": arn(account, f"{kind.lower()}/{name}"),
        f"{kind}PolicyList": [
            {"PolicyName": f"p{at}", "PolicyDocument": document(one)} for at, one in enumerate(policies)
        ],
    }
    if draw(st.integers(0, 3)) == 0:
        record["Tags"] = [{"Key": "team", "Value": draw(st.sampled_from(("red", "blue")))}]
    if draw(st.integers(0, 3)) == 0:
        boundary = arn(account, "policy/Boundary")
        record["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    if kind == "Role":
        trust = draw(st.lists(trust_statements(), min_size=1, max_size=2))
        record["AssumeRolePolicyDocument"] = document(trust)
    return record


@st.composite
def accounts(draw: st.DrawFn, account: str) -> Json:
    boundary = document(draw(st.lists(identity_statements(), min_size=1, max_size=2)))
    return {
        "UserDetailList": [draw(holders(account, "User", name)) for name in USERS],
        "GroupDetailList": [],
        "RoleDetailList": [draw(holders(account, "Role", name)) for name in ROLES],
        "Policies": [
            {
                "PolicyName": "Boundary",
                "Arn": arn(account, "policy/Boundary"),
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": boundary}],
            }
        ],
    }


@st.composite
def organizations(draw: st.DrawFn) -> Organization | None:
    if draw(st.booleans()):
        return None
    scp = draw(st.lists(identity_statements(), min_size=1, max_size=2))
    rcp = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sts:*",
        "Resource": "*",
        "Condition": draw(st.sampled_from(CONDITIONS)),
    }
    texts = {"scp": document(scp), "rcp": document([rcp])}
    return Organization(
        id="o-1",
        nodes=(
            OrganizationNode(id="r-1", type=NodeType.ROOT, scp_ids=("p-full",)),
            *(
                OrganizationNode(
                    id=account,
                    type=NodeType.ACCOUNT,
                    parent_id="r-1",
                    scp_ids=tuple(draw(st.sampled_from((("p-full",), ("p-scp",), ("p-full", "p-scp"))))),
                    rcp_ids=tuple(draw(st.sampled_from(((), ("p-rcp",))))),
                )
                for account in ACCOUNTS
            ),
        ),
        policies=(
            *(
                ControlPolicy(id=f"p-{name}", arn="", name=name, type=f"{name.upper()}", document=json.dumps(text))
                for name, text in texts.items()
            ),
            ControlPolicy(
                id="p-full",
                arn="",
                name="Full",
                type="SCP",
                document=json.dumps(document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])),
            ),
        ),
        scps_enabled=True,
        rcps_enabled=True,
    )


@st.composite
def populations(draw: st.DrawFn) -> Population:
    organization = draw(organizations())
    index = reach_index()
    return Population(
        ReachAccount(
            account,
            AccountPolicies(
                decode_authorization(json.dumps(draw(accounts(account))).encode(), "a random account"),
                control_policies(organization, account),
            ),
            index,
            AS_OF,
        )
        for account in ACCOUNTS
    )


@st.composite
def paying_worlds(draw: st.DrawFn) -> dict[str, Json]:
    """Accounts by id, in each of which one role pays."""
    worlds = {account: draw(accounts(account)) for account in ACCOUNTS}
    pay = document([{"Effect": "Allow", "Action": "mechanicalturk:SendBonus", "Resource": "*"}])
    for account in worlds.values():
        payer = account["RoleDetailList"][-1]
        payer["RolePolicyList"].append({"PolicyName": "pay", "PolicyDocument": pay})
    return worlds
