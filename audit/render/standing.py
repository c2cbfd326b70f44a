"""Where a finding stands in the review: what covers it, and whether it was there last time."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.model.review import Change, Comparison, ExceptionRow, ExceptionState, FindingChange

HOLDS = (ExceptionState.ACTIVE, ExceptionState.EXPIRING)
"""The states in which an exception covers its findings."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Of one finding."""

    exceptions: tuple[ExceptionRow, ...] = ()
    """Those about it, also expired ones."""
    change: FindingChange | None = None
    """None: nothing was compared."""

    @property
    def excepted(self) -> bool:
        """Whether somebody answers for it today. It stays a finding, marked."""
        return any(row.state in HOLDS for row in self.exceptions)


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """Of all findings of a result."""

    rows: Mapping[str, Standing]
    """By fingerprint."""
    resolved: tuple[FindingChange, ...]
    """What the earlier review had and this one does not."""
    unknown: tuple[FindingChange, ...]
    """What the earlier review had, and of which this evidence does not tell."""
    compared: bool

    def of(self, finding: Finding) -> Standing:
        """Of one finding of the result."""
        return self.rows[finding.fingerprint]


def standings(result: AuditResult) -> Standings:
    """Look up the exceptions and the comparison for every finding."""
    covering: dict[str, list[ExceptionRow]] = {}
    for row in result.exceptions:
        for fingerprint in row.fingerprints:
            covering.setdefault(fingerprint, []).append(row)
    changes = _changes(result.comparison)
    return Standings(
        rows={
            fingerprint: Standing(
                exceptions=tuple(covering.get(fingerprint, ())),
                change=changes.get(fingerprint),
            )
            for fingerprint in (finding.fingerprint for finding in result.findings)
        },
        resolved=tuple(change for change in changes.values() if change.change is Change.RESOLVED),
        unknown=tuple(change for change in changes.values() if change.change is Change.UNKNOWN),
        compared=result.comparison is not None,
    )


def _changes(comparison: Comparison | None) -> dict[str, FindingChange]:
    return {change.fingerprint: change for change in comparison.findings} if comparison else {}
