"""One account of a collection: its collectors one after the other, each unless an earlier start has finished it."""

from __future__ import annotations

from audit.collect import account_aliases
from audit.collect.interface import Api, Clock, CollectOptions, Collector, Progress
from audit.collect.journal import Journal
from audit.collect.store import Store
from audit.model.snapshot import AccountSummary, Gap
from audit.snapshot.layout import EvidenceFile


class AccountRun:
    """One account, or with an empty id the organization."""

    def __init__(
        self, account_id: str, api: Api, store: Store, options: CollectOptions, clock: Clock, progress: Progress
    ) -> None:
        self.account_id = account_id
        self.api = api
        self.store = store
        self.options = options
        self.clock = clock
        self.progress = progress

    def collect(self, collectors: tuple[Collector, ...]) -> None:
        """Run what is not done. Raises CollectError where the whole collection must stop."""
        for collector in collectors:
            if not self.store.is_done(collector.FILE, self.account_id):
                started_at = self.clock.now()
                collected = collector.collect(CollectorRun(self, collector.FILE))
                self.store.record(collector.FILE, self.account_id, collected, started_at, self.clock.now())
            if collector.FILE is account_aliases.FILE:
                self._name_account()

    def _name_account(self) -> None:
        raw = self.store.read(account_aliases.FILE, self.account_id)
        alias = account_aliases.alias_in(raw) if raw else ""
        self.store.name_account(AccountSummary(account_id=self.account_id, alias=alias))


class CollectorRun:
    """The account as the collector of one file sees it: `audit.collect.interface.Run`."""

    def __init__(self, account: AccountRun, file: EvidenceFile) -> None:
        self.account_id = account.account_id
        self.api = account.api
        self.options = account.options
        self.clock = account.clock
        self.progress = account.progress
        self._store = account.store
        self._file = file

    def journal(self, part: str = "") -> Journal:
        return self._store.journal(self._file, self.account_id, part)

    def read(self, file: EvidenceFile) -> bytes | None:
        return self._store.read(file, self.account_id)

    def gaps(self, file: EvidenceFile) -> tuple[Gap, ...]:
        return self._store.gaps(file, self.account_id)

    def earlier(self, file: EvidenceFile) -> bytes | None:
        return self._store.earlier(file, self.account_id)
