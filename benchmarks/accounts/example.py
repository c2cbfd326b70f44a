"""`python -m benchmarks.accounts.example DIR`: the accounts of the example company, each as a saved file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from audit.demo.aws_managed import aws_managed_policies
from audit.demo.company import example_company
from audit.snapshot.authorization import AuthorizationDetails, ManagedPolicyDetail, PolicyVersion
from audit.snapshot.writer import write_file


def main() -> None:
    out = Path(sys.argv[1])
    for account in example_company().accounts:
        details = _with_aws_managed(account.authorization)
        write_file(out / f"{account.account_id}.json", [msgspec.json.encode(_told(msgspec.json.encode(details)))])


def _told(encoded: bytes) -> Any:
    """As AWS writes it: what there is nothing of has no member."""
    return json.loads(encoded, object_pairs_hook=lambda pairs: {key: one for key, one in pairs if one is not None})


def _with_aws_managed(details: AuthorizationDetails) -> AuthorizationDetails:
    """As AWS tells them: with the AWS managed policies that are attached to anybody or bound anybody."""
    lists = [user.attached_managed_policies for user in details.user_detail_list]
    lists += [group.attached_managed_policies for group in details.group_detail_list]
    lists += [role.attached_managed_policies for role in details.role_detail_list]
    attached = {policy.policy_arn for policies in lists for policy in policies}
    bounds = [user.permissions_boundary for user in details.user_detail_list]
    bounds += [role.permissions_boundary for role in details.role_detail_list]
    attached |= {bound.permissions_boundary_arn for bound in bounds if bound is not None}
    found = []
    for arn in sorted(attached & aws_managed_policies().keys()):
        name, policy = aws_managed_policies()[arn]
        version = PolicyVersion(version_id="v1", is_default_version=True, document=policy.document)
        found.append(ManagedPolicyDetail(arn=arn, policy_name=name, policy_version_list=(version,)))
    return msgspec.structs.replace(details, policies=(*details.policies, *found))


if __name__ == "__main__":
    main()
