"""The organization above the invented accounts: its tree, and the guards that companies put over theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from benchmarks.accounts.application import Document, Statement, allow, deny, document

ID = "o-a1b2c3d4e5"
MANAGEMENT = "999999999999"
_ROOT, _WORKLOADS, _CROWD = "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"
_ADMINISTRATORS = "arn:aws:iam::*:role/OrganizationAccountAccessRole"


def _unless(condition: dict[str, object]) -> Statement:
    return {
        "Condition": {
            "ArnNotLike": {"aws:PrincipalArn": [_ADMINISTRATORS, "arn:aws:iam::*:role/*-admin-*"]},
            **condition,
        }
    }


POLICIES: dict[str, Document] = {
    "FullAWSAccess": document(allow("*")),
    "protect-organization": document(
        deny(["organizations:LeaveOrganization", "account:CloseAccount"], Sid="Stay"),
        deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "config:Delete*"], Sid="KeepTheLog", **_unless({})),
        deny("iam:*", _ADMINISTRATORS, Sid="KeepTheWayIn", **_unless({})),
    ),
    "home-regions": document(
        {
            "Sid": "HomeRegionsOnly",
            "Effect": "Deny",
            "NotAction": ["iam:*", "sts:*", "organizations:*", "route53:*", "cloudfront:*", "support:*", "budgets:*"],
            "Resource": "*",
            **_unless({"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1", "us-west-2"]}}),
        }
    ),
    "crowd-teams": document(
        deny(
            ["mechanicalturk:SendBonus", "mechanicalturk:ApproveAssignment"],
            Sid="TeamsThatPay",
            Condition={"StringNotEqualsIfExists": {"aws:PrincipalTag/team": ["payments", "ml", "data"]}},
        )
    ),
}
_ATTACHED = {
    _ROOT: ("FullAWSAccess", "protect-organization"),
    _WORKLOADS: ("FullAWSAccess", "home-regions"),
    _CROWD: ("FullAWSAccess", "crowd-teams"),
}


def invent_organization(accounts: Sequence[str]) -> Organization:
    """All accounts side by side in one organizational unit, bounded at every level."""
    nodes = [
        OrganizationNode(id=_ROOT, type=NodeType.ROOT, name="Root", scp_ids=_ids(_ATTACHED[_ROOT])),
        _unit(_WORKLOADS, "Workloads", _ROOT),
        _unit(_CROWD, "Crowd", _WORKLOADS),
        *(
            OrganizationNode(
                id=account,
                type=NodeType.ACCOUNT,
                name=account,
                parent_id=_CROWD,
                status="ACTIVE",
                scp_ids=_ids(("FullAWSAccess",)),
            )
            for account in accounts
        ),
    ]
    return Organization(
        id=ID,
        arn=f"arn:aws:organizations::{MANAGEMENT}:organization/{ID}",
        management_account_id=MANAGEMENT,
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        policies=tuple(_policy(name, content) for name, content in sorted(POLICIES.items())),
        scps_enabled=True,
        rcps_enabled=False,
    )


def _unit(identity: str, name: str, parent: str) -> OrganizationNode:
    return OrganizationNode(
        id=identity, type=NodeType.OU, name=name, parent_id=parent, scp_ids=_ids(_ATTACHED[identity])
    )


def _ids(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(f"p-{name}" for name in names))


def _policy(name: str, content: Document) -> ControlPolicy:
    return ControlPolicy(
        id=f"p-{name}",
        arn=f"arn:aws:organizations::{MANAGEMENT}:policy/{ID}/service_control_policy/p-{name}",
        name=name,
        type="SERVICE_CONTROL_POLICY",
        document=json.dumps(content),
        aws_managed=name == "FullAWSAccess",
    )
