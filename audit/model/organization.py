"""The organization that accounts belong to: its tree, and the policies that bound them from above.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_auth.html
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

SCP = "SERVICE_CONTROL_POLICY"
RCP = "RESOURCE_CONTROL_POLICY"

NOT_READ = "not read"
"""Among the ids of a node's policies: what is attached there could not be read. No policy of that id is to be had."""


class NodeType(StrEnum):
    """What a node of the tree is."""

    ROOT = "root"
    OU = "organizational unit"
    ACCOUNT = "account"


class OrganizationNode(msgspec.Struct, frozen=True, kw_only=True):
    """One root, organizational unit or account."""

    id: str
    """`r-ab12`, `ou-ab12-…`, or the account's twelve digits."""
    type: NodeType
    name: str = ""
    parent_id: str = ""
    """Empty for a root."""
    status: str = ""
    """Of an account: ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED."""
    scp_ids: tuple[str, ...] = ()
    """Service control policies attached right here, sorted."""
    rcp_ids: tuple[str, ...] = ()
    """Resource control policies attached right here, sorted."""


class ControlPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One service or resource control policy."""

    id: str
    arn: str
    name: str
    type: str
    """`SCP` or `RCP`, in AWS's words."""
    document: str | None
    """Its JSON as AWS gives it; None where it could not be had, which is a gap."""
    aws_managed: bool = False


class DelegatedAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """An account that acts for the management account in one service."""

    account_id: str
    service_principal: str


class Organization(msgspec.Struct, frozen=True, kw_only=True):
    """An organization as far as it could be read. An account outside any organization has no SCP at all."""

    id: str = ""
    """`o-…`; empty where the account is in none."""
    arn: str = ""
    management_account_id: str = ""
    nodes: tuple[OrganizationNode, ...] | None = None
    """By id; None where only the management account may read them, so that SCPs are not known."""
    policies: tuple[ControlPolicy, ...] | None = None
    """By id; None where they could not be read."""
    scps_enabled: bool | None = None
    """Whether the policy type is enabled at the root; None: not known."""
    rcps_enabled: bool | None = None
    delegated_administrators: tuple[DelegatedAdministrator, ...] = ()

    @property
    def in_use(self) -> bool:
        """Whether there is an organization at all."""
        return bool(self.id)

    def path(self, account_id: str) -> tuple[OrganizationNode, ...]:
        """The nodes from the root down to the account, both included; empty where the tree does not hold it."""
        by_id = {node.id: node for node in self.nodes or ()}
        found: list[OrganizationNode] = []
        node = by_id.get(account_id)
        while node is not None and node not in found:
            found.append(node)
            node = by_id.get(node.parent_id)
        return tuple(reversed(found)) if found and found[-1].type is NodeType.ROOT else ()
