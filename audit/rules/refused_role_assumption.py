"""One side of a role's assumption stands and the other does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.entitlement import PolicyType
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import Refusal
from audit.rules.interface import RuleContext
from audit.rules.way import account_of, causes_text
from audit.rules.wording import count

INFO = RuleInfo(
    id="refused-role-assumption",
    title="Role assumptions that one side grants and the other refuses",
    severity=Severity.LOW,
    description=(
        "A policy lets a principal assume a role by name, and the role does not trust it; or a trust policy names a "
        "principal that its own side does not let. Nothing can be done by it today. Either something is broken, or a "
        "single change elsewhere opens a way that nobody meant."
    ),
    remediation="Remove the side that is left over, or mend the other one if the assumption is meant.",
    false_positive="It does not apply while a change is being rolled out on one side before the other.",
    controls=controls_on("access"),
    identity=("account", "causes"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that grants in vain."""
    groups: dict[tuple[str, str], list[Refusal]] = defaultdict(list)
    for one in context.reach.refusals if context.reach else ():
        trusting = one.granted_by.policy.type is PolicyType.RESOURCE
        if account_of(one.role_arn if trusting else one.principal_arn) == context.account_id:
            groups[causes_text([one.granted_by]), one.refused_by].append(one)
    for (text, refused_by), found in sorted(groups.items()):
        granted = found[0].granted_by
        trusting = granted.policy.type is PolicyType.RESOURCE
        subjects = tuple(sorted({one.role_arn if trusting else one.principal_arn for one in found}))
        side = "trusts principals" if trusting else "lets its holders assume roles"
        yield Finding(
            rule=INFO.id,
            title=(
                f"{granted.policy.label}, {granted.words}, {side} in {count(len(found), 'case')} "
                f"that the {refused_by} refuses"
            ),
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            confidence_reason="Both sides were evaluated, and no request passes both.",
            account_id=context.account_id,
            subjects=subjects,
            causes=(granted,),
            considered=(context.control,),
            facts=(
                ("refused by", refused_by),
                ("roles", ", ".join(sorted({one.role_arn for one in found})[:10])),
                ("principals", ", ".join(sorted({one.principal_arn for one in found})[:10])),
            ),
            identity=(("account", context.account_id), ("causes", f"{text} {refused_by}")),
        )
