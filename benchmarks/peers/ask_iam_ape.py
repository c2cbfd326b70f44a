"""IAM-APE: a principal's effective permissions, with Deny statements, groups and boundaries.

Its command answers for one principal a run; here one process asks its evaluator for all.
"""

from __future__ import annotations

from iam_ape.evaluator import AuthorizationDetails, EffectivePolicyEvaluator  # type: ignore[import-not-found]  # not installed here
from iam_ape.helper_types import EntityType  # type: ignore[import-not-found]  # not installed here

from benchmarks.peers.account_file import answer, question, read_account


def main() -> None:
    file, actions = question()
    details = AuthorizationDetails(read_account(file))
    evaluator = EffectivePolicyEvaluator(details)
    for kind in (EntityType.user, EntityType.group, EntityType.role):
        for arn in getattr(details, kind.value):
            granted = evaluator.evaluate(arn=arn, entity_type=kind).allowed_permissions
            for action in actions:
                # An action stands for each resource that it is granted on; Mechanical Turk knows only `*`.
                found = [grant for grant in granted.get(action, ()) if grant.resource == "*" or grant.not_resource]
                if found:
                    answer(arn, action, "allow" if any(not grant.condition for grant in found) else "conditional")


main()
