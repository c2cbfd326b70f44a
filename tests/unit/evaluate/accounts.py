"""Accounts put together by hand, as `aws iam get-account-authorization-details` prints them."""

from __future__ import annotations

import json
from typing import Any

from audit.snapshot.authorization import AuthorizationDetails, decode_authorization

ACCOUNT = "111122223333"
Json = dict[str, Any]

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def full(*names: str) -> list[str]:
    """Actions of Mechanical Turk by their names, sorted."""
    return sorted(f"mechanicalturk:{name}" for name in names)


def allow(*actions: str, **elements: Any) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **elements}


def deny(*actions: str, **elements: Any) -> Json:
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*", **elements}


def document(*statements: Json, version: str = "2012-10-17") -> Json:
    return {"Version": version, "Statement": list(statements)}


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def by_aws(name: str) -> str:
    return f"arn:aws:iam::aws:policy/{name}"


class Account:
    """Collects principals and policies; `details` is what the evidence holds."""

    def __init__(self) -> None:
        self._users: list[Json] = []
        self._groups: list[Json] = []
        self._roles: list[Json] = []
        self._policies: list[Json] = []

    def user(
        self, name: str, *inline: object, attached: tuple[str, ...] = (), groups: tuple[str, ...] = (), **fields: Any
    ) -> str:
        record = {"UserName": name, "Arn": arn("user", name), "GroupList": list(groups)}
        self._users.append(record | _held("User", inline, attached) | fields)
        return arn("user", name)

    def group(self, name: str, *inline: object, attached: tuple[str, ...] = ()) -> str:
        self._groups.append({"GroupName": name, "Arn": arn("group", name)} | _held("Group", inline, attached))
        return arn("group", name)

    def role(self, name: str, *inline: object, attached: tuple[str, ...] = (), **fields: Any) -> str:
        record = {"RoleName": name, "Arn": arn("role", name), "AssumeRolePolicyDocument": _TRUST}
        self._roles.append(record | _held("Role", inline, attached) | fields)
        return arn("role", name)

    def managed(self, policy: str, content: object, **fields: Any) -> str:
        """A managed policy by name, or by ARN; it is attached where a principal names it."""
        found = policy if policy.startswith("arn:") else arn("policy", policy)
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": content}
        self._policies.append(
            {"PolicyName": found.rpartition("/")[2], "Arn": found, "PolicyVersionList": [version], **fields}
        )
        return found

    def details(self) -> AuthorizationDetails:
        content = {
            "UserDetailList": self._users,
            "GroupDetailList": self._groups,
            "RoleDetailList": self._roles,
            "Policies": self._policies,
        }
        return decode_authorization(json.dumps(content).encode(), "an account")


def bounded(policy_arn: str) -> Json:
    """The field of a user or role that has a permissions boundary."""
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy_arn}


_TRUST = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})


def _held(kind: str, inline: tuple[object, ...], attached: tuple[str, ...]) -> Json:
    return {
        f"{kind}PolicyList": [
            {"PolicyName": f"inline-{number}", "PolicyDocument": content} for number, content in enumerate(inline, 1)
        ],
        "AttachedManagedPolicies": [{"PolicyName": each.rpartition("/")[2], "PolicyArn": each} for each in attached],
    }
