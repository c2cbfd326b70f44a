"""Unmodified boto3 against Organizations: the tree in pages, and who may see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import LocalAws, local_aws
from audit.model.organization import (
    ControlPolicy,
    DelegatedAdministrator,
    NodeType,
    Organization,
    OrganizationNode,
)
from tests.demo.building import ACCOUNT, OTHER, UNLINKED, account, clients, company

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
FULL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
OUTSIDER = "999900001111"


def organization(many: int = 0) -> Organization:
    """ACCOUNT manages; OTHER is a plain member below an OU, UNLINKED a delegated administrator; and `many` more."""
    more = tuple(
        OrganizationNode(
            id=f"{number:012}", type=NodeType.ACCOUNT, name=f"n{number}", parent_id="r-ab12", status="ACTIVE"
        )
        for number in range(1, many + 1)
    )
    return Organization(
        id="o-exampleorg1",
        arn=f"arn:aws:organizations::{ACCOUNT}:organization/o-exampleorg1",
        management_account_id=ACCOUNT,
        nodes=(
            OrganizationNode(id="r-ab12", type=NodeType.ROOT, name="Root", scp_ids=("p-FullAWSAccess",)),
            OrganizationNode(
                id="ou-ab12-workwork", type=NodeType.OU, name="work", parent_id="r-ab12", scp_ids=("p-examplenono",)
            ),
            OrganizationNode(id=ACCOUNT, type=NodeType.ACCOUNT, name="top", parent_id="r-ab12", status="ACTIVE"),
            OrganizationNode(
                id=OTHER, type=NodeType.ACCOUNT, name="other", parent_id="ou-ab12-workwork", status="ACTIVE"
            ),
            OrganizationNode(
                id=UNLINKED, type=NodeType.ACCOUNT, name="gone", parent_id="ou-ab12-workwork", status="SUSPENDED"
            ),
            *more,
        ),
        policies=(
            ControlPolicy(
                id="p-FullAWSAccess",
                arn="arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
                name="FullAWSAccess",
                type=SCP,
                document=FULL,
                aws_managed=True,
            ),
            ControlPolicy(
                id="p-examplenono",
                arn=f"arn:aws:organizations::{ACCOUNT}:policy/o-exampleorg1/service_control_policy/p-examplenono",
                name="no",
                type=SCP,
                document=FULL.replace("Allow", "Deny"),
            ),
        ),
        scps_enabled=True,
        rcps_enabled=False,
        delegated_administrators=(
            DelegatedAdministrator(account_id=UNLINKED, service_principal="access-analyzer.amazonaws.com"),
        ),
    )


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    accounts = (account(), account(OTHER), account(UNLINKED), account(OUTSIDER))
    with local_aws(company(*accounts, organization=organization())) as running:
        yield running


@pytest.fixture
def manager(aws: LocalAws) -> Iterator[Any]:
    with clients(aws) as made:
        yield made.make("organizations")


def test_the_tree_is_read_from_the_root_down(manager: Any) -> None:
    (root,) = manager.list_roots()["Roots"]
    assert root["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    (unit,) = manager.list_organizational_units_for_parent(ParentId=root["Id"])["OrganizationalUnits"]
    assert unit["Name"] == "work"
    below = manager.list_accounts_for_parent(ParentId=unit["Id"])["Accounts"]
    assert {row["Id"]: row["Status"] for row in below} == {OTHER: "ACTIVE", UNLINKED: "SUSPENDED"}
    assert manager.list_parents(ChildId=OTHER)["Parents"] == [{"Id": unit["Id"], "Type": "ORGANIZATIONAL_UNIT"}]
    children = manager.list_children(ParentId=root["Id"], ChildType="ACCOUNT")["Children"]
    assert children == [{"Id": ACCOUNT, "Type": "ACCOUNT"}]
    assert manager.describe_account(AccountId=OTHER)["Account"]["Name"] == "other"
    assert manager.describe_organizational_unit(OrganizationalUnitId=unit["Id"])["OrganizationalUnit"] == unit


def test_policies_are_listed_by_type_and_target_and_told_with_their_text(manager: Any) -> None:
    assert [row["Name"] for row in manager.list_policies(Filter=SCP)["Policies"]] == ["FullAWSAccess", "no"]
    assert manager.list_policies(Filter=RCP)["Policies"] == []
    (attached,) = manager.list_policies_for_target(TargetId="ou-ab12-workwork", Filter=SCP)["Policies"]
    told = manager.describe_policy(PolicyId=attached["Id"])["Policy"]
    assert json.loads(told["Content"])["Statement"][0]["Effect"] == "Deny"
    assert [row["TargetId"] for row in manager.list_targets_for_policy(PolicyId="p-examplenono")["Targets"]] == [
        "ou-ab12-workwork"
    ]


def test_delegated_administrators_and_their_services(manager: Any) -> None:
    assert [row["Id"] for row in manager.list_delegated_administrators()["DelegatedAdministrators"]] == [UNLINKED]
    (service,) = manager.list_delegated_services_for_account(AccountId=UNLINKED)["DelegatedServices"]
    assert service["ServicePrincipal"] == "access-analyzer.amazonaws.com"
    with pytest.raises(ClientError, match="AccountNotRegisteredException"):
        manager.list_delegated_services_for_account(AccountId=OTHER)


def test_twenty_rows_are_a_page_and_an_empty_one_leads_on() -> None:
    plan = FaultPlan([Planned(operation="organizations:ListAccounts", fault=Fault.EMPTY_PAGE, after=1)])
    with local_aws(company(account(), organization=organization(many=42)), faults=plan) as aws, clients(aws) as made:
        pages = list(made.make("organizations").get_paginator("list_accounts").paginate())
    assert [len(page["Accounts"]) for page in pages] == [20, 0, 20, 5]


def test_a_member_may_only_ask_which_organization_it_is_in(aws: LocalAws) -> None:
    with clients(aws, OTHER) as made:
        member = made.make("organizations")
        assert member.describe_organization()["Organization"]["MasterAccountId"] == ACCOUNT
        for ask in (member.list_roots, member.list_accounts, lambda: member.list_policies(Filter=SCP)):
            with pytest.raises(ClientError, match="AccessDeniedException"):
                ask()


def test_a_delegated_administrator_may_look(aws: LocalAws) -> None:
    with clients(aws, UNLINKED) as made:
        assert len(made.make("organizations").list_accounts()["Accounts"]) == 3


def test_an_account_outside_is_told_that_organizations_is_not_in_use(aws: LocalAws) -> None:
    with clients(aws, OUTSIDER) as made, pytest.raises(ClientError, match="AWSOrganizationsNotInUseException"):
        made.make("organizations").describe_organization()


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.THROTTLED, "TooManyRequestsException"), (Fault.SERVER_ERROR, "ServiceException")],
)
def test_faults_have_the_codes_of_organizations(fault: Fault, code: str) -> None:
    plan = FaultPlan([Planned(operation="organizations:ListRoots", fault=fault)])
    with (
        local_aws(company(account(), organization=organization()), faults=plan) as aws,
        clients(aws) as made,
        pytest.raises(ClientError, match=code),
    ):
        made.make("organizations").list_roots()
