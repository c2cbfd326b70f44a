"""Exceptions held against an audit: which are in force, which findings they answer for, and which nothing needs.

An exception takes a finding out of nothing: it stays in every output, marked. What it changes is whether the finding
counts for the exit code, and only while every principal that the finding concerns is excepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.model.review import ExceptionRow, ExceptionState, ReviewException
from audit.policy.wildcard import matches

SOON = timedelta(days=30)
"""How long before its end an exception is pointed out."""

IN_FORCE = (ExceptionState.ACTIVE, ExceptionState.EXPIRING)
"""The states in which an exception answers for findings. An unused one answers for none."""


def exception_rows(
    exceptions: Iterable[ReviewException], findings: Iterable[Finding], on: date
) -> tuple[ExceptionRow, ...]:
    """Each exception with its state on a day and the findings that it bears on, wholly or in part; by id."""
    listed = tuple(findings)
    return tuple(
        _row(exception, _borne_on(exception, listed), on)
        for exception in sorted(exceptions, key=lambda exception: exception.id)
    )


def excepted(result: AuditResult) -> frozenset[str]:
    """Fingerprints of the findings that count no more: each of their subjects is excepted by a row in force."""
    patterns: dict[str, list[str]] = {}
    for row in result.exceptions:
        if row.state in IN_FORCE:
            patterns.setdefault(row.exception.rule, []).append(row.exception.subject)
    return frozenset(
        finding.fingerprint
        for finding in result.findings
        if (own := patterns.get(finding.rule)) and all(_covered(subject, own) for subject in finding.subjects)
    )


def _row(exception: ReviewException, fingerprints: tuple[str, ...], on: date) -> ExceptionRow:
    if on >= exception.expires:
        state = ExceptionState.EXPIRED
    elif on < exception.created:
        state = ExceptionState.FUTURE
    elif not fingerprints:
        state = ExceptionState.UNUSED
    else:
        state = ExceptionState.EXPIRING if exception.expires - on <= SOON else ExceptionState.ACTIVE
    return ExceptionRow(exception=exception, state=state, fingerprints=fingerprints)


def _borne_on(exception: ReviewException, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(
        sorted(
            finding.fingerprint
            for finding in findings
            if finding.rule == exception.rule and any(matches(exception.subject, arn) for arn in finding.subjects)
        )
    )


def _covered(subject: str, patterns: list[str]) -> bool:
    return any(matches(pattern, subject) for pattern in patterns)
