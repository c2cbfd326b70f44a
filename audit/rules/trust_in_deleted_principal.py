"""Trust policies that name somebody who is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import DeletedTrust
from audit.rules.interface import RuleContext
from audit.rules.way import account_of, causes_text
from audit.rules.wording import count

INFO = RuleInfo(
    id="trust-in-deleted-principal",
    title="Trust in principals that no longer exist",
    severity=Severity.LOW,
    description=(
        "A trust policy shows a unique id where the user or role that it named has been deleted. Nobody gets in by it: "
        "one of the same name has another id. It is a trace of access that was never cleaned up."
    ),
    remediation="Remove the id from the trust policy; delete the role where nobody else is trusted.",
    false_positive="It does not apply where the policy names a unique id on purpose and the principal exists.",
    controls=controls_on("access"),
    identity=("account", "unique id"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every principal that is gone, with all roles that still trust it."""
    groups: dict[str, list[DeletedTrust]] = defaultdict(list)
    present = {principal.unique_id for principal in context.principals.values()}
    for one in context.reach.deleted if context.reach else ():
        if account_of(one.role_arn) == context.account_id and one.unique_id not in present:
            groups[one.unique_id].append(one)
    for unique_id, found in sorted(groups.items()):
        roles = tuple(sorted(one.role_arn for one in found))
        causes = tuple(one.statement for one in found)
        yield Finding(
            rule=INFO.id,
            title=f"{count(len(roles), 'role')} still trust the deleted principal {unique_id}",
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            confidence_reason="AWS shows a unique id only where the ARN leads nowhere any more.",
            account_id=context.account_id,
            subjects=roles,
            causes=causes,
            facts=(("unique id", unique_id), ("statements", causes_text(causes))),
            identity=(("account", context.account_id), ("unique id", unique_id)),
        )
