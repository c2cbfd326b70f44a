"""Sentences about the review that every output shows alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from audit.model.result import AuditResult
from audit.model.review import Change, Choice, Comparison, DecisionState, ExceptionState
from audit.review.revoked_but_present import still_present

SHORT = 16
"""Digits of a hash in a sentence; report.json has all of them."""
_SHOWN = (Change.NEW, Change.REOPENED, Change.SEVERITY, Change.RESOLVED, Change.UNCHANGED)


def against_last_review(comparison: Comparison) -> str:
    """The line «against the last review»: every count of findings, then who and what came and went."""
    counts = Counter(change.change for change in comparison.findings)
    parts = [f"{counts[change]} {change.value}" for change in _SHOWN]
    if counts[Change.UNKNOWN]:
        parts.append(f"{counts[Change.UNKNOWN]} that this evidence cannot tell of")
    gained = sum(change.earlier is None for change in comparison.entitlements)
    lost = sum(change.now is None for change in comparison.entitlements)
    came = sum(change.change is Change.NEW for change in comparison.principals)
    went = len(comparison.principals) - came
    return (
        f"Findings against {comparison.earlier_name} ({comparison.earlier_as_of:%Y-%m-%d}): {', '.join(parts)}. "
        f"Principals: {came} came, {went} went. Privileges: {gained} gained, {lost} lost."
    )


def decisions_sentence(result: AuditResult) -> str:
    """How many entitlements are decided, and how; empty where no review folder was given."""
    progress = result.progress
    if progress is None:
        return ""
    counts = (
        f"Of {progress.entitlements} entitlements: {progress.keep} keep, {progress.modify} modify, "
        f"{progress.revoke} revoke, {progress.exception} exception, {progress.reaffirm} to be reaffirmed, "
        f"{progress.pending} pending."
    )
    return " ".join((*_overdue(result), counts, *_closed(result)))


def _overdue(result: AuditResult) -> Iterator[str]:
    overdue = still_present(result)
    if overdue:
        yield f"Revoked and still present: {overdue} of the entitlements."


def _closed(result: AuditResult) -> Iterator[str]:
    """Removals that this evidence proves, with the hash of what was decided on and of what shows the absence."""
    closed: Counter[tuple[str, str]] = Counter()
    for row in result.decisions:
        if row.state is DecisionState.DONE and row.decision.choice is Choice.REVOKE:
            closed[row.decision.snapshot_sha256, row.shown_by_sha256] += len(row.decision.actions)
    for (decided, shown), count in sorted(closed.items()):
        yield (
            f"Removed as decided: {count}, decided on evidence {decided[:SHORT] or 'not named'}, "
            f"absent from evidence {shown[:SHORT]}."
        )


def exceptions_sentence(result: AuditResult) -> str:
    """How many exceptions hold, end soon or have ended; empty where none was given."""
    if not result.exceptions:
        return ""
    counts = Counter(row.state for row in result.exceptions)
    named = ", ".join(f"{counts[state]} {_STATE_WORDS[state]}" for state in ExceptionState if counts[state])
    return f"Exceptions: {named}."


_STATE_WORDS = {
    ExceptionState.ACTIVE: "active",
    ExceptionState.EXPIRING: "expiring within 30 days",
    ExceptionState.EXPIRED: "expired, whose findings count again",
    ExceptionState.UNUSED: "that no finding needs",
    ExceptionState.FUTURE: "not yet in force",
}
