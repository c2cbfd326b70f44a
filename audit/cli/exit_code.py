"""What the process ends with, so that scripts can tell the outcomes apart."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.model.privilege import Severity
    from audit.model.result import AuditResult
    from audit.model.snapshot import Gap

NEVER = "never"
"""The `--fail-on` that no finding reaches."""


class ExitCode(IntEnum):
    """The meanings of the exit codes; the README lists them."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    STRICT = 4
    """With `--strict`: an exception has expired, a revoked privilege is still present, or a decision is missing."""
    NOT_VERIFIED = 5
    """A file is not what it was when it was written, or is missing, or came from elsewhere."""
    DEFECT = 70
    """A defect of this program: EX_SOFTWARE of sysexits.h, since Python's own 1 would read as findings."""
    INTERRUPTED = 130
    """Control-C, as shells have it: 128 + SIGINT."""
    READER_GONE = 141
    """Whatever read our output has ended, as shells have it: 128 + SIGPIPE."""


def of_result(result: AuditResult, fail_on: Severity | None, *, strict: bool = False) -> ExitCode:
    """Say how an audit ended.

    Findings at or above `fail_on` that no exception answers for go first, then what `strict` asks for, then what could
    not be evaluated.
    """
    from audit.model.result import CoverageState
    from audit.review.exceptions import excepted

    settled = excepted(result)
    counted = [finding for finding in result.findings if finding.fingerprint not in settled]
    if fail_on is not None and any(finding.severity.rank >= fail_on.rank for finding in counted):
        return ExitCode.FINDINGS
    if strict and wanting(result):
        return ExitCode.STRICT
    partial = any(row.state is CoverageState.PARTIAL for row in result.coverage)
    if result.not_evaluated or result.defects or partial:
        return ExitCode.INCOMPLETE
    return of_gaps(result.gaps)


def wanting(result: AuditResult) -> bool:
    """Whether an exception has expired, a revoked privilege is still there, or one has no decision that counts.

    Without a folder, none has.
    """
    from audit.model.review import ExceptionState
    from audit.review.revoked_but_present import INFO

    if any(row.state is ExceptionState.EXPIRED for row in result.exceptions):
        return True
    if any(finding.rule == INFO.id for finding in result.findings):
        return True
    return bool(result.entitlements) if result.progress is None else result.progress.missing > 0


def of_gaps(gaps: tuple[Gap, ...]) -> ExitCode:
    """Say whether evidence that was asked for could not be had.

    Whatever the reason is: an account with no requester and a service that is gone are no answer of «zero» either.
    """
    return ExitCode.INCOMPLETE if gaps else ExitCode.CLEAN
