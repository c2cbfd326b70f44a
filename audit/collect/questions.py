"""Many small questions of one collector, each asked once: an answer is in the journal before anyone hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, Complaint, Run
from audit.collect.paging import Paging, pages
from audit.snapshot.writer import canonical


class _Kept(msgspec.Struct, frozen=True):
    pages: int
    rows: list[Any]


class Questions:
    """The questions of one run; threads share them."""

    def __init__(self, run: Run) -> None:
        self._api = run.api
        self._journal = run.journal()

    @property
    def api_calls(self) -> int:
        """Answers that are there, pages counted one by one."""
        return sum(msgspec.json.decode(raw, type=_Kept).pages for raw in self._journal.entries.values())

    def one(self, call: ApiCall, complaint: Complaint, transform: Callable[[Answer], Any], **parameters: object) -> Any:
        """Ask a question with one answer. Raises CallError where none came."""
        key = _key(call, parameters)
        if key not in self._journal:
            answer = self._api.ask(call, complaint, **parameters)
            self._journal.add(key, {"pages": 1, "rows": [transform(answer)]})
        return self._rows(key)[0]

    def all(
        self,
        call: ApiCall,
        paging: Paging,
        member: str,
        complaint: Complaint,
        transform: Callable[[Answer], Any],
        **parameters: object,
    ) -> list[Any]:
        """Ask for every page of a list. `member` names the list; `complaint` and `transform` see one row of it.

        Raises CallError where a page did not come.
        """
        key = _key(call, parameters)
        if key not in self._journal:
            check = _page_complaint(member, complaint)
            answers = [
                page.answer
                for page in pages(self._api, call, paging, check, rows_of=(member,), tokens=(), **parameters)
            ]
            rows = [transform(row) for answer in answers for row in answer[member]]
            self._journal.add(key, {"pages": len(answers), "rows": rows})
        return self._rows(key)

    def _rows(self, key: str) -> list[Any]:
        return msgspec.json.decode(self._journal.entries[key], type=_Kept).rows


def _key(call: ApiCall, parameters: dict[str, object]) -> str:
    return f"{call.operation} {canonical(parameters).decode()}"


def _page_complaint(member: str, complaint: Complaint) -> Complaint:
    def check(answer: Answer) -> str | None:
        rows = answer.get(member)
        if not isinstance(rows, list):
            return f"a page without {member}, as a damaged body looks"
        return next(filter(None, (complaint(row) for row in rows)), None)

    return check
