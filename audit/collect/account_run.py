"""One account of a collection: its collectors one after the other, each unless an earlier start has finished it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable

from audit.collect import account_aliases
from audit.collect.in_flight import InFlight
from audit.collect.interface import (
    AccountError,
    Api,
    Clock,
    CollectOptions,
    Collector,
    EarlierFile,
    Item,
    Progress,
    Result,
)
from audit.collect.journal import Journal
from audit.collect.store import Store
from audit.model.snapshot import AccountSummary, Gap
from audit.snapshot.layout import ACCOUNT_ROLE, EvidenceFile


class Collection:
    """What the accounts of one collection share."""

    def __init__(
        self, options: CollectOptions, store: Store, in_flight: InFlight, clock: Clock, progress: Progress
    ) -> None:
        self.options = options
        self.store = store
        self.in_flight = in_flight
        self.clock = clock
        self.progress = progress


class AccountRun:
    """One account, or with an empty id the organization."""

    def __init__(
        self,
        collection: Collection,
        account_id: str,
        open_api: Callable[[], Api],
        progress: Progress,
        trail_api: Api | None = None,
    ) -> None:
        """`open_api` gives the account's APIs, once there is something to ask. It may raise AccountError.

        `trail_api`: what the trail is read with, where that is not the account's.
        """
        self.account_id = account_id
        self.progress = progress
        self.trail_api = trail_api
        self._collection = collection
        self._open_api = open_api

    def collect(self, collectors: tuple[Collector, ...]) -> None:
        """Run what is not done. Raises CollectError where the whole collection must stop."""
        store, clock = self._collection.store, self._collection.clock
        if store.is_given_up(self.account_id):
            return
        to_do = [each for each in collectors if not store.is_done(each.FILE, self.account_id)]
        try:
            api = self._open_api() if to_do else None
            for collector in to_do:
                # One that has failed for all of its service has said so for those after it.
                if api is not None and not store.is_done(collector.FILE, self.account_id):
                    started_at = clock.now()
                    collected = collector.collect(CollectorRun(self._collection, self, api, collector.FILE))
                    store.record(collector.FILE, self.account_id, collected, started_at, clock.now())
            self._name_account()
        except AccountError as error:
            store.give_up(
                Gap(
                    account_id=self.account_id,
                    source=ACCOUNT_ROLE,
                    reason=error.failure.reason,
                    detail=error.failure.detail,
                )
            )

    def _name_account(self) -> None:
        raw = self._collection.store.read(account_aliases.FILE, self.account_id)
        if raw is not None:
            summary = AccountSummary(account_id=self.account_id, alias=account_aliases.alias_in(raw))
            self._collection.store.name_account(summary)


class CollectorRun:
    """The account as the collector of one file sees it: `audit.collect.interface.Run`."""

    def __init__(self, collection: Collection, account: AccountRun, api: Api, file: EvidenceFile) -> None:
        self.account_id = account.account_id
        self.api = api
        self.trail_api = account.trail_api or api
        self.options = collection.options
        self.clock = collection.clock
        self.progress = account.progress
        self._store = collection.store
        self._in_flight = collection.in_flight
        self._file = file

    def journal(self, part: str = "") -> Journal:
        return self._store.journal(self._file, self.account_id, part)

    def read(self, file: EvidenceFile) -> bytes | None:
        return self._store.read(file, self.account_id)

    def gaps(self, file: EvidenceFile) -> tuple[Gap, ...]:
        return self._store.gaps(file, self.account_id)

    def each(self, items: Iterable[Item], work: Callable[[Item], Result]) -> Generator[tuple[Item, Result]]:
        return self._in_flight.each(items, work)

    def earlier(self, file: EvidenceFile) -> EarlierFile | None:
        return self._store.earlier(file, self.account_id)
