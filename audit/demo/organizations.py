"""AWS Organizations, as far as it is read: the tree, its accounts, its policies and its delegated administrators.

Ours and not moto's, whose ids are new each time, whose pages are never empty, and who answers members like managers.
https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from audit.demo.faults import Fault
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.service import JsonService, Perform
from audit.demo.wire import Call, ServiceError
from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode

_MOST = 20
"""Rows of a page."""
_JOINED_AT = datetime(2019, 5, 13, 16, tzinfo=UTC)
_TYPES = {NodeType.ROOT: "ROOT", NodeType.OU: "ORGANIZATIONAL_UNIT", NodeType.ACCOUNT: "ACCOUNT"}


def organizations_service(organization: Organization | None) -> JsonService:
    """Make the service; None: no account is in an organization."""
    tree = _Organizations(organization)
    operations: dict[str, Perform] = {
        "DescribeAccount": tree.describe_account,
        "DescribeOrganization": tree.describe_organization,
        "DescribeOrganizationalUnit": tree.describe_unit,
        "DescribePolicy": tree.describe_policy,
        "ListAccounts": tree.list_accounts,
        "ListAccountsForParent": tree.list_accounts_of,
        "ListChildren": tree.list_children,
        "ListDelegatedAdministrators": tree.list_delegated,
        "ListDelegatedServicesForAccount": tree.list_delegated_services,
        "ListOrganizationalUnitsForParent": tree.list_units_of,
        "ListParents": tree.list_parents,
        "ListPolicies": tree.list_policies,
        "ListPoliciesForTarget": tree.list_policies_of,
        "ListRoots": tree.list_roots,
        "ListTargetsForPolicy": tree.list_targets,
    }
    return JsonService("organizations", operations)


class _Organizations:
    def __init__(self, organization: Organization | None) -> None:
        self._organization = organization
        self._nodes = {node.id: node for node in (organization.nodes or ())} if organization else {}
        self._policies = {policy.id: policy for policy in (organization.policies or ())} if organization else {}

    def describe_organization(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """The one call that every member may make."""
        organization = self._used(call)
        management = organization.management_account_id
        kinds = [
            kind
            for kind, enabled in (
                ("SERVICE_CONTROL_POLICY", organization.scps_enabled),
                ("RESOURCE_CONTROL_POLICY", organization.rcps_enabled),
            )
            if enabled
        ]
        return {
            "Organization": {
                "Id": organization.id,
                "Arn": organization.arn,
                "FeatureSet": "ALL",
                "MasterAccountArn": f"arn:aws:organizations::{management}:account/{organization.id}/{management}",
                "MasterAccountId": management,
                "MasterAccountEmail": f"aws+{management}@fernhill.example",
                "AvailablePolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind in kinds],
            }
        }

    def list_roots(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        organization = self._open(call)
        kinds = (
            ("SERVICE_CONTROL_POLICY", organization.scps_enabled),
            ("RESOURCE_CONTROL_POLICY", organization.rcps_enabled),
        )
        roots = [
            {
                "Id": node.id,
                "Arn": self._arn(node),
                "Name": node.name,
                "PolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind, enabled in kinds if enabled],
            }
            for node in self._of_type(NodeType.ROOT)
        ]
        return _page("Roots", roots, call, fault)

    def list_accounts(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        return _page("Accounts", [self._account(node) for node in self._of_type(NodeType.ACCOUNT)], call, fault)

    def list_accounts_of(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        return _page("Accounts", [self._account(node) for node in self._children(call, NodeType.ACCOUNT)], call, fault)

    def list_units_of(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        units = [self._unit(node) for node in self._children(call, NodeType.OU)]
        return _page("OrganizationalUnits", units, call, fault)

    def list_children(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        kind = NodeType.ACCOUNT if call.parameters["ChildType"] == "ACCOUNT" else NodeType.OU
        rows = [{"Id": node.id, "Type": _TYPES[kind]} for node in self._children(call, kind)]
        return _page("Children", rows, call, fault)

    def list_parents(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        child = self._node(call.parameters["ChildId"], "ChildNotFoundException")
        parents = [self._nodes[child.parent_id]] if child.parent_id else []
        return _page("Parents", [{"Id": node.id, "Type": _TYPES[node.type]} for node in parents], call, fault)

    def list_policies(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        wanted = call.parameters["Filter"]
        rows = [_summary(policy) for policy in self._policies.values() if policy.type == wanted]
        return _page("Policies", rows, call, fault)

    def list_policies_of(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        node = self._node(call.parameters["TargetId"], "TargetNotFoundException")
        ids = node.scp_ids if call.parameters["Filter"] == "SERVICE_CONTROL_POLICY" else node.rcp_ids
        if call.parameters["Filter"] not in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
            ids = ()
        return _page("Policies", [_summary(self._policies[each]) for each in ids], call, fault)

    def list_targets(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        policy = self._policy(call.parameters["PolicyId"])
        rows = [
            {"TargetId": node.id, "Arn": self._arn(node), "Name": node.name, "Type": _TYPES[node.type]}
            for node in self._nodes.values()
            if policy.id in (*node.scp_ids, *node.rcp_ids)
        ]
        return _page("Targets", rows, call, fault)

    def describe_policy(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        policy = self._policy(call.parameters["PolicyId"])
        return {"Policy": {"PolicySummary": _summary(policy), "Content": policy.document or ""}}

    def describe_account(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        node = self._node(call.parameters["AccountId"], "AccountNotFoundException")
        return {"Account": self._account(node)}

    def describe_unit(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._open(call)
        node = self._node(call.parameters["OrganizationalUnitId"], "OrganizationalUnitNotFoundException")
        return {"OrganizationalUnit": self._unit(node)}

    def list_delegated(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        organization = self._open(call)
        service = call.parameters.get("ServicePrincipal")
        ids = {
            each.account_id: None
            for each in organization.delegated_administrators
            if service in (None, each.service_principal)
        }
        rows = [{**self._account(self._nodes[each]), "DelegationEnabledDate": _JOINED_AT} for each in ids]
        return _page("DelegatedAdministrators", rows, call, fault)

    def list_delegated_services(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        organization = self._open(call)
        rows = [
            {"ServicePrincipal": each.service_principal, "DelegationEnabledDate": _JOINED_AT}
            for each in organization.delegated_administrators
            if each.account_id == call.parameters["AccountId"]
        ]
        if not rows:
            raise ServiceError("AccountNotRegisteredException", "The account is no delegated administrator.")
        return _page("DelegatedServices", rows, call, fault)

    def _used(self, call: Call) -> Organization:
        """Return the organization, of which the caller's account is a member. Raises ServiceError."""
        if self._organization is None or call.account_id not in self._nodes:
            message = "Your account is not a member of an organization."
            raise ServiceError("AWSOrganizationsNotInUseException", message)
        return self._organization

    def _open(self, call: Call) -> Organization:
        """Return the organization where the caller may look into it. Raises ServiceError."""
        organization = self._used(call)
        delegated = {each.account_id for each in organization.delegated_administrators}
        if call.account_id not in {organization.management_account_id, *delegated}:
            message = "You don't have permissions to access this resource."
            raise ServiceError("AccessDeniedException", message)
        return organization

    def _of_type(self, kind: NodeType) -> list[OrganizationNode]:
        return [node for node in self._nodes.values() if node.type is kind]

    def _children(self, call: Call, kind: NodeType) -> list[OrganizationNode]:
        self._open(call)
        parent = self._node(call.parameters["ParentId"], "ParentNotFoundException")
        return [node for node in self._of_type(kind) if node.parent_id == parent.id]

    def _node(self, node_id: str, code: str) -> OrganizationNode:
        node = self._nodes.get(node_id)
        if node is None:
            raise ServiceError(code, f"You specified an id that doesn't exist: {node_id}")
        return node

    def _policy(self, policy_id: str) -> ControlPolicy:
        policy = self._policies.get(policy_id)
        if policy is None:
            raise ServiceError("PolicyNotFoundException", "You specified a policy that doesn't exist.")
        return policy

    def _arn(self, node: OrganizationNode) -> str:
        organization = self._organization
        management, number = (organization.management_account_id, organization.id) if organization else ("", "")
        kind = {NodeType.ROOT: "root", NodeType.OU: "ou", NodeType.ACCOUNT: "account"}[node.type]
        return f"arn:aws:organizations::{management}:{kind}/{number}/{node.id}"

    def _account(self, node: OrganizationNode) -> dict[str, Any]:
        return {
            "Id": node.id,
            "Arn": self._arn(node),
            "Email": f"aws+{node.id}@fernhill.example",
            "Name": node.name,
            "Status": node.status if node.status != "CLOSED" else "SUSPENDED",
            "State": node.status,
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": _JOINED_AT,
        }

    def _unit(self, node: OrganizationNode) -> dict[str, Any]:
        return {"Id": node.id, "Arn": self._arn(node), "Name": node.name}


def _summary(policy: ControlPolicy) -> dict[str, Any]:
    return {
        "Id": policy.id,
        "Arn": policy.arn,
        "Name": policy.name,
        "Description": "",
        "Type": policy.type,
        "AwsManaged": policy.aws_managed,
    }


def _page(key: str, rows: Sequence[dict[str, Any]], call: Call, fault: Fault | None) -> dict[str, Any]:
    size = min(call.parameters.get("MaxResults") or _MOST, _MOST)
    try:
        page = cut_page(rows, call.parameters.get("NextToken"), size, call, fault)
    except BadTokenError as error:
        raise ServiceError("InvalidInputException", "You provided an invalid NextToken.") from error
    return {key: list(page.rows), "NextToken": page.token}
