"""How far a review has come: every present entitlement counted once, under the decision that counts for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from audit.model.result import AuditResult
from audit.model.review import Choice, DecisionRow, DecisionState, ReviewerProgress, ReviewProgress
from audit.review.decisions import EntitlementKey, Standing, decided_order

COUNTING = (DecisionState.CURRENT, DecisionState.OPEN, DecisionState.OVERDUE)
"""States in which a decision on a present entitlement holds; in any other it must be made again."""


def deciding_rows(result: AuditResult, rows: Iterable[DecisionRow]) -> dict[EntitlementKey, DecisionRow]:
    """For each present entitlement that anybody decided on, the latest decision."""
    held = Standing(result).entitlements.keys()
    found: dict[EntitlementKey, DecisionRow] = {}
    for row in sorted(rows, key=lambda row: decided_order(row.decision)):
        for action in row.decision.actions:
            key = (row.decision.unique_id, action)
            if key in held:
                found[key] = row
    return found


def review_progress(result: AuditResult, rows: Iterable[DecisionRow]) -> ReviewProgress:
    """Count the present entitlements by what was decided, and by whom."""
    deciding = deciding_rows(result, rows)
    total = len(result.entitlements)
    choices = Counter(row.decision.choice for row in deciding.values() if row.state in COUNTING)
    counted = sum(choices.values())
    return ReviewProgress(
        entitlements=total,
        keep=choices[Choice.KEEP],
        modify=choices[Choice.MODIFY],
        revoke=choices[Choice.REVOKE],
        exception=choices[Choice.EXCEPTION],
        reaffirm=len(deciding) - counted,
        pending=total - len(deciding),
        reviewers=_reviewers(deciding.values()),
    )


def _reviewers(rows: Iterable[DecisionRow]) -> tuple[ReviewerProgress, ...]:
    by_name: dict[str, list[DecisionRow]] = {}
    for row in rows:
        by_name.setdefault(row.decision.reviewer, []).append(row)
    return tuple(
        ReviewerProgress(
            reviewer=name,
            entitlements=len(own),
            reaffirm=sum(row.state not in COUNTING for row in own),
            last_on=max(row.decision.decided_on for row in own),
        )
        for name, own in sorted(by_name.items())
    )
