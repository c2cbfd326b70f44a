"""The tables of findings, and of those they concern."""

from __future__ import annotations

from collections.abc import Iterator

from audit.frames.access import SEVERITY
from audit.frames.table import Column, Kind, Row, Table, join, join_or_refer
from audit.model.finding import Confidence
from audit.model.result import AuditResult

_CONFIDENCE = Column("confidence", Kind.CATEGORY, tuple(confidence.value for confidence in reversed(Confidence)))


def _finding_rows(result: AuditResult) -> Iterator[Row]:
    for finding in result.findings:
        cause = finding.causes[0] if finding.causes else None
        yield (
            finding.fingerprint,
            finding.rule,
            finding.severity.value,
            finding.confidence.value,
            finding.title,
            finding.account_id,
            len(finding.subjects),
            join_or_refer(finding.subjects, FINDING_SUBJECTS.name),
            join(finding.privileges),
            cause.policy.label if cause else "",
            cause.label if cause else "",
            len(finding.causes),
            finding.confidence_reason,
            join(finding.considered),
            join(f"{name}: {value}" for name, value in finding.facts),
        )


FINDINGS = Table(
    name="findings",
    holds="one finding: one rule, one cause, all the principals it concerns",
    columns=(
        Column("fingerprint"),
        Column("rule", Kind.CATEGORY),
        SEVERITY,
        _CONFIDENCE,
        Column("title"),
        Column("account_id", Kind.CATEGORY),
        Column("subject_count", Kind.COUNT),
        Column("subjects"),
        Column("privileges"),
        Column("policy", Kind.CATEGORY),
        Column("statement", Kind.CATEGORY),
        Column("cause_count", Kind.COUNT),
        Column("confidence_reason"),
        Column("considered"),
        Column("facts"),
    ),
    rows=_finding_rows,
)


def _subject_rows(result: AuditResult) -> Iterator[Row]:
    for finding in result.findings:
        fingerprint = finding.fingerprint
        for subject in finding.subjects:
            yield (fingerprint, finding.rule, finding.severity.value, finding.account_id, subject)


FINDING_SUBJECTS = Table(
    name="finding-subjects",
    holds="one finding and one principal (or policy) that it concerns",
    columns=(
        Column("fingerprint", Kind.CATEGORY),
        Column("rule", Kind.CATEGORY),
        SEVERITY,
        Column("account_id", Kind.CATEGORY),
        Column("subject_arn", Kind.CATEGORY),
    ),
    rows=_subject_rows,
)
