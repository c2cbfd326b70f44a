"""What was decided to be revoked and is still there in younger evidence: the most severe that a review can find.

It follows from the review's folder and not from the policies alone, so that it is no rule of `audit.rules`, no
exception answers for it, and it is there only where the folder is given. A new decision ends it, or its absence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from audit.catalog.controls import controls_on
from audit.model.entitlement import Entitlement, StatementRef
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import Decision, DecisionRow, DecisionState
from audit.review.decisions import Standing
from audit.review.progress import deciding_rows

INFO = RuleInfo(
    id="revoked-but-present",
    title="Privileges that were revoked and are still present",
    severity=Severity.CRITICAL,
    description=(
        "A reviewer decided in writing that these privileges go, and evidence that was collected after the decision "
        "shows that they are still there. A review whose decisions are not carried out is no control at all."
    ),
    remediation=(
        "Carry the decision out: `mturk-audit review revoke` writes the changes as JSON, as commands of the AWS CLI "
        "and as Terraform. Then collect a new snapshot, which alone closes the decision. Where the privilege is needed "
        "after all, have it decided anew."
    ),
    false_positive=(
        "It does not apply where the change was made after this evidence was collected: collect again. Nothing else "
        "ends it but a younger decision on the same privilege."
    ),
    controls=controls_on("access", "privileged access"),
    identity=("account", "policy", "holder"),
)


class _Present(NamedTuple):
    """One privilege, or only a finding where the privilege itself is gone, that a revocation is still due for."""

    principal_arn: str
    account_id: str
    actions: tuple[str, ...]
    entitlement: Entitlement | None
    decision: Decision


def revoked_but_present(result: AuditResult, rows: Iterable[DecisionRow]) -> tuple[Finding, ...]:
    """One finding for each policy that still gives what was revoked; by fingerprint."""
    listed = tuple(rows)
    if not _any_overdue(listed):
        return ()
    groups: dict[tuple[str, str, str], list[_Present]] = {}
    for present in _present(result, listed):
        groups.setdefault(_key(present), []).append(present)
    found = [_finding(result, key, group) for key, group in groups.items()]
    return tuple(sorted(found, key=lambda finding: finding.fingerprint))


def still_present(result: AuditResult) -> int:
    """How many entitlements were revoked and are there in younger evidence."""
    if not _any_overdue(result.decisions):
        return 0
    return sum(row.state is DecisionState.OVERDUE for row in deciding_rows(result, result.decisions).values())


def _any_overdue(rows: tuple[DecisionRow, ...]) -> bool:
    return any(row.state is DecisionState.OVERDUE for row in rows)


def _present(result: AuditResult, rows: tuple[DecisionRow, ...]) -> list[_Present]:
    standing = Standing(result)
    found = []
    deciding = deciding_rows(result, rows)
    for (unique_id, action), row in deciding.items():
        if row.state is DecisionState.OVERDUE:
            entitlement = standing.entitlements[unique_id, action]
            account = standing.principals[unique_id].account_id
            found.append(_Present(entitlement.principal_arn, account, (action,), entitlement, row.decision))
    for row in rows:
        decision = row.decision
        held = any((decision.unique_id, action) in standing.entitlements for action in decision.actions)
        if row.state is DecisionState.OVERDUE and not held:
            principal = standing.principals[decision.unique_id]
            found.append(_Present(principal.arn, principal.account_id, decision.actions, None, decision))
    return found


def _key(present: _Present) -> tuple[str, str, str]:
    """Account, policy and whose it is; without a known policy, the principal by itself."""
    grants = present.entitlement.grants if present.entitlement is not None else ()
    if not grants:
        return present.account_id, "", present.decision.unique_id
    policy = grants[0].policy
    return present.account_id, policy.arn or policy.name, "" if policy.arn else policy.owner_arn


def _finding(result: AuditResult, key: tuple[str, str, str], group: list[_Present]) -> Finding:
    account_id, policy, holder = key
    subjects = tuple(sorted({present.principal_arn for present in group}))
    actions = tuple(sorted({action for present in group for action in present.actions}))
    decisions = [present.decision for present in group]
    decided = sorted({decision.decided_on for decision in decisions})
    who = subjects[0] if len(subjects) == 1 else f"{len(subjects)} principals"
    count = f"{len(actions)} privilege" + ("" if len(actions) == 1 else "s")
    return Finding(
        rule=INFO.id,
        title=f"{count} of {who}: revoked on {decided[0]}, and still present",
        severity=INFO.severity,
        confidence=Confidence.HIGH,
        confidence_reason="The decision is on record, and this evidence is younger.",
        account_id=account_id,
        subjects=subjects,
        privileges=actions,
        causes=_causes(group),
        considered=(
            "No exception answers for this finding: it ends with a younger snapshot that shows the privilege gone, or "
            "with a new decision.",
        ),
        facts=(
            ("decided on", ", ".join(map(str, decided))),
            ("decided by", ", ".join(sorted({decision.reviewer for decision in decisions}))),
            ("evidence decided on", ", ".join(sorted({decision.snapshot_sha256 for decision in decisions} - {""}))),
            ("evidence that still shows it", result.header.input_sha256),
        ),
        identity=(("account", account_id), ("policy", policy), ("holder", holder)),
    )


def _causes(group: list[_Present]) -> tuple[StatementRef, ...]:
    """The statements of the policy, each once, whoever has it."""
    found: dict[tuple[str, str, str, int], StatementRef] = {}
    for present in group:
        for grant in present.entitlement.grants if present.entitlement is not None else ():
            policy = grant.policy
            found.setdefault((policy.arn, policy.owner_arn if not policy.arn else "", policy.name, grant.index), grant)
    return tuple(found.values())
