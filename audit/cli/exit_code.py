"""What the process ends with, so that scripts can tell the outcomes apart."""

from __future__ import annotations

from enum import IntEnum

from audit.model.privilege import Severity
from audit.model.result import AuditResult, CoverageState
from audit.model.snapshot import Gap, GapReason

NEVER = "never"
"""The `--fail-on` that no finding reaches."""


class ExitCode(IntEnum):
    """The meanings of the exit codes; the README lists them."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    DEFECT = 70
    """A defect of this program: EX_SOFTWARE of sysexits.h, since Python's own 1 would read as findings."""
    INTERRUPTED = 130
    """Control-C, as shells have it: 128 + SIGINT."""
    READER_GONE = 141
    """Whatever read our output has ended, as shells have it: 128 + SIGPIPE."""


EXPECTED_GAPS = frozenset({GapReason.NOT_APPLICABLE, GapReason.RETIRED})
"""Nobody can fill these: the account has no requester, the service is gone. Reports show them; they do not make an
audit incomplete."""


def of_result(result: AuditResult, fail_on: Severity | None) -> ExitCode:
    """Say how an audit ended; findings at or above `fail_on` go before what could not be evaluated."""
    if fail_on is not None and any(finding.severity.rank >= fail_on.rank for finding in result.findings):
        return ExitCode.FINDINGS
    partial = any(row.state is CoverageState.PARTIAL for row in result.coverage)
    if result.not_evaluated or result.defects or partial:
        return ExitCode.INCOMPLETE
    return of_gaps(result.gaps)


def of_gaps(gaps: tuple[Gap, ...]) -> ExitCode:
    """Say whether evidence that was asked for could not be had."""
    if all(gap.reason in EXPECTED_GAPS for gap in gaps):
        return ExitCode.CLEAN
    return ExitCode.INCOMPLETE
