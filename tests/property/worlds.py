"""Random documents put where the product wants them: as a policy set, or as an account's authorization details."""

from __future__ import annotations

import json

from audit.model.entitlement import PolicyRef, PolicyType
from audit.policy.decision import Policy, PolicySet
from audit.policy.parse import parse_document
from audit.snapshot.authorization import AuthorizationDetails, decode_authorization
from tests.property.naive import Json

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/mturk/Requester"


def policies(documents: list[Json], kind: PolicyType) -> tuple[Policy, ...]:
    return tuple(
        Policy(ref=PolicyRef(type=kind, name=f"{kind} {number}"), document=parse_document(as_bytes(document)))
        for number, document in enumerate(documents)
    )


def as_bytes(document: Json) -> bytes:
    return json.dumps(document).encode()


def policy_set(identity: list[Json], boundary: list[Json] | None = None, scp: list[Json] | None = None) -> PolicySet:
    return PolicySet(
        identity=policies(identity, PolicyType.MANAGED),
        boundaries=None if boundary is None else policies(boundary, PolicyType.BOUNDARY),
        scps=None if scp is None else (policies(scp, PolicyType.SCP),),
    )


def account(identities: list[list[Json]], boundary: Json | None) -> AuthorizationDetails:
    """One role for each list of identity-based policies; odd ones have the boundary."""
    boundary_arn = f"arn:aws:iam::{ACCOUNT}:policy/Boundary"
    roles = [
        {
            "RoleName": f"role-{number}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/role-{number}",
            # Sessions may bring tags along, so that nothing is known of them.
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                        "Action": ["sts:AssumeRole", "sts:TagSession"],
                    }
                ],
            },
            "RolePolicyList": [
                {"PolicyName": f"inline-{at}", "PolicyDocument": document} for at, document in enumerate(documents)
            ],
        }
        | (
            {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary_arn}}
            if boundary is not None and number % 2
            else {}
        )
        for number, documents in enumerate(identities)
    ]
    managed = {
        "PolicyName": "Boundary",
        "Arn": boundary_arn,
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": boundary}],
    }
    details = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": roles,
        "Policies": [] if boundary is None else [managed],
    }
    return decode_authorization(json.dumps(details).encode(), "a random account")
