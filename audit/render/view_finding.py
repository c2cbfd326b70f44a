"""One finding, spelt out in the order that a reader asks: what, how sure, who, which privileges, because, what now."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from audit.model.entitlement import StatementRef
from audit.model.finding import Confidence, Control, Finding
from audit.model.privilege import RiskClass, Severity
from audit.model.result import PolicyText
from audit.render.view_causes import policy_words
from audit.render.view_index import Index


class PolicyLine(msgspec.Struct, frozen=True):
    """One line of a policy document."""

    number: int
    """From 1."""
    text: str
    marked: bool
    """Whether it belongs to the statement in question."""


class CauseView(msgspec.Struct, frozen=True, kw_only=True):
    """One statement behind a finding."""

    policy: str
    type: str
    """`managed`, `group inline`, …"""
    arn: str
    """Of a managed policy, else of the principal that holds it."""
    statement: str
    document: PolicyText | None
    """None where the evidence holds no text."""
    lines: tuple[int, int] | None
    """First and last line of the statement, from 1; None where they are not known."""


class FixKind(StrEnum):
    """What one line of a unified difference does."""

    HEAD = "head"
    ADD = "add"
    REMOVE = "remove"
    SAME = "same"


class FixLine(msgspec.Struct, frozen=True):
    kind: FixKind
    text: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown of one finding."""

    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    confidence_reason: str
    account: str
    who: str
    subjects: tuple[str, ...]
    """ARNs."""
    privileges: tuple[tuple[RiskClass, tuple[str, ...]], ...]
    """By risk class, names without the service."""
    causes: tuple[CauseView, ...]
    considered: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    fix: tuple[FixLine, ...]
    description: str
    remediation: str
    false_positive: str
    controls: tuple[str, ...]
    """`NIST 800-53 r5 AC-6(7)`."""
    fingerprint: str


def finding_view(finding: Finding, documents: Sequence[PolicyText], index: Index) -> FindingView:
    """Spell out one finding."""
    rule = index.rules.get(finding.rule)
    return FindingView(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        confidence=finding.confidence,
        confidence_reason=finding.confidence_reason,
        account=index.account(finding.account_id),
        who=index.who(finding.subjects),
        subjects=finding.subjects,
        privileges=privileges_by_class(finding.privileges, index),
        causes=tuple(_cause_view(cause, documents, index) for cause in finding.causes),
        considered=finding.considered,
        facts=finding.facts,
        fix=fix_lines(finding.fix),
        description=rule.description if rule else "",
        remediation=rule.remediation if rule else "",
        false_positive=rule.false_positive if rule else "",
        controls=tuple(control_words(control) for control in sorted(rule.controls)) if rule else (),
        fingerprint=finding.fingerprint,
    )


def privileges_by_class(actions: Sequence[str], index: Index) -> tuple[tuple[RiskClass, tuple[str, ...]], ...]:
    """Group actions by the class their privilege stands in; names outside the catalog come under `operational`."""
    groups: dict[RiskClass, list[str]] = {risk: [] for risk in RiskClass}
    for action in sorted(actions):
        privilege = index.privileges.get(action)
        groups[privilege.risk_classes[0] if privilege else RiskClass.OPERATIONAL].append(
            privilege.name if privilege else action
        )
    return tuple((risk, tuple(names)) for risk, names in groups.items() if names)


def marked_lines(cause: CauseView) -> tuple[PolicyLine, ...]:
    """The policy's text line by line, the statement's own lines marked; empty where there is no text."""
    if cause.document is None:
        return ()
    first, last = cause.lines or (0, -1)
    return tuple(
        PolicyLine(place, text, first <= place <= last)
        for place, text in enumerate(cause.document.text.split("\n"), start=1)
    )


def fix_lines(fix: str) -> tuple[FixLine, ...]:
    """The lines of a unified difference, by what they do."""
    return tuple(FixLine(_fix_kind(line), line) for line in fix.rstrip("\n").split("\n")) if fix else ()


def control_words(control: Control) -> str:
    """`NIST 800-53 r5 AC-6(7)`."""
    return " ".join(filter(None, (control.framework, control.version, control.id)))


def _fix_kind(line: str) -> FixKind:
    if line.startswith(("---", "+++", "@@")):
        return FixKind.HEAD
    return {"+": FixKind.ADD, "-": FixKind.REMOVE}.get(line[:1], FixKind.SAME)


def _cause_view(cause: StatementRef, documents: Sequence[PolicyText], index: Index) -> CauseView:
    known = 0 <= cause.policy.document_id < len(documents)
    document = documents[cause.policy.document_id] if known else None
    lines = document.statement_lines if document else ()
    return CauseView(
        policy=policy_words(cause, index),
        type=cause.policy.type.value,
        arn=cause.policy.arn or cause.policy.owner_arn,
        statement=cause.words,
        document=document,
        lines=lines[cause.index] if 0 <= cause.index < len(lines) else None,
    )
