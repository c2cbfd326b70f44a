"""The policy that the credentials need: what the collectors call, and nothing wider."""

from __future__ import annotations

from typing import Any

from audit.collect.plan import planned_calls

_SIDS = {
    "sts": "IdentifyCaller",
    "iam": "ReadPrincipalsAndPolicies",
    "mechanicalturk": "ReadMechanicalTurkActivity",
    "cloudtrail": "ReadTrails",
}
"""By IAM prefix, in the order of the policy; a statement for each prefix that the collectors call."""


def least_policy() -> dict[str, Any]:
    """Build the identity-based policy, ready for `json.dumps`.

    Each resource is `*`: Mechanical Turk knows no resource types, and the listings of IAM cannot be limited.
    """
    actions = {call.permission for call in planned_calls()}
    prefixes = dict.fromkeys((*_SIDS, *sorted(action.partition(":")[0] for action in actions)))
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": _SIDS.get(prefix, f"Read{prefix.capitalize()}"),
                "Effect": "Allow",
                "Action": allowed,
                "Resource": "*",
            }
            for prefix in prefixes
            if (allowed := sorted(action for action in actions if action.partition(":")[0] == prefix))
        ],
    }
