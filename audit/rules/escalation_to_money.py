"""Principals that can give themselves, or take from another, what it takes to pay."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.catalog.escalations import load_escalations
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import ReachPath, StepType
from audit.rules.interface import RuleContext
from audit.rules.way import CAUSES_IDENTITY, account_of, grouped, way_finding
from audit.rules.wording import enumeration, short, who

INFO = RuleInfo(
    id="escalation-to-money",
    title="Principals that can give themselves a privilege that pays",
    severity=Severity.CRITICAL,
    description=(
        "These users and roles can gain permissions that nobody gave them: by writing policies, by taking over another "
        "principal, or by having a service run their code with a role. From there they can pay workers."
    ),
    remediation=(
        "Take the permissions away that the way needs, or bound them: a permissions boundary on what may be written, "
        "`iam:PassRole` on the roles that are meant with `iam:PassedToService`, no write access to one's own policies."
    ),
    false_positive=(
        "It does not apply to those who administer access in this account, if their use is alarmed and reviewed. Where "
        "a precondition is named that no policy tells, look whether it is the case."
    ),
    controls=controls_on("access", "privileged access"),
    identity=(*CAUSES_IDENTITY, "technique"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every way to gain permissions and the statements that open it."""
    if context.reach is None:
        return
    by_technique: dict[str, list[ReachPath]] = {}
    for path in context.reach.paths:
        first = next((step for step in path.steps if step.type is StepType.ESCALATION), None)
        if first is not None and account_of(path.start) == context.account_id:
            by_technique.setdefault(first.technique, []).append(path)
    titles = {row.id: row for row in load_escalations()}
    for technique, paths in sorted(by_technique.items()):
        row = titles[technique]
        for group in grouped(paths, by_first=True):
            yield way_finding(
                context,
                INFO,
                group,
                title=(
                    f"{who(context, group.starts)} can come to use "
                    f"{enumeration(short(group.actions), 'further privilege')}: "
                    f"{row.title[0].lower()}{row.title[1:]} ({row.id})"
                ),
                facts=(
                    ("needs", ", ".join(row.needs)),
                    ("precondition", row.precondition or "none"),
                    ("described at", row.reference),
                ),
                identity=(("technique", technique),),
            )
