"""The bonuses that were paid: mturk:ListBonusPayments, for every HIT, many at once.

AWS's row has no HIT, no payer and no id; the HIT that was asked about is added. Two equal rows are two payments.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ListBonusPaymentsOperation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import msgspec

from audit.collect import hits
from audit.collect.in_flight import in_flight
from audit.collect.interface import (
    Answer,
    ApiCall,
    CallError,
    Collected,
    Failure,
    Run,
    missing,
)
from audit.collect.paging import MTURK, mturk_complaint, pages
from audit.collect.patience import Patience
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import BONUS_PAYMENTS, HITS
from audit.snapshot.rows import BonusPaymentRow
from audit.snapshot.writer import canonical, in_utc

FILE = BONUS_PAYMENTS
LIST_BONUS_PAYMENTS = ApiCall(
    service="mturk",
    operation="ListBonusPayments",
    permission="mechanicalturk:ListBonusPayments",
    reason="how much was paid as a bonus, to whom and when",
    how_often="once for every HIT, and once more for every 100 bonuses of one",
)
CALLS = (LIST_BONUS_PAYMENTS,)

_KEPT = ("WorkerId", "BonusAmount", "AssignmentId", "Reason", "GrantTime")


_NOT_ASKED = Failure(reason=GapReason.NOT_ASKED, detail=f"{FILE.source} was not asked about this HIT")


class _Answered(msgspec.Struct, frozen=True):
    """A HIT that needs no more asking: its rows, or the sentence that says it is gone."""

    rows: list[dict[str, Any]] = []
    pages: int = 0
    gone: str = ""


def collect(run: Run) -> Collected:
    """Ask for the payments of every HIT that is listed.

    Raises CollectError where the connection is lost in the middle: what is there is kept for the next start.
    """
    listed = run.read(HITS)
    payments = Collected(content=None) if listed is None else _Walk(run).collect(hits.hit_ids_in(listed))
    return _with_unlisted(run, payments, listed)


def _with_unlisted(run: Run, payments: Collected, listed: bytes | None) -> Collected:
    """Add the gap that a list of HITs with a gap leaves in the payments: nobody could ask about the others."""
    gaps = run.gaps(HITS)
    if not gaps:
        return payments
    if gaps[0].reason in (GapReason.NOT_APPLICABLE, GapReason.RETIRED):
        failure = Failure(reason=gaps[0].reason, detail=gaps[0].detail)
    else:
        detail = f"bonus payments can be asked for only HIT by HIT, and not every HIT was listed: {gaps[0].detail}"
        failure = Failure(reason=GapReason.NOT_ASKED, detail=detail)
    if listed is None:
        return Collected(content=None, gaps=(missing(FILE, run.account_id, failure),))
    item = "the HITs that were not listed"
    return msgspec.structs.replace(payments, gaps=(*payments.gaps, missing(FILE, run.account_id, failure, item)))


class _Walk:
    """One walk over the HITs of an account."""

    def __init__(self, run: Run) -> None:
        self._api = run.api
        self._journal = run.journal()
        self._account_id = run.account_id
        self._progress = run.progress
        self._max_concurrency = run.options.max_concurrency
        self._patience = Patience(FILE.source)
        self._hit_ids: set[str] = set()
        self._failures: dict[str, Failure] = {}

    def collect(self, hit_ids: Iterable[str]) -> Collected:
        """Ask for the payments of each of `hit_ids`, which may still be coming in."""
        self._progress.start(FILE.source, None)
        with closing(in_flight(self._to_ask(hit_ids), self._ask, self._max_concurrency)) as outcomes:
            for hit_id, failure in outcomes:
                if failure is not None:
                    self._failures[hit_id] = failure
                self._patience.learn(failure)
                self._progress.advance(FILE.source)
        self._progress.finish(FILE.source)
        return self._collected()

    def _to_ask(self, hit_ids: Iterable[str]) -> Iterator[str]:
        """Pass on the HITs that have no answer yet, and none once it is plain that no answer will come."""
        for hit_id in hit_ids:
            self._hit_ids.add(hit_id)
            if hit_id in self._journal:
                self._progress.advance(FILE.source)
            elif self._patience.lost is None:
                yield hit_id
        self._progress.start(FILE.source, len(self._hit_ids))

    def _ask(self, hit_id: str) -> Failure | None:
        """Ask about one HIT, in a thread of its own, and keep the answer before anyone hears of it."""
        try:
            answers = [
                page.answer
                for page in pages(
                    self._api,
                    LIST_BONUS_PAYMENTS,
                    MTURK,
                    mturk_complaint("BonusPayments", _complaint),
                    rows_of=("BonusPayments",),
                    HITId=hit_id,
                )
            ]
        except CallError as error:
            if error.failure.reason is not GapReason.GONE:
                return error.failure
            self._journal.add(hit_id, {"gone": error.failure.detail})
            return None
        rows = [row for answer in answers for row in _transform(answer, hit_id)]
        self._journal.add(hit_id, {"rows": rows, "pages": len(answers)})
        return None

    def _collected(self) -> Collected:
        answered = {
            hit_id: msgspec.json.decode(raw, type=_Answered)
            for hit_id, raw in self._journal.entries.items()
            if hit_id in self._hit_ids
        }
        lost = self._patience.lost
        if not answered and self._hit_ids and lost is not None:
            return Collected(content=None, gaps=(missing(FILE, self._account_id, lost),))
        rows = [row for hit in answered.values() for row in hit.rows]
        return Collected(
            content=_sorted_lines(rows) if answered or not self._hit_ids else None,
            rows=len(rows),
            api_calls=sum(hit.pages for hit in answered.values()),
            gaps=tuple(self._gaps(answered, lost)),
        )

    def _gaps(self, answered: dict[str, _Answered], lost: Failure | None) -> Iterator[Gap]:
        for hit_id in sorted(self._hit_ids):
            answer = answered.get(hit_id)
            if answer is None:
                failure = self._failures.get(hit_id) or lost or _NOT_ASKED
                yield missing(FILE, self._account_id, failure, hit_id)
            elif answer.gone:
                gone = Failure(reason=GapReason.GONE, detail=answer.gone)
                yield missing(FILE, self._account_id, gone, hit_id)


def _transform(answer: Answer, hit_id: str) -> list[dict[str, Any]]:
    rows = answer["BonusPayments"]
    return [{"HITId": hit_id, **{name: row[name] for name in _KEPT if name in row}} for row in rows]


def _sorted_lines(rows: list[dict[str, Any]]) -> list[bytes]:
    """Bring the payments into one order, whichever thread brought them first."""
    keyed = [(row["HITId"], row["GrantTime"], row["AssignmentId"], canonical(row) + b"\n") for row in rows]
    return [line for *_, line in sorted(keyed)]


def _complaint(row: Answer) -> str | None:
    try:
        msgspec.convert({"HITId": "", **in_utc(row)}, BonusPaymentRow).record()
    except msgspec.ValidationError:
        return "a bonus payment without its worker, assignment, amount or time"
    return None
