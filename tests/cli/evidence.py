"""Small accounts, as `aws iam get-account-authorization-details` prints them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
CLOSED = "2026-11-23"
"""A day after the service closed."""


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, **elements: Any) -> dict[str, Any]:
    """An Allow statement on every resource."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **elements}


def user(name: str, *documents: object, groups: tuple[str, ...] = (), attached: tuple[str, ...] = ()) -> dict[str, Any]:
    """A user with inline policies, groups and managed policies by ARN."""
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{name.upper()}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "CreateDate": "2024-01-01T00:00:00+00:00",
        "UserPolicyList": [
            {"PolicyName": f"policy-{number}", "PolicyDocument": document}
            for number, document in enumerate(documents, start=1)
        ],
        "GroupList": list(groups),
        "AttachedManagedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in attached],
        "Tags": [],
    }


def account(*users: dict[str, Any]) -> dict[str, Any]:
    """An account with these users, and nothing else."""
    return {"UserDetailList": list(users), "GroupDetailList": [], "RoleDetailList": [], "Policies": []}


def saved(folder: Path, content: object, name: str = "account.json") -> Path:
    """Write the file, as it is where it is text."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
