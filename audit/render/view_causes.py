"""Findings grouped by their cause: the statement to change, once, with everything that follows from it."""

from __future__ import annotations

import msgspec

from audit.model.entitlement import PolicyType, StatementRef
from audit.model.finding import Finding
from audit.model.privilege import Severity
from audit.render.view_index import Index
from audit.review.revoked_but_present import INFO as REVOKED_BUT_PRESENT

CauseKey = tuple[str, str, str, int]
"""Account, policy (or the rule where no statement is the cause), owner of an inline policy, statement index."""

_INLINE = (PolicyType.INLINE, PolicyType.GROUP_INLINE)


class CauseGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One cause and its findings, the most severe first."""

    account: str
    policy: str
    """`AdministratorAccess`, `inline PayWorkers of LabellingRole`; empty where no statement is the cause."""
    statement: str
    """`AllowAll`, or `#1`."""
    title: str
    """One line that names the cause."""
    severity: Severity
    """The worst of its findings."""
    findings: tuple[Finding, ...]
    subjects: tuple[str, ...]
    """ARNs over all of its findings, sorted."""
    who: str
    """`3 users, 12 roles`."""

    def examples(self, limit: int) -> tuple[Finding, ...]:
        """The worst finding of each of the first rules: many of one rule would say the same again."""
        by_rule: dict[str, Finding] = {}
        for finding in self.findings:
            by_rule.setdefault(finding.rule, finding)
        return tuple(by_rule.values())[:limit]


def cause_key(finding: Finding) -> CauseKey:
    """The primary cause, as a key that is the same for all findings that stem from it."""
    if not finding.causes:
        return (finding.account_id, finding.rule, "", -1)
    cause = finding.causes[0]
    owner = cause.policy.owner_arn if cause.policy.type in _INLINE else ""
    return (finding.account_id, cause.policy.arn or cause.policy.name, owner, cause.index)


def cause_groups(findings: tuple[Finding, ...], index: Index) -> tuple[CauseGroup, ...]:
    """Group findings; the group with the worst finding, then with the most findings and principals, comes first."""
    members: dict[CauseKey, list[Finding]] = {}
    for finding in findings:
        members.setdefault(cause_key(finding), []).append(finding)
    groups = [(_cause_group(tuple(group), index), key) for key, group in members.items()]
    groups.sort(
        key=lambda pair: (
            not _overdue(pair[0]),
            -pair[0].severity.rank,
            -len(pair[0].findings),
            -len(pair[0].subjects),
            pair[1],
        )
    )
    return tuple(group for group, _ in groups)


def policy_words(cause: StatementRef, index: Index) -> str:
    """How a cause's policy is named apart from any principal: `inline PayWorkers of group Requesters`."""
    policy = cause.policy
    if policy.type is PolicyType.GROUP_INLINE:
        return f"inline {policy.name} of group {policy.group or index.name(policy.owner_arn)}"
    if policy.type is PolicyType.INLINE:
        return f"inline {policy.name} of {index.name(policy.owner_arn)}"
    return policy.name


def cause_words(cause: StatementRef, index: Index) -> str:
    """`MTurkPay, statement PayBonus`: one line that names a cause."""
    return f"{policy_words(cause, index)}, {cause.words}"


def _overdue(group: CauseGroup) -> bool:
    """Whether a revocation that was not carried out is among its findings: nothing goes before that."""
    return any(finding.rule == REVOKED_BUT_PRESENT.id for finding in group.findings)


def _cause_group(findings: tuple[Finding, ...], index: Index) -> CauseGroup:
    ordered = tuple(sorted(findings, key=lambda finding: (-finding.severity.rank, finding.rule, finding.fingerprint)))
    first = ordered[0]
    subjects = tuple(sorted(set().union(*(finding.subjects for finding in ordered))))
    cause = first.causes[0] if first.causes else None
    rule = index.rules.get(first.rule)
    policy = policy_words(cause, index) if cause else ""
    return CauseGroup(
        account=index.account(first.account_id),
        policy=policy,
        statement=cause.words if cause else "",
        title=cause_words(cause, index) if cause else (rule.title if rule else first.rule),
        severity=first.severity,
        findings=ordered,
        subjects=subjects,
        who=index.who(subjects),
    )
