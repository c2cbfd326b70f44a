"""A principal of an authorization-details file as PMapper's own record: it reads no file itself."""

from __future__ import annotations

import collections
import collections.abc

# The last release imports these from where Python 3.10 removed them; without this it does not start.
for _name in ("Mapping", "MutableMapping"):
    setattr(collections, _name, getattr(collections.abc, _name))

from principalmapper.common import Node, Policy  # type: ignore[import-not-found]  # noqa: E402 - it is in its own environment, after the above

from benchmarks.peers.account_file import Principal  # noqa: E402 - the same


def node_of(principal: Principal) -> Node:
    """A principal as PMapper knows it; nobody is marked as an administrator."""
    record = principal.record
    boundary = Policy(principal.boundary[0], "boundary", principal.boundary[1]) if principal.boundary else None
    return Node(
        arn=principal.arn,
        id_value=record.get("UserId") or record.get("RoleId"),
        attached_policies=[Policy(principal.arn, name, document) for name, document in principal.identity],
        group_memberships=[],
        trust_policy=record.get("AssumeRolePolicyDocument"),
        instance_profile=[profile["Arn"] for profile in record.get("InstanceProfileList", [])] or None,
        num_access_keys=0,
        active_password=False,
        is_admin=False,
        permissions_boundary=boundary,
        has_mfa=False,
        tags={tag["Key"]: tag["Value"] for tag in record.get("Tags", [])},
    )
