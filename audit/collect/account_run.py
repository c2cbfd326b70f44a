"""One account of a collection: its collectors in their order, each unless an earlier start has finished it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from functools import partial

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
from audit.collect.plan import BESIDE
from audit.collect.side_by_side import side_by_side
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
        self._beside: dict[EvidenceFile, Future[None]] = {}

    def collect(self, collectors: tuple[Collector, ...]) -> None:
        """Run what is not done. Raises CollectError where the whole collection must stop."""
        store = self._collection.store
        if store.is_given_up(self.account_id):
            return
        to_do = [each for each in collectors if not store.is_done(each.FILE, self.account_id)]
        self._unless_it_ends(partial(self._collect, to_do))
        if not store.is_given_up(self.account_id):
            self._name_account()

    def wait_for(self, file: EvidenceFile) -> None:
        """Return once the collector of `file` is no longer under way. Raises what it has ended in."""
        if file in self._beside:
            self._beside[file].result()

    def _collect(self, to_do: Sequence[Collector]) -> None:
        """Run them in their order, and those after one of BESIDE while that one asks."""
        if not to_do:
            return
        api = self._open_api()
        cut = next((number for number, each in enumerate(to_do) if each.FILE in BESIDE), len(to_do))
        self._in_order(to_do[:cut], api)
        aside, after = to_do[cut : cut + 1], to_do[cut + 1 :]
        self._beside = {each.FILE: Future() for each in aside}
        runs = [partial(self._unless_it_ends, partial(self._aside, each, api)) for each in aside]
        if after:
            runs.append(partial(self._unless_it_ends, partial(self._in_order, after, api)))
        if runs:
            side_by_side(runs, self._collection.in_flight, len(runs))

    def _in_order(self, collectors: Sequence[Collector], api: Api) -> None:
        for collector in collectors:
            if not self._collection.store.is_given_up(self.account_id):
                self._run(collector, api)

    def _aside(self, collector: Collector, api: Api) -> None:
        done = self._beside[collector.FILE]
        try:
            self._run(collector, api)
        except BaseException as error:  # whoever waits for the file must not go on without it
            done.set_exception(error)
            raise
        done.set_result(None)

    def _run(self, collector: Collector, api: Api) -> None:
        store, clock = self._collection.store, self._collection.clock
        # One that has failed for all of its service has said so for those after it.
        if not store.is_done(collector.FILE, self.account_id):
            started_at = clock.now()
            collected = collector.collect(CollectorRun(self._collection, self, api, collector.FILE))
            store.record(collector.FILE, self.account_id, collected, started_at, clock.now())

    def _unless_it_ends(self, work: Callable[[], None]) -> None:
        """Do the work; where the account can be asked nothing more, that is its gap."""
        try:
            work()
        except AccountError as error:
            self._collection.store.give_up(
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
        self._account = account

    def journal(self, part: str = "") -> Journal:
        return self._store.journal(self._file, self.account_id, part)

    def read(self, file: EvidenceFile) -> bytes | None:
        self._account.wait_for(file)
        return self._store.read(file, self.account_id)

    def gaps(self, file: EvidenceFile) -> tuple[Gap, ...]:
        self._account.wait_for(file)
        return self._store.gaps(file, self.account_id)

    def each(self, items: Iterable[Item], work: Callable[[Item], Result]) -> Generator[tuple[Item, Result]]:
        return self._in_flight.each(items, work)

    def earlier(self, file: EvidenceFile) -> EarlierFile | None:
        return self._store.earlier(file, self.account_id)
