"""What stops the near misses of the example company, and how it is taken away: one change for each reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from audit.model.organization import SCP, Organization
from tests.demo.company_worlds import Worlds, organization, worlds
from tests.property.naive import Json, listed

Change = Callable[[Worlds, str, str], None]
"""Of the accounts, for a principal and what it seems to reach."""
SCP_STOPS = "SCP stops it"
PAY = "mechanicalturk:SendBonus"


def record(worlds: Worlds, arn: str) -> Json:
    """A user, group or role."""
    account = worlds[arn.split(":")[4]]
    for kind in ("User", "Group", "Role"):
        for each in account[f"{kind}DetailList"]:
            if each["Arn"] == arn:
                return {"kind": kind, "of": each, "account": account}
    raise LookupError(arn)


def policies(worlds: Worlds, arn: str) -> list[Json]:
    """The documents of its own policies, and its trust policy."""
    found = record(worlds, arn)
    own = [one["PolicyDocument"] for one in found["of"][f"{found['kind']}PolicyList"]]
    attached = {one["PolicyArn"] for one in found["of"]["AttachedManagedPolicies"]}
    for policy in found["account"]["Policies"]:
        if policy["Arn"] in attached:
            own += [version["Document"] for version in policy["PolicyVersionList"] if version["IsDefaultVersion"]]
    if found["kind"] == "Role":
        own.append(found["of"]["AssumeRolePolicyDocument"])
    return own


def statements(worlds: Worlds, arn: str) -> Iterator[Json]:
    """Those of its policies."""
    return (each for document in policies(worlds, arn) for each in listed(document["Statement"]))


def allow(worlds: Worlds, arn: str, action: str, resource: str = "*") -> None:
    """Give somebody one more permission."""
    found = record(worlds, arn)
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    found["of"][f"{found['kind']}PolicyList"].append(
        {"PolicyName": "given", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    )


def _no_boundary(worlds: Worlds, principal: str, _: str) -> None:
    assert record(worlds, principal)["of"].pop("PermissionsBoundary")


def _no_condition(worlds: Worlds, principal: str, target: str) -> None:
    """Of the principal's statements, and of those that let it into its target."""
    taken = [each.pop("Condition", None) for each in statements(worlds, principal)]
    if target != principal:
        taken += [each.pop("Condition", None) for each in statements(worlds, target)]
    assert any(taken)


def _trusted(worlds: Worlds, principal: str, target: str) -> None:
    trust = record(worlds, target)["of"]["AssumeRolePolicyDocument"]
    statement: Json = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    trust["Statement"] = [*listed(trust["Statement"]), statement]


def _no_deny(worlds: Worlds, principal: str, _: str) -> None:
    assert "Deny" in {each["Effect"] for each in statements(worlds, principal)}
    for document in policies(worlds, principal):
        document["Statement"] = [each for each in listed(document["Statement"]) if each["Effect"] != "Deny"]


def _allowed(worlds: Worlds, principal: str, target: str) -> None:
    allow(worlds, principal, "sts:AssumeRole", target)


def _may_pass(worlds: Worlds, principal: str, target: str) -> None:
    allow(worlds, principal, "iam:PassRole", target)


def _target_pays(worlds: Worlds, _: str, target: str) -> None:
    record(worlds, target)["of"].pop("PermissionsBoundary", None)
    allow(worlds, target, PAY)


def _nothing(_: Worlds, __: str, ___: str) -> None:
    """The change is made to the organization."""


CHANGES: Mapping[str, Change] = {
    SCP_STOPS: _nothing,
    "an explicit deny stops it": _no_deny,
    "boundary stops it": _no_boundary,
    "condition never true": _no_condition,
    "it may attach a harmless policy only": _no_condition,
    "it may pass no role": _may_pass,
    "it may pass the role to another service only": _no_condition,
    "its own policies do not allow it": _allowed,
    "the group cannot pay": _target_pays,
    "the role that it could become cannot pay": _target_pays,
    "the user that it could become cannot pay": _target_pays,
    "trust refuses": _trusted,
}
"""By the reason as the data file has it."""


def after(reason: str, principal: str, target: str) -> tuple[Worlds, Organization]:
    """The accounts and the organization without what stops somebody."""
    accounts = worlds()
    CHANGES[reason](accounts, principal, target)
    return accounts, _without_scps() if reason == SCP_STOPS else organization()


def _without_scps() -> Organization:
    """The organization with the policies that AWS attaches alone."""
    found = organization()
    own = {policy.id for policy in found.policies or () if policy.type == SCP and not policy.aws_managed}
    replace: Any = msgspec.structs.replace
    nodes = (replace(node, scp_ids=tuple(sorted({*node.scp_ids} - own))) for node in found.nodes or ())
    return msgspec.structs.replace(found, nodes=tuple(nodes))
