"""The join of one account: what its principals may do with what was done in it, and by whom."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from audit.evaluate.account import EvaluatedAccount
from audit.evidence.accounts import spread
from audit.evidence.activity import activity_of
from audit.evidence.actors import Actors
from audit.evidence.calls import calls_of
from audit.evidence.coverage import coverage_of
from audit.evidence.last_access import accesses_of, contradictions, credentials_of
from audit.evidence.log_reach import LogReach, log_reach
from audit.evidence.payments import by_week, by_worker
from audit.evidence.pseudonym import Workers
from audit.evidence.reconciliation import SEND_BONUS, Reconciled, Reconciliation, reconcile
from audit.evidence.usage import events_in, usage_of
from audit.evidence.use import UseEvidence, with_use
from audit.evidence.use_coverage import use_coverage
from audit.model.activity import ActionActivity, WeekPayments, WorkerPayments
from audit.model.entitlement import Entitlement
from audit.model.last_access import CredentialUse, ServiceLastAccess
from audit.model.question import Question
from audit.model.result import AccountEvents, CoverageRow
from audit.model.snapshot import Gap
from audit.model.usage import Usage
from audit.snapshot.content import AccountEvidence


class JoinedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account's entitlements with their use, and what was done by whomever."""

    entitlements: tuple[Entitlement, ...]
    activity: tuple[ActionActivity, ...]
    worker_payments: tuple[WorkerPayments, ...]
    week_payments: tuple[WeekPayments, ...]
    usage: tuple[Usage, ...]
    events: tuple[AccountEvents, ...]
    """One row, or none where the evidence holds no events."""
    log_reach: LogReach | None
    """None: the evidence holds no events."""
    reconciled: Reconciled
    last_accesses: tuple[ServiceLastAccess, ...]
    credentials: tuple[CredentialUse, ...]
    coverage: tuple[CoverageRow, ...]


def join_account(
    evidence: AccountEvidence,
    evaluated: EvaluatedAccount,
    question: Question,
    gaps: tuple[Gap, ...],
    workers: Workers,
) -> JoinedAccount:
    """Join an evaluated account with its activity in the window. `gaps` are those of the whole snapshot."""
    account_id, window, profile = evidence.account.account_id, question.window, question.profile
    gaps = spread(evidence, gaps)
    coverage = evidence.event_coverage
    reach = (
        log_reach(coverage, evidence.events or (), profile)
        if coverage is not None and evidence.events is not None
        else None
    )
    actors = Actors(account_id, evaluated.principals)
    events = events_in(evidence.events or (), window)
    usage = usage_of(events, account_id, actors, reach.source) if reach else ()
    own = [event for event in events if event.environment == question.environment]
    activity = activity_of(evidence, profile, window, gaps, calls_of(own, account_id, profile, window, reach))
    accesses = accesses_of(evidence.last_accesses or (), profile.service)
    holders = {entitlement.principal_arn for entitlement in evaluated.entitlements}
    credentials = credentials_of(evidence.credentials or (), holders)
    use = UseEvidence(
        usage=usage,
        reach=reach,
        window=window,
        activity={row.action: row for row in activity},
        contradictions=contradictions(accesses, credentials, usage, window, profile.service),
        environment=question.environment,
    )
    reconciled = _reconciled(evidence, evaluated, question, gaps, reach, actors, workers)
    mine = tuple(gap for gap in gaps if gap.account_id == account_id)
    return JoinedAccount(
        entitlements=tuple(with_use(evaluated.entitlements, {each.arn: each for each in evaluated.principals}, use)),
        activity=activity,
        worker_payments=by_worker(evidence, window, workers),
        week_payments=by_week(evidence, window),
        usage=usage,
        events=()
        if coverage is None
        else (AccountEvents(account_id=account_id, coverage=coverage, count=len(evidence.events or ())),),
        log_reach=reach,
        reconciled=reconciled,
        last_accesses=accesses,
        credentials=credentials,
        coverage=(
            *coverage_of(
                evidence,
                gaps,
                principals=len(evaluated.principals),
                not_evaluated=len(evaluated.not_evaluated),
                control=evaluated.control,
            ),
            *use_coverage(evidence, mine, reach, window, reconciled.rows, evaluated.principals),
        ),
    )


def _reconciled(
    evidence: AccountEvidence,
    evaluated: EvaluatedAccount,
    question: Question,
    gaps: tuple[Gap, ...],
    reach: LogReach | None,
    actors: Actors,
    workers: Workers,
) -> Reconciled:
    """Nothing where there are no events: the coverage then says that nothing was held against anything."""
    if reach is None:
        return Reconciled()
    return reconcile(
        Reconciliation(
            evidence=evidence,
            reach=reach,
            gaps=gaps,
            window=question.window,
            tolerance=timedelta(seconds=question.thresholds.payment_tolerance),
            environment=question.environment,
            actors=actors,
            workers=workers,
            verdict=lambda arn: evaluated.verdict(arn, SEND_BONUS),
        )
    )
