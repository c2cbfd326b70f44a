"""Who can become whom as one answer, and as bytes: it is worked out beside the rows, in a process of its own.

The other side has documents of its own by then. So the references to policies travel apart, with their documents in the
order in which the answer first named them, and get the other side's numbers there.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from audit.evaluate.evaluators import AccountEvaluators
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach import reach_book, reach_of
from audit.evaluate.reach_coverage import reach_coverage
from audit.model.entitlement import PolicyRef
from audit.model.question import Question
from audit.model.reach import Reach
from audit.model.result import CoverageRow


class ReachAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The reach, and how far it was answered."""

    reach: Reach
    coverage: tuple[CoverageRow, ...]
    """A row an account."""


class _Sent(msgspec.Struct, frozen=True, array_like=True):
    """An answer on its way."""

    documents: tuple[bytes, ...]
    """Raw, as they were first named."""
    refs: list[PolicyRef]
    """Each once; `document_id` is the place among `documents`."""
    answer: bytes


def answer_reach(
    accounts: Sequence[AccountEvaluators], question: Question, known_accounts: Iterable[tuple[str, str]]
) -> bytes:
    """Work it out, and encode it for `received_reach`."""
    shown = ShownDocuments()
    book = reach_book(accounts, question, known_accounts, shown)
    answer = ReachAnswer(
        reach=reach_of(book),
        coverage=tuple(reach_coverage(account.account_id, book.population, book.decisions) for account in accounts),
    )
    sender = _Sender()
    body = sender.body(answer)
    return msgspec.msgpack.encode(_Sent(shown.raw, list(sender.places), body))


def received_reach(sent: bytes, shown: ShownDocuments) -> ReachAnswer:
    """The answer, with its documents among those shown."""
    parts = msgspec.msgpack.decode(sent, type=_Sent)
    numbers = shown.adopted(parts.documents)
    refs = [
        ref if ref.document_id < 0 else msgspec.structs.replace(ref, document_id=numbers[ref.document_id])
        for ref in parts.refs
    ]
    answer = _Receiver(parts.answer, refs).load()
    assert isinstance(answer, ReachAnswer)  # noqa: S101 - it is what answer_reach encodes
    return answer


class _Sender(pickle.Pickler):
    """Writes records that share their parts, each part once, and of each reference its place."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        super().__init__(self._out, pickle.HIGHEST_PROTOCOL)
        self.places: dict[PolicyRef, int] = {}

    def body(self, answer: ReachAnswer) -> bytes:
        """The answer without its references."""
        self.dump(answer)
        return self._out.getvalue()

    def persistent_id(self, obj: Any) -> int | None:
        """Called for every object."""
        return self.places.setdefault(obj, len(self.places)) if type(obj) is PolicyRef else None


class _Receiver(pickle.Unpickler):
    """Reads them again; bytes of this very program, made a moment ago."""

    def __init__(self, body: bytes, refs: list[PolicyRef]) -> None:
        super().__init__(io.BytesIO(body))
        self._refs = refs

    def persistent_load(self, pid: int) -> PolicyRef:
        """The reference at a place."""
        return self._refs[pid]
