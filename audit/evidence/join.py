"""The join of one account: what its principals may do with what was done in it."""

from __future__ import annotations

import msgspec

from audit.evaluate.account import EvaluatedAccount
from audit.evidence.activity import activity_of
from audit.evidence.coverage import coverage_of
from audit.evidence.payments import by_week, by_worker
from audit.evidence.pseudonym import Workers
from audit.evidence.use import with_use
from audit.model.activity import ActionActivity, WeekPayments, WorkerPayments
from audit.model.entitlement import Entitlement
from audit.model.privilege import ServiceProfile
from audit.model.result import CoverageRow
from audit.model.snapshot import Gap, Window
from audit.snapshot.content import AccountEvidence


class JoinedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account's entitlements with their use, and what was done by whomever."""

    entitlements: tuple[Entitlement, ...]
    activity: tuple[ActionActivity, ...]
    worker_payments: tuple[WorkerPayments, ...]
    week_payments: tuple[WeekPayments, ...]
    coverage: tuple[CoverageRow, ...]


def join_account(
    evidence: AccountEvidence,
    evaluated: EvaluatedAccount,
    profile: ServiceProfile,
    window: Window | None,
    gaps: tuple[Gap, ...],
    workers: Workers,
) -> JoinedAccount:
    """Join an evaluated account with its activity in the window. `gaps` are those of the whole snapshot."""
    activity = activity_of(evidence, profile, window, gaps)
    return JoinedAccount(
        entitlements=tuple(with_use(evaluated.entitlements, {row.action: row for row in activity})),
        activity=activity,
        worker_payments=by_worker(evidence, window, workers),
        week_payments=by_week(evidence, window),
        coverage=coverage_of(
            evidence, gaps, principals=len(evaluated.principals), not_evaluated=len(evaluated.not_evaluated)
        ),
    )
