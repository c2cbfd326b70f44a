"""A company of several accounts under one organization, on the local AWS, and collections of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.collect.collector import collect_snapshot
from audit.collect.interface import AccountOptions, Progress
from audit.demo.account import Account, Company
from audit.demo.faults import Faults
from audit.demo.server import USUAL, LocalAws, Settings, local_aws
from audit.model.organization import (
    RCP,
    SCP,
    ControlPolicy,
    DelegatedAdministrator,
    NodeType,
    Organization,
    OrganizationNode,
)
from audit.model.snapshot import Manifest
from audit.snapshot.authorization import InlinePolicy, RoleDetail
from tests.collect.running import HastyClock, KeptProgress, options
from tests.demo.building import NOW, account, authorization, busy_marketplace

MANAGEMENT = "111100000001"
NEAR, FAR = "111100000002", "111100000003"
"""Both have the role."""
WITHOUT_ROLE = "111100000004"
SUSPENDED = "111100000005"
ROLE = "audit/mturk-audit"
EXTERNAL_ID = "review-of-2026"

ROOT, UNIT, INNER = "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"
FULL = "p-FullAWSAccess"


def _policy(number: int, kind: str = SCP) -> ControlPolicy:
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": f"s3:Get{number}*"}}, indent=1
    )
    return ControlPolicy(
        id=f"p-{number:08}",
        arn=f"arn:aws:organizations::{MANAGEMENT}:policy/o-ab12/service_control_policy/p-{number:08}",
        name=f"policy {number}",
        type=kind,
        document=text,
    )


def organization(*, units: int = 0) -> Organization:
    """A root, two units one below the other, five accounts, and `units` more units below the root."""
    nodes = (
        OrganizationNode(id=ROOT, type=NodeType.ROOT, name="Root", scp_ids=(FULL,), rcp_ids=("p-00000002",)),
        OrganizationNode(id=UNIT, type=NodeType.OU, name="Work", parent_id=ROOT, scp_ids=("p-00000001", FULL)),
        OrganizationNode(id=INNER, type=NodeType.OU, name="Inner", parent_id=UNIT, scp_ids=(FULL,)),
        *(
            OrganizationNode(id=f"ou-ab12-3{number:07}", type=NodeType.OU, name=f"Unit {number}", parent_id=ROOT)
            for number in range(units)
        ),
        *(
            OrganizationNode(id=each, type=NodeType.ACCOUNT, name=f"Account {each}", parent_id=parent, status=status)
            for each, parent, status in (
                (MANAGEMENT, ROOT, "ACTIVE"),
                (NEAR, UNIT, "ACTIVE"),
                (FAR, INNER, "ACTIVE"),
                (WITHOUT_ROLE, INNER, "ACTIVE"),
                (SUSPENDED, ROOT, "SUSPENDED"),
            )
        ),
    )
    full = ControlPolicy(
        id=FULL,
        arn="arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        name="FullAWSAccess",
        type=SCP,
        document='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        aws_managed=True,
    )
    return Organization(
        id="o-ab12",
        arn=f"arn:aws:organizations::{MANAGEMENT}:organization/o-ab12",
        management_account_id=MANAGEMENT,
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        policies=tuple(sorted((_policy(1), _policy(2, RCP), full), key=lambda policy: policy.id)),
        scps_enabled=True,
        rcps_enabled=True,
        delegated_administrators=(
            DelegatedAdministrator(account_id=NEAR, service_principal="access-analyzer.amazonaws.com"),
        ),
    )


def company(*, external_id: str = EXTERNAL_ID, tree: Organization | None = None, hits: int = 7) -> Company:
    """The accounts, three of which have a requester."""
    caller = authorization(MANAGEMENT)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    user = msgspec.structs.replace(
        caller.user_detail_list[0], user_policy_list=(InlinePolicy("assume", msgspec.Raw(json.dumps(allow).encode())),)
    )
    first = account(MANAGEMENT, busy_marketplace(hits=hits), msgspec.structs.replace(caller, user_detail_list=(user,)))
    return Company(
        name="Many & Co",
        as_of=NOW,
        accounts=(
            first,
            _member(NEAR, external_id, busy_marketplace(hits=hits + 3)),
            _member(FAR, external_id, busy_marketplace(hits=hits, bonuses=3)),
            account(WITHOUT_ROLE),
            account(SUSPENDED),
        ),
        organization=tree or organization(),
    )


def _member(account_id: str, external_id: str, marketplace: Any) -> Account:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
            }
        ],
    }
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = RoleDetail(
        role_name="mturk-audit",
        arn=f"arn:aws:iam::{account_id}:role/{ROLE}",
        path="/audit/",
        role_id=f"AROA{account_id}AUDIT",
        create_date="2024-02-03T04:05:06Z",
        assume_role_policy_document=msgspec.Raw(json.dumps(trust).encode()),
        role_policy_list=(InlinePolicy("read", msgspec.Raw(json.dumps(everything).encode())),),
    )
    details = msgspec.structs.replace(authorization(account_id), role_detail_list=(role,))
    return account(account_id, marketplace, details, alias=f"alias-{account_id}")


@contextmanager
def serving_company(
    served: Company | None = None, *, faults: Faults | None = None, settings: Settings = USUAL, latency: float = 0.0
) -> Iterator[LocalAws]:
    """Serve the company, with its management account's credentials in the environment."""
    with (
        local_aws(served or company(), faults=faults, settings=settings, latency=latency) as aws,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in aws.environment(MANAGEMENT).items():
            patch.setenv(name, value)
        yield aws


EVERYBODY = AccountOptions(organization=True, role_name=ROLE, external_id=EXTERNAL_ID)


def collect_accounts(out: Path, progress: Progress | None = None, **changes: Any) -> Manifest:
    """Collect what is served, by default every account of the organization, at real times."""
    chosen = options(out, **({"accounts": EVERYBODY} | changes))
    return collect_snapshot(chosen, progress=progress or KeptProgress(), clock=HastyClock())
