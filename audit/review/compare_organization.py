"""Which service control policies above an account are not as they were."""

from __future__ import annotations

from collections.abc import Iterator

from audit.model.organization import ControlPolicy, Organization, OrganizationNode
from audit.review.compare_account import Difference


def control_differences(then: Organization, now: Organization, account_id: str) -> Iterator[Difference]:
    """The changes between the root and the account, as bounds; none where either tree or its policies are unknown."""
    if None in (then.nodes, now.nodes, then.policies, now.policies):
        return
    present, earlier = _attached(now, account_id), _attached(then, account_id)
    for node_id, policy_id in sorted(present.keys() | earlier.keys()):
        one, other = present.get((node_id, policy_id)), earlier.get((node_id, policy_id))
        sentence = _sentence(one, other)
        if sentence:
            yield Difference(sentence=sentence, before=None, after=None, bounds=True)


_Attached = tuple[OrganizationNode, ControlPolicy]


def _attached(organization: Organization, account_id: str) -> dict[tuple[str, str], _Attached]:
    policies = {policy.id: policy for policy in organization.policies or ()}
    return {
        (node.id, policy_id): (node, policies[policy_id])
        for node in organization.path(account_id)
        for policy_id in node.scp_ids
        if policy_id in policies
    }


def _sentence(now: _Attached | None, then: _Attached | None) -> str:
    if now is not None and then is not None:
        changed = now[1].document != then[1].document
        return f"The service control policy {now[1].name} at {_where(now[0])} was changed." if changed else ""
    if now is not None:
        return f"The service control policy {now[1].name} was attached to {_where(now[0])}."
    return f"The service control policy {then[1].name} was detached from {_where(then[0])}." if then else ""


def _where(node: OrganizationNode) -> str:
    return f"the {node.type.value} {node.name or node.id}"
