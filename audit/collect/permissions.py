"""The policy that the credentials need: what the collectors call, and nothing wider."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audit.collect.assume_role import ASSUME_ROLE
from audit.collect.event_permissions import statements_of
from audit.collect.interface import OF_ACCOUNT, OF_CALLER, ApiCall, EventOptions
from audit.collect.plan import LOOKUP, planned_calls

_SIDS = {
    "sts": "IdentifyCaller",
    "iam": "ReadPrincipalsAndPolicies",
    "mechanicalturk": "ReadMechanicalTurkActivity",
    "cloudtrail": "ReadTrails",
    "organizations": "FindOrganization",
}
"""By IAM prefix, in the order of the policy; a statement for each prefix that the collectors call."""


def least_policy(role_name: str = "", road: EventOptions = LOOKUP) -> dict[str, Any]:
    """Build the identity-based policy, ready for `json.dumps`.

    Each resource is `*` where the service has nothing narrower: Mechanical Turk knows no resource types, and the
    listings of IAM cannot be limited. S3 and Athena are limited to what the `road` names. With `role_name` it is the
    policy of credentials which assume that role in other accounts too, and which need nothing of a trail that is read
    with the role in the account that keeps it.
    """
    if role_name and road.in_one_place and road.reader not in (OF_CALLER, OF_ACCOUNT):
        road = EventOptions(off=True)
    calls = planned_calls(road=road)
    narrowed = statements_of(road)
    named = {action for statement in narrowed for action in statement["Action"]}
    everywhere = {call.permission for call in calls if not call.management_only} - named
    prefixes = dict.fromkeys((*_SIDS, *sorted(action.partition(":")[0] for action in everywhere)))
    statements = [
        _statement(_SIDS.get(prefix, f"Read{prefix.capitalize()}"), allowed)
        for prefix in prefixes
        if (allowed := [action for action in everywhere if action.partition(":")[0] == prefix])
    ]
    statements += narrowed
    statements.append(_statement("ReadOrganizationInItsManagementAccount", _management_only(calls)))
    if role_name:
        role = f"arn:aws:iam::*:role/{role_name}"
        statements.append(_statement("AssumeRoleInOtherAccounts", [ASSUME_ROLE.permission], role))
    return {"Version": "2012-10-17", "Statement": statements}


def _management_only(calls: Iterable[ApiCall]) -> set[str]:
    return {call.permission for call in calls if call.management_only}


def _statement(sid: str, actions: Iterable[str], resource: str = "*") -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resource}
