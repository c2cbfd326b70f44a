"""Principals that become an administrator by assuming roles."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import StepType
from audit.rules.interface import RuleContext
from audit.rules.way import CAUSES_IDENTITY, account_of, grouped, hops_words, short_name, way_finding
from audit.rules.wording import who

INFO = RuleInfo(
    id="role-chain-to-administrator",
    title="Role chains that end at an administrator",
    severity=Severity.HIGH,
    description=(
        "These users and roles are no administrators, and can assume a role that is one in effect, at once or through "
        "other roles. What holds for an administrator holds for them."
    ),
    remediation=(
        "Let the administrator's trust policy name the few who are meant and ask for MFA; take the role out of the "
        "permissions to assume of all others."
    ),
    false_positive="It does not apply to the people whose work it is, if each use of the role is alarmed and reviewed.",
    controls=controls_on("privileged access", "full administration"),
    identity=CAUSES_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that lets somebody become an administrator."""
    paths = (
        path
        for path in (context.reach.administrators if context.reach else ())
        if account_of(path.start) == context.account_id
        and all(step.type is not StepType.ESCALATION for step in path.steps)
    )
    for group in grouped(paths):
        yield way_finding(
            context,
            INFO,
            group,
            title=(
                f"{who(context, group.starts)} can become the administrator {short_name(group.holder)} "
                f"{hops_words(group.paths)}"
            ),
            facts=(("administrator", group.holder),),
            pays=False,
        )
