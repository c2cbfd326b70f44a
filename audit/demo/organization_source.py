"""The example company's organization, read from its data file: policies by name, and attached to everything by it."""

from __future__ import annotations

from importlib.resources import files

import msgspec

from audit.model.organization import (
    ControlPolicy,
    DelegatedAdministrator,
    NodeType,
    Organization,
    OrganizationNode,
)

COLLECTOR_ROLE = "mturk-audit-reader"
"""The role that a collection assumes in the member accounts."""
EXTERNAL_ID = "fernhill-review-2026"
_SCP, _RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
_KINDS = {"root": NodeType.ROOT, "ou": NodeType.OU, "account": NodeType.ACCOUNT}
_FULL_RCP = "p-RCPFullAWSAccess"
"""AWS attaches it to every root, unit and account, and it cannot be detached."""


class _NodeSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    type: str
    name: str
    parent: str = ""
    status: str = ""
    scps: tuple[str, ...]
    """Ids."""


class _PolicySource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    name: str
    type: str = _SCP
    aws_managed: bool = False
    document: msgspec.Raw


class _Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    management_account_id: str
    nodes: tuple[_NodeSource, ...]
    policies: tuple[_PolicySource, ...]
    delegated_administrators: tuple[DelegatedAdministrator, ...]


def example_organization() -> Organization:
    """The tree, with RCPFullAWSAccess at every node as AWS has it."""
    raw = files("audit.demo").joinpath("data", "organization.json").read_bytes()
    source = msgspec.json.decode(raw, type=_Source)
    nodes = (
        OrganizationNode(
            id=node.id,
            type=_KINDS[node.type],
            name=node.name,
            parent_id=node.parent,
            status=node.status,
            scp_ids=tuple(sorted(node.scps)),
            rcp_ids=(_FULL_RCP,),
        )
        for node in source.nodes
    )
    return Organization(
        id=source.id,
        arn=f"arn:aws:organizations::{source.management_account_id}:organization/{source.id}",
        management_account_id=source.management_account_id,
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        policies=tuple(sorted((_policy(policy, source) for policy in source.policies), key=lambda each: each.id)),
        scps_enabled=True,
        rcps_enabled=True,
        delegated_administrators=source.delegated_administrators,
    )


def _policy(policy: _PolicySource, source: _Source) -> ControlPolicy:
    owner = "aws" if policy.aws_managed else f"{source.management_account_id}"
    folder = "policy" if policy.aws_managed else f"policy/{source.id}"
    return ControlPolicy(
        id=policy.id,
        arn=f"arn:aws:organizations::{owner}:{folder}/{policy.type.lower()}/{policy.id}",
        name=policy.name,
        type=policy.type,
        document=bytes(policy.document).decode(),
        aws_managed=policy.aws_managed,
    )
