"""A paged listing that goes on after a kill: each page is in the journal before it is handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from audit.collect.interface import Answer, Api, ApiCall, CallError, Complaint, Failure, missing
from audit.collect.journal import Journal
from audit.collect.paging import Paging, pages
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import EvidenceFile


class _KeptPage(msgspec.Struct, frozen=True):
    next_token: str | None
    value: Any


class _RawPage(msgspec.Struct, frozen=True):
    value: msgspec.Raw


class Listing:
    """One listing of an account. Iterate `pages` to the end; then `failure` says whether that was its real end."""

    def __init__(
        self,
        api: Api,
        call: ApiCall,
        paging: Paging,
        complaint: Complaint,
        *,
        rows_of: tuple[str, ...],
        transform: Callable[[Answer], Any],
        journal: Journal,
        **parameters: object,
    ) -> None:
        self.failure: Failure | None = None
        self._api = api
        self._call = call
        self._paging = paging
        self._complaint = complaint
        self._rows_of = rows_of
        self._transform = transform
        self._journal = journal
        self._parameters = parameters

    @property
    def api_calls(self) -> int:
        """Pages that are there."""
        return len(self._journal)

    def pages(self) -> Iterator[Any]:
        """Yield what `transform` makes of each page: those of the journal first, then the ones that AWS gives."""
        kept = [_decode(raw) for raw in self._journal.entries.values()]
        yield from (page.value for page in kept)
        tokens = [page.next_token for page in kept if page.next_token is not None]
        if len(tokens) < len(kept):
            return
        try:
            yield from self._ask(tokens)
        except CallError as error:
            if tokens and self.api_calls == len(tokens) and _is_refused(error.failure):
                self._journal.restart()
                yield from self._from_start()
            else:
                self.failure = error.failure

    def values(self) -> Iterator[Any]:
        """What `transform` made of each page that is there, in order."""
        return (_decode(raw).value for raw in self._journal.entries.values())

    def raw_values(self) -> Iterator[msgspec.Raw]:
        """The same as JSON, for pages too big to be taken apart."""
        decoder = msgspec.json.Decoder(_RawPage)
        return (decoder.decode(raw).value for raw in self._journal.entries.values())

    def gaps(self, file: EvidenceFile, account_id: str) -> tuple[Gap, ...]:
        """Name the pages that are missing."""
        if self.failure is None:
            return ()
        item = f"page {self.api_calls + 1} and the pages after it" if self.api_calls else ""
        return (missing(file, account_id, self.failure, item),)

    def _from_start(self) -> Iterator[Any]:
        try:
            yield from self._ask([])
        except CallError as error:
            self.failure = error.failure

    def _ask(self, tokens: list[str]) -> Iterator[Any]:
        for page in pages(
            self._api,
            self._call,
            self._paging,
            self._complaint,
            rows_of=self._rows_of,
            tokens=tokens,
            **self._parameters,
        ):
            value = self._transform(page.answer)
            self._journal.add(f"page {len(self._journal) + 1}", {"next_token": page.next_token, "value": value})
            yield value


def _decode(raw: bytes) -> _KeptPage:
    return msgspec.json.decode(raw, type=_KeptPage)


def _is_refused(failure: Failure) -> bool:
    """Whether the service looked at the request and did not take it, as it does with a token that is too old."""
    return failure.reason is GapReason.FAILED and not failure.transient and not failure.unreachable
