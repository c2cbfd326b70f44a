"""AWS managed policies, from the collection that moto ships and renews."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import msgspec

PREFIX = "arn:aws:iam::aws:policy"


class AwsManagedPolicy(msgspec.Struct, frozen=True, rename="pascal"):
    """One AWS managed policy."""

    document: msgspec.Raw
    path: str
    default_version_id: str
    create_date: datetime
    update_date: datetime


@cache
def aws_managed_policies() -> dict[str, tuple[str, AwsManagedPolicy]]:
    """Name and policy by ARN."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    policies = msgspec.json.decode(aws_managed_policies_data, type=dict[str, AwsManagedPolicy])
    return {f"{PREFIX}{policy.path}{name}": (name, policy) for name, policy in policies.items()}
