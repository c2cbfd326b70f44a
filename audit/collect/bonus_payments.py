"""The bonuses that were paid: mturk:ListBonusPayments, for every HIT that is listed, and for assignments beyond them.

AWS's row has no HIT, no payer and no id; the HIT that was asked about is added. Two equal rows are two payments.
A HIT leaves the listing 120 days after it ended, and its bonuses may come later: so assignments that CloudTrail's
events or an earlier snapshot name are asked about by themselves where no listed HIT has brought them.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ListBonusPaymentsOperation.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from audit.cloudtrail.event import decode_event
from audit.collect.bonus_walk import LIST_BONUS_PAYMENTS, Answered, BonusWalk, Subject
from audit.collect.earlier_payments import EarlierPayments, Rows
from audit.collect.hits import LIST_HITS, HitListing
from audit.collect.interface import Collected, Failure, Run, missing
from audit.model.event import TrailEvent
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import BONUS_PAYMENTS, EVENTS
from audit.snapshot.writer import canonical

FILE = BONUS_PAYMENTS
CALLS = (LIST_BONUS_PAYMENTS, LIST_HITS)

_NOT_ASKED = Failure(reason=GapReason.NOT_ASKED, detail=f"{FILE.source} was not asked about it")
_SEND_BONUS = "mechanicalturk:SendBonus"
_MOVE_EXPIRATION = "mechanicalturk:UpdateExpirationForHIT"


def collect(run: Run) -> Collected:
    """List the HITs, ask for the payments of each meanwhile, then for those that no listed HIT has brought.

    Raises CollectError where the connection is lost in the middle: what is there is kept for the next start.
    """
    run.progress.start(FILE.source, None)
    payments = _Payments(run)
    payments.of_listed()
    payments.of_others()
    run.progress.finish(FILE.source)
    return payments.collected()


class _Payments:
    """The payments of one account, in the order in which they are come by."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # Events may still be coming in. Before the walk only those need them who take payments over.
        events = _events(run) if run.options.earlier is not None else []
        moved = {event.hit_id for event in events if event.action == _MOVE_EXPIRATION}
        self._earlier = EarlierPayments(run, moved)
        self._listing = HitListing(run)
        self._walk = BonusWalk(run)
        self._listed: set[str] = set()
        self._taken_over: Rows = []
        self._unlisted: Mapping[str, Rows] = {}
        """Of assignments of HITs that are listed no longer: what the earlier snapshot says of them."""

    def of_listed(self) -> None:
        """Ask about every HIT of which the earlier snapshot does not say all that there can be."""
        self._walk.ask(self._listed_to_ask())

    def of_others(self) -> None:
        """Ask about the assignments that are known and that no listed HIT has brought."""
        found = {row["AssignmentId"] for answer in self._walk.answered().values() for row in answer.rows}
        found |= {row["AssignmentId"] for row in self._taken_over}
        # One that a listed HIT has brought must not be asked about again, or its payments would count twice.
        unlisted = {
            assignment_id: rows
            for assignment_id, rows in self._earlier.of_unlisted(self._listed).items()
            if assignment_id not in found
        }
        over = {assignment_id for assignment_id, rows in unlisted.items() if self._earlier.is_over(rows)}
        self._taken_over += [row for assignment_id in sorted(over) for row in unlisted[assignment_id]]
        self._unlisted = {each: rows for each, rows in unlisted.items() if each not in over}
        paid_in_events = {event.assignment_id for event in _events(self._run) if event.action == _SEND_BONUS} - {""}
        wanted = (paid_in_events | self._unlisted.keys()) - found - over
        if wanted:
            self._walk.ask(Subject(_hit_of(unlisted.get(each)), each) for each in sorted(wanted))

    def collected(self) -> Collected:
        """The evidence of all that was answered or taken over, and what is missing."""
        answered = self._walk.answered()
        gaps = (*self._listing.gaps, *self._gaps(answered), *self._gaps_of_listing())
        rows = [row for answer in answered.values() for row in answer.rows] + self._taken_over
        rows += self._kept(answered)
        hits = self._listing.beside()
        nothing = not answered and not rows and (hits is None or bool(self._walk.subjects))
        return Collected(
            content=None if nothing else _sorted_lines(rows),
            rows=len(rows),
            api_calls=sum(answer.pages for answer in answered.values()),
            gaps=gaps,
            beside=() if hits is None else (hits,),
        )

    def _listed_to_ask(self) -> Iterator[Subject]:
        for hit in self._listing.rows():
            self._listed.add(hit.hit_id)
            settled = self._earlier.settled(hit)
            if settled is None:
                yield Subject(hit.hit_id)
            else:
                self._taken_over += settled
                self._run.progress.advance(FILE.source)

    def _kept(self, answered: Mapping[str, Answered]) -> Rows:
        """What the earlier snapshot has of assignments and AWS tells no more: what was paid stays paid."""
        kept: Rows = []
        for assignment_id, rows in self._unlisted.items():
            answer = answered.get(Subject("", assignment_id).name, Answered())
            told = Counter(canonical(row) for row in answer.rows)
            for row in rows:
                key = canonical(row)
                if told[key]:
                    told[key] -= 1
                else:
                    kept.append(row)
        return kept

    def _gaps(self, answered: Mapping[str, Answered]) -> Iterator[Gap]:
        lost = self._walk.lost
        if not answered and self._walk.subjects and lost is not None:
            yield missing(FILE, self._run.account_id, lost)
            return
        for name in sorted(self._walk.subjects):
            answer = answered.get(name)
            if answer is None:
                failure = self._walk.failure(name) or lost or _NOT_ASKED
                yield missing(FILE, self._run.account_id, failure, name)
            elif answer.gone:
                gone = Failure(reason=GapReason.GONE, detail=answer.gone)
                yield missing(FILE, self._run.account_id, gone, name)

    def _gaps_of_listing(self) -> Iterator[Gap]:
        """The gap that a list of HITs with a gap leaves in the payments: nobody could ask about the others."""
        for gap in self._listing.gaps[:1]:
            if gap.reason in (GapReason.NOT_APPLICABLE, GapReason.RETIRED):
                failure = Failure(reason=gap.reason, detail=gap.detail)
            else:
                detail = f"bonus payments can be asked for only HIT by HIT, and not every HIT was listed: {gap.detail}"
                failure = Failure(reason=GapReason.NOT_ASKED, detail=detail)
            item = "the HITs that were not listed" if self._walk.subjects else ""
            yield missing(FILE, self._run.account_id, failure, item)


def _events(run: Run) -> list[TrailEvent]:
    """The events of this account that were performed, or that may have been."""
    lines = (run.read(EVENTS) or b"").splitlines()
    events = [event for line in lines if (event := decode_event(line)) is not None]
    return [event for event in events if not event.denied and event.environment == run.options.environment]


def _hit_of(rows: Rows | None) -> str:
    return str(rows[0]["HITId"]) if rows else ""


def _sorted_lines(rows: list[dict[str, Any]]) -> list[bytes]:
    """Bring the payments into one order, whichever thread brought them first."""
    keyed = [(row["HITId"], row["GrantTime"], row["AssignmentId"], canonical(row) + b"\n") for row in rows]
    return [line for *_, line in sorted(keyed)]
