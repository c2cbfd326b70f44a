"""Asking for the bonuses of many HITs and assignments at once, each answer kept before anyone hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, CallError, Failure, Run
from audit.collect.paging import MTURK, mturk_complaint, pages
from audit.collect.patience import Patience
from audit.model.snapshot import GapReason
from audit.snapshot.layout import ASSIGNMENT_ITEM
from audit.snapshot.rows import BonusPaymentRow
from audit.snapshot.writer import in_utc

LIST_BONUS_PAYMENTS = ApiCall(
    service="mturk",
    operation="ListBonusPayments",
    permission="mechanicalturk:ListBonusPayments",
    reason="how much was paid as a bonus, to whom and when",
    how_often="once for every HIT, for every assignment known from elsewhere, and for every 100 bonuses more of one",
)

_KEPT = ("WorkerId", "BonusAmount", "AssignmentId", "Reason", "GrantTime")


class Subject(msgspec.Struct, frozen=True):
    """What is asked about: a HIT, or one assignment of a HIT that is not listed."""

    hit_id: str
    """Empty where only the assignment is known."""
    assignment_id: str = ""

    @property
    def name(self) -> str:
        """As gaps and the journal name it."""
        return f"{ASSIGNMENT_ITEM}{self.assignment_id}" if self.assignment_id else self.hit_id

    @property
    def parameters(self) -> dict[str, str]:
        return {"AssignmentId": self.assignment_id} if self.assignment_id else {"HITId": self.hit_id}


class Answered(msgspec.Struct, frozen=True):
    """A subject that needs no more asking: its rows, or the sentence that says it is gone."""

    rows: list[dict[str, Any]] = []
    pages: int = 0
    gone: str = ""


class BonusWalk:
    """One walk over the subjects of an account."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._journal = run.journal()
        self._source = LIST_BONUS_PAYMENTS.source
        self._patience = Patience(self._source)
        self._subjects: dict[str, Subject] = {}
        self._failures: dict[str, Failure] = {}

    @property
    def lost(self) -> Failure | None:
        """Why no answer is to be expected any more; None: answers come."""
        return self._patience.lost

    @property
    def subjects(self) -> dict[str, Subject]:
        """All that were asked about, by name."""
        return self._subjects

    def ask(self, subjects: Iterable[Subject]) -> None:
        """Ask about each of `subjects`, which may still be coming in.

        Raises CollectError where the connection is lost in the middle: what is there is kept for the next start.
        """
        with closing(self._run.each(self._to_ask(subjects), self._ask)) as outcomes:
            for subject, failure in outcomes:
                if failure is not None:
                    self._failures[subject.name] = failure
                self._patience.learn(failure)
                self._run.progress.advance(self._source)

    def answered(self) -> dict[str, Answered]:
        """The answers that are there, by the subject's name."""
        return {
            name: msgspec.json.decode(raw, type=Answered)
            for name, raw in self._journal.entries.items()
            if name in self._subjects
        }

    def failure(self, name: str) -> Failure | None:
        """Why a subject has no answer, where it is its own failure."""
        return self._failures.get(name)

    def _to_ask(self, subjects: Iterable[Subject]) -> Iterator[Subject]:
        """Pass on those that have no answer yet, and none once it is plain that no answer will come."""
        for subject in subjects:
            self._subjects[subject.name] = subject
            if subject.name in self._journal:
                self._run.progress.advance(self._source)
            elif self._patience.lost is None:
                yield subject
        self._run.progress.start(self._source, len(self._subjects))

    def _ask(self, subject: Subject) -> Failure | None:
        """Ask about one subject, in a thread of its own."""
        try:
            answers = [
                page.answer
                for page in pages(
                    self._run.api,
                    LIST_BONUS_PAYMENTS,
                    MTURK,
                    _PAGE_COMPLAINT,
                    rows_of=("BonusPayments",),
                    tokens=(),
                    **subject.parameters,
                )
            ]
        except CallError as error:
            if error.failure.reason is not GapReason.GONE:
                return error.failure
            self._journal.add(subject.name, {"gone": error.failure.detail})
            return None
        rows = [row for answer in answers for row in _transform(answer, subject.hit_id)]
        self._journal.add(subject.name, {"rows": rows, "pages": len(answers)})
        return None


def _transform(answer: Answer, hit_id: str) -> list[dict[str, Any]]:
    rows = answer["BonusPayments"]
    return [{"HITId": hit_id, **{name: row[name] for name in _KEPT if name in row}} for row in rows]


def _complaint(row: Answer) -> str | None:
    try:
        msgspec.convert({"HITId": "", **in_utc(row)}, BonusPaymentRow).record()
    except msgspec.ValidationError:
        return "a bonus payment without its worker, assignment, amount or time"
    return None


_PAGE_COMPLAINT = mturk_complaint("BonusPayments", _complaint)
