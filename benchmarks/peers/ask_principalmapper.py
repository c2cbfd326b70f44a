"""PMapper: one local check a principal and action, with Deny, boundaries, and conditions on a context that is empty.

It gathers from AWS itself and reads no file, so its nodes are made from the file here; groups are no principals to it.
Its graph of who reaches whom is left out: only the answer to the question is measured.
"""

from __future__ import annotations

import collections
import collections.abc

# The last release imports these from where Python 3.10 removed them; without this it does not start.
for _name in ("Mapping", "MutableMapping"):
    setattr(collections, _name, getattr(collections.abc, _name))

from principalmapper.common import Node, Policy  # type: ignore[import-not-found]  # noqa: E402 - it is in its own environment, after the above
from principalmapper.querying.query_interface import (  # type: ignore[import-not-found]  # noqa: E402 - the same
    local_check_authorization_full,
)

from benchmarks.peers.account_file import Principal, answer, principals, question, read_account  # noqa: E402 - the same


def _node(principal: Principal) -> Node:
    record = principal.record
    boundary = Policy(principal.boundary[0], "boundary", principal.boundary[1]) if principal.boundary else None
    return Node(
        arn=principal.arn,
        id_value=record.get("UserId") or record.get("RoleId"),
        attached_policies=[Policy(principal.arn, name, document) for name, document in principal.identity],
        group_memberships=[],
        trust_policy=record.get("AssumeRolePolicyDocument"),
        instance_profile=None,
        num_access_keys=0,
        active_password=False,
        is_admin=False,
        permissions_boundary=boundary,
        has_mfa=False,
        tags={tag["Key"]: tag["Value"] for tag in record.get("Tags", [])},
    )


def main() -> None:
    file, actions = question()
    for principal in principals(read_account(file)):
        if ":group/" in principal.arn:
            continue
        node = _node(principal)
        for action in actions:
            if local_check_authorization_full(node, action, "*", {}):
                answer(principal.arn, action)


main()
