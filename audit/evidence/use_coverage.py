"""How far the question of who did what was answered: the coverage rows of events and of what IAM itself saw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sized

from audit.evidence.coverage_row import reasons, sentences, unanswered
from audit.evidence.days import day_words, days_between
from audit.evidence.log_reach import LogReach
from audit.model.event import EventCoverage
from audit.model.principal import Principal
from audit.model.reconciliation import Explanation, Outcome, ReconciliationRow, Subject
from audit.model.result import CoverageRow, CoverageState
from audit.model.snapshot import Gap, Window
from audit.snapshot.content import AccountEvidence
from audit.snapshot.layout import BONUS_PAYMENTS, CREDENTIAL_REPORT, SERVICE_LAST_ACCESSED

_EVENTS = "cloudtrail"
"""What the sources of CloudTrail begin with: three roads and the trails themselves."""
_ACCESS_ADVISOR = (SERVICE_LAST_ACCESSED.source, "iam:GenerateServiceLastAccessedDetails")
_CREDENTIALS = (CREDENTIAL_REPORT.source, "iam:GenerateCredentialReport")
_NOT_BY_NAME = "Mechanical Turk's own API tells what was done and not who did it."
_UNSEEN = (Explanation.LOG_GAP, Explanation.OUTSIDE_LOGS)


def use_coverage(
    account: AccountEvidence,
    gaps: Collection[Gap],
    reach: LogReach | None,
    window: Window | None,
    rows: Iterable[ReconciliationRow],
    principals: Collection[Principal],
) -> Iterator[CoverageRow]:
    """The rows of one account; `gaps` are its own, `rows` what was reconciled."""
    yield _events(account, gaps, reach, window)
    yield _payments(account, gaps, rows)
    account_id = account.account.account_id
    asked = {row.principal_arn for row in account.last_accesses or ()}
    known = sum(1 for principal in principals if principal.arn in asked)
    yield _iam(
        account_id, "last access by service", _ACCESS_ADVISOR, gaps, account.last_accesses, known, len(principals)
    )
    yield _iam(account_id, "credential report", _CREDENTIALS, gaps, account.credentials, None, None)


def _events(
    account: AccountEvidence, gaps: Iterable[Gap], reach: LogReach | None, window: Window | None
) -> CoverageRow:
    part, account_id = "use by principal", account.account.account_id
    found = tuple(gap for gap in gaps if gap.source.startswith(_EVENTS))
    coverage = account.event_coverage
    if coverage is None or reach is None:
        state, detail = unanswered(found)
        return CoverageRow(account_id=account_id, part=part, state=state, detail=f"{detail} {_NOT_BY_NAME}")
    since, until = (window.since, window.until) if window else (reach.since, reach.until)
    days, missing = tuple(days_between(since, until)), reach.missing_days(since, until)
    wrong = list(reasons(found))
    if missing:
        wrong.append(f"no logs, or not all, of {day_words(missing)}")
    if coverage.damaged_files:
        wrong.append(_damaged(coverage.damaged_files))
    wrong += [
        f"{_unlogged(flag)} {'calls that only read' if reads else 'calls that change something'}"
        for reads, flag in sorted(reach.logged.items())
        if not flag
    ]
    return CoverageRow(
        account_id=account_id,
        part=part,
        state=CoverageState.PARTIAL if wrong else CoverageState.COMPLETE,
        answered=len(days) - len(missing),
        total=len(days),
        detail=sentences([*_road(coverage, len(account.events or ())), *wrong]),
    )


def _road(coverage: EventCoverage, events: int) -> Iterator[str]:
    """Which way the events came, and how much was read."""
    read = f", {coverage.files} {'file' if coverage.files == 1 else 'files'} read" if coverage.files else ""
    yield f"days of the time under review; {coverage.road.value} of {coverage.origin}{read}"
    yield f"{events} {'event' if events == 1 else 'events'} of the service"
    if coverage.duplicates:
        again = "record was" if coverage.duplicates == 1 else "records were"
        yield f"{coverage.duplicates} {again} there more than once and counted once"


def _damaged(files: tuple[str, ...]) -> str:
    rest = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{len(files)} log {'file is' if len(files) == 1 else 'files are'} damaged: {files[0]}{rest}"


def _unlogged(flag: bool | None) -> str:
    return "the trail does not log" if flag is False else "it is not known whether the trail logs"


def _payments(account: AccountEvidence, gaps: Iterable[Gap], rows: Iterable[ReconciliationRow]) -> CoverageRow:
    """How many payments a call is known of. Where one side is missing there are no rows, which is no zero."""
    part, account_id = "payments by principal", account.account.account_id
    lacking = [
        name for name, side in (("events", account.events), ("bonus payments", account.bonus_payments)) if side is None
    ]
    if lacking:
        found = tuple(gap for gap in gaps if gap.source == BONUS_PAYMENTS.source)
        state = unanswered(found)[0] if account.bonus_payments is None else CoverageState.NOT_COLLECTED
        detail = (
            f"Payments are held against events where both are there; the evidence has no {' and no '.join(lacking)}."
        )
        return CoverageRow(account_id=account_id, part=part, state=state, detail=detail)
    paid = [row for row in rows if row.subject is Subject.BONUS and row.amount is not None]
    alone = [row for row in paid if row.outcome is Outcome.NO_EVENT]
    unseen = sum(1 for row in alone if row.explanation in _UNSEEN)
    return CoverageRow(
        account_id=account_id,
        part=part,
        state=CoverageState.PARTIAL if unseen else CoverageState.COMPLETE,
        answered=len(paid) - len(alone),
        total=len(paid),
        detail=f"{unseen} of {len(paid)} payments are of times that the logs do not hold." if unseen else "",
    )


def _iam(
    account_id: str,
    part: str,
    sources: Collection[str],
    gaps: Iterable[Gap],
    evidence: Sized | None,
    answered: int | None,
    total: int | None,
) -> CoverageRow:
    found = tuple(gap for gap in gaps if gap.source in sources)
    if evidence is None:
        state, detail = unanswered(found)
        return CoverageRow(account_id=account_id, part=part, state=state, detail=detail)
    return CoverageRow(
        account_id=account_id,
        part=part,
        state=CoverageState.PARTIAL if found else CoverageState.COMPLETE,
        answered=answered,
        total=total,
        detail=sentences(reasons(found)),
    )
