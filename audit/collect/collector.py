"""Collecting accounts into a snapshot, from the first question to the finished manifest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from audit.collect import caller_identity, events
from audit.collect.account_progress import AccountProgress
from audit.collect.account_run import AccountRun, Collection
from audit.collect.accounts import accounts_to_collect, check_accounts
from audit.collect.api import AwsApi
from audit.collect.assume_role import fetch_role
from audit.collect.clients import Clients
from audit.collect.in_flight import InFlight
from audit.collect.interface import Api, Clock, CollectOptions, Progress
from audit.collect.plan import COLLECTORS, ORGANIZATION_COLLECTORS
from audit.collect.session import RoleCredentials, role_session
from audit.collect.side_by_side import side_by_side
from audit.collect.store import Store
from audit.collect.trail_reader import TrailReader, reading_account
from audit.model.arn import parse_arn
from audit.model.error import InputError
from audit.model.snapshot import Gap, Manifest
from audit.snapshot.layout import ORGANIZATION_TREE
from audit.snapshot.organization import decode_tree


def collect_snapshot(options: CollectOptions, *, progress: Progress, clock: Clock) -> Manifest:
    """Collect the accounts that the options name into `options.out` and return the finished manifest.

    What cannot be had is a gap in it, an account that cannot be reached too. Killed at any moment, or stopped by an
    error, it goes on when it is called again with the same options, and ends with the same files as a collection in
    one go.

    Raises CollectError where AWS cannot be asked at all or the caller's credentials stop working, InputError where the
    options or the folder cannot be used.
    """
    if options.window.since >= clock.now():
        raise InputError(
            f"the window begins on {options.window.since:%Y-%m-%d}, which is still to come; give one that has begun"
        )
    check_accounts(options)
    events.check(options.events)
    clients = Clients(options, progress)
    in_flight = InFlight(options.max_concurrency)
    try:
        api = AwsApi(clients, options, clock, in_flight)
        caller = caller_identity.ask(api)
        store = Store(options, caller.arn, caller.account_id, clients.other_endpoints, clock.now())
        try:
            collection = Collection(options, store, in_flight, clock, progress)
            _Accounts(collection, clients, api, caller).collect()
            return store.finish(clock.now())
        finally:
            store.close()
    except OSError as error:
        raise InputError(
            f"the snapshot cannot be written to `{options.out}` ({error.strerror or error}); "
            "check the folder's permissions and the free space, then start the same command again"
        ) from error
    finally:
        in_flight.close()


class _Accounts:
    """The organization first, then the accounts side by side."""

    def __init__(self, collection: Collection, clients: Clients, api: AwsApi, caller: caller_identity.Caller) -> None:
        self._collection = collection
        self._clients = clients
        self._api = api
        self._caller = caller
        self._turns = threading.Lock()
        self._keeper: tuple[Clients, RoleCredentials] | None = None
        """The role in the account that keeps the trail, where it is read with that."""
        self._opening = threading.Lock()

    def collect(self) -> None:
        store = self._collection.store
        self._run("", lambda: self._api, "").collect(ORGANIZATION_COLLECTORS)
        wanted = self._wanted()
        store.name_accounts(wanted)
        for gap in wanted.values():
            if gap is not None:
                store.give_up(gap)
        runs = [
            partial(self._account(account_id, named=len(wanted) > 1).collect, COLLECTORS)
            for account_id, gap in wanted.items()
            if gap is None
        ]
        side_by_side(runs, self._collection.in_flight, self._collection.options.max_concurrency)

    def _wanted(self) -> dict[str, Gap | None]:
        raw = self._collection.store.read(ORGANIZATION_TREE, "")
        gaps = self._collection.store.gaps(ORGANIZATION_TREE, "")
        return accounts_to_collect(
            self._collection.options,
            self._caller.account_id,
            None if raw is None else decode_tree(raw),
            gaps[0].detail if gaps else "the tree was not read",
        )

    def _account(self, account_id: str, *, named: bool) -> AccountRun:
        label = account_id if named else ""
        caller = self._caller.account_id
        reader = reading_account(self._collection.options, account_id, caller)
        # Each account's reading has a rate of its own, whoever reads.
        open_trail = self._asking if reader == caller else self._as_keeper
        trail_api = None if reader == account_id else TrailReader(open_trail)
        if account_id == caller:
            return self._run(account_id, lambda: self._api, label, trail_api)
        return self._run(account_id, lambda: self._asking(self._role(account_id)), label, trail_api)

    def _run(
        self, account_id: str, open_api: Callable[[], Api], label: str, trail_api: TrailReader | None = None
    ) -> AccountRun:
        progress = AccountProgress(self._collection.progress, self._turns, label)
        return AccountRun(self._collection, account_id, open_api, progress, trail_api)

    def _asking(self, role: tuple[Clients, RoleCredentials] | None = None) -> Api:
        """Ask with a role's credentials, or with the caller's."""
        clients, credentials = role or (self._clients, None)
        return AwsApi(
            clients, self._collection.options, self._collection.clock, self._collection.in_flight, credentials
        )

    def _as_keeper(self) -> Api:
        """Ask as the account that keeps the trail. Raises AccountError where its role cannot be assumed."""
        with self._opening:
            if self._keeper is None:
                self._keeper = self._role(self._collection.options.events.reader)
            return self._asking(self._keeper)

    def _role(self, account_id: str) -> tuple[Clients, RoleCredentials]:
        """Assume the role in another account. Raises AccountError where that is refused."""
        options, clock = self._collection.options, self._collection.clock
        caller = parse_arn(self._caller.arn)
        partition = caller.partition if caller else "aws"
        role = RoleCredentials(fetch_role(self._api, options, partition, account_id), clock)
        session = role_session(options, self._clients.session, role.credentials)
        return Clients(options, self._collection.progress, session), role
