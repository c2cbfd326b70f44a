"""What an organization bounds an account with: service and resource control policies, level by level.

An account that is in no organization has none, and the management account is exempt. Where the organization could not
be read the policies are not known: what an account's principals may do is then an upper bound, and says so.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode


class ControlLevel(msgspec.Struct, frozen=True):
    """One level: the root, an organizational unit or the account, with the policies attached right there."""

    target: str
    """How it is named to people: `root`, `organizational unit Production`, `account 111122223333`."""
    policies: tuple[ControlPolicy, ...]


class ControlPolicies(msgspec.Struct, frozen=True, kw_only=True):
    """The control policies above one account, from the root down to it."""

    scps: tuple[ControlLevel, ...] | None = None
    """None: none bounds the account, or they are not known."""
    rcps: tuple[ControlLevel, ...] | None = None
    """The same, of the account's resources."""
    unknown: str = ""
    """Why it is not known which bound the account, one clause; empty: it is known."""
    exempt: str = ""
    """Why none bounds it, one clause; empty where some do, or where that is not known."""
    organization_id: str | None = None
    """`o-…`; empty where the account is in none; None where that is not known."""
    organization_path: str = ""
    """What aws:PrincipalOrgPaths holds: `o-…/r-…/ou-…/`; empty where it is not known."""

    @property
    def sentence(self) -> str:
        """What a reader must know of them beside any «allowed»."""
        if self.unknown:
            reason = f"{self.unknown[:1].upper()}{self.unknown[1:]}"
            return f"{reason}: service control policies are unknown, so that this is an upper bound."
        if self.exempt:
            return f"No service control policy bounds it: {self.exempt}."
        return f"The service control policies of {len(self.scps or ())} levels, from the root down, were evaluated too."


NOT_READ = ControlPolicies(unknown="no organization data was evaluated")
"""Of evidence that says nothing of an organization, as a saved authorization-details file."""


def control_policies(organization: Organization | None, account_id: str) -> ControlPolicies:
    """What bounds an account, as far as the evidence tells."""
    if organization is None:
        return NOT_READ
    if not organization.in_use:
        return ControlPolicies(exempt="the account is in no organization", organization_id="")
    path = organization.path(account_id)
    if account_id == organization.management_account_id:
        exempt = "the management account is exempt"
        return ControlPolicies(
            exempt=exempt, organization_id=organization.id, organization_path=_org_path(organization, path)
        )
    if organization.nodes is None:
        return ControlPolicies(unknown="the organization's tree was not to be read", organization_id=organization.id)
    if not path:
        return ControlPolicies(unknown="the account is not in the organization's tree that was read")
    known = ControlPolicies(organization_id=organization.id, organization_path=_org_path(organization, path))
    return _with_levels(known, organization, path)


def _with_levels(
    known: ControlPolicies, organization: Organization, path: tuple[OrganizationNode, ...]
) -> ControlPolicies:
    scps_enabled = _enabled(organization.scps_enabled, organization, lambda node: node.scp_ids)
    rcps_enabled = _enabled(organization.rcps_enabled, organization, lambda node: node.rcp_ids)
    if organization.policies is None and (scps_enabled is not False or rcps_enabled):
        return msgspec.structs.replace(known, unknown="the organization's policies were not to be read")
    by_id = {policy.id: policy for policy in organization.policies or ()}
    return msgspec.structs.replace(
        known,
        scps=_levels(path, by_id, lambda node: node.scp_ids) if scps_enabled else None,
        rcps=_levels(path, by_id, lambda node: node.rcp_ids) if rcps_enabled else None,
        unknown="" if scps_enabled is not None else "it is not known whether the organization uses them",
        exempt="the organization does not use them" if scps_enabled is False else "",
    )


_Attached = Callable[[OrganizationNode], tuple[str, ...]]


def _enabled(told: bool | None, organization: Organization, attached: _Attached) -> bool | None:
    """Whether a policy type is in use. Only one that is can be attached; None: the evidence does not tell."""
    if told is None and any(attached(node) for node in organization.nodes or ()):
        return True
    return told


def _levels(
    path: tuple[OrganizationNode, ...], by_id: dict[str, ControlPolicy], attached: _Attached
) -> tuple[ControlLevel, ...]:
    return tuple(
        ControlLevel(_name(node), tuple(by_id.get(policy_id) or _missing(policy_id) for policy_id in attached(node)))
        for node in path
    )


def _missing(policy_id: str) -> ControlPolicy:
    """One that the tree names and the evidence does not hold."""
    return ControlPolicy(id=policy_id, arn="", name=policy_id, type="", document=None)


def _name(node: OrganizationNode) -> str:
    if node.type is NodeType.ROOT:
        return "root"
    return f"{node.type} {node.name if node.type is NodeType.OU and node.name else node.id}"


def _org_path(organization: Organization, path: tuple[OrganizationNode, ...]) -> str:
    """The organization, the root and the organizational units; the account itself is no part of it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
    """
    return "".join(f"{part}/" for part in (organization.id, *(node.id for node in path[:-1]))) if path else ""
