"""Collecting one account into a snapshot, from the first question to the finished manifest."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from audit.collect import (
    account_aliases,
    account_balance,
    authorization_details,
    bonus_payments,
    caller_identity,
    hits,
    worker_blocks,
)
from audit.collect.api import AwsApi
from audit.collect.clients import Clients
from audit.collect.interface import Api, Clock, Collected, CollectOptions, Failure, Progress, missing
from audit.collect.store import Store
from audit.model.error import InputError
from audit.model.snapshot import AccountSummary, GapReason, Manifest
from audit.snapshot.layout import ACCOUNT_ALIASES, BONUS_PAYMENTS, HITS, EvidenceFile


def collect_snapshot(options: CollectOptions, *, progress: Progress, clock: Clock) -> Manifest:
    """Collect the account of the credentials into `options.out` and return the finished manifest.

    What cannot be had is a gap in it. Killed at any moment, or stopped by an error, it goes on when it is called again
    with the same options, and ends with the same files as a collection in one go.

    Raises CollectError where AWS cannot be asked at all or the credentials stop working, InputError where the options
    or the folder cannot be used.
    """
    if options.window.since >= clock.now():
        raise InputError(
            f"the window begins on {options.window.since:%Y-%m-%d}, which is still to come; give one that has begun"
        )
    api = AwsApi(Clients(options, progress), options, clock)
    caller = caller_identity.ask(api)
    try:
        store = Store(options, caller.arn, caller.account_id, clock.now())
        try:
            _Account(api, store, options, progress, clock, caller.account_id).collect(caller)
            return store.finish(clock.now())
        finally:
            store.close()
    except OSError as error:
        raise InputError(
            f"the snapshot cannot be written to `{options.out}` ({error.strerror or error}); "
            "check the folder's permissions and the free space, then start the same command again"
        ) from error


class _Account:
    """The collectors of one account, each run unless an earlier start has finished it."""

    def __init__(
        self, api: Api, store: Store, options: CollectOptions, progress: Progress, clock: Clock, account_id: str
    ) -> None:
        self._api = api
        self._store = store
        self._options = options
        self._progress = progress
        self._clock = clock
        self._id = account_id

    def collect(self, caller: caller_identity.Caller) -> None:
        self._run(caller_identity.FILE, lambda: caller_identity.collected(caller))
        self._run(account_aliases.FILE, lambda: account_aliases.collect(self._api, self._id))
        self._name_account()
        self._run(authorization_details.FILE, self._authorization_details)
        self._run(account_balance.FILE, lambda: account_balance.collect(self._api, self._id))
        self._hits_and_bonus_payments()
        self._run(worker_blocks.FILE, self._worker_blocks)

    def _run(self, file: EvidenceFile, collect: Callable[[], Collected]) -> None:
        if not self._store.is_done(file, self._id):
            started_at = self._clock.now()
            collected = collect()
            self._store.record(file, self._id, collected, started_at, self._clock.now())

    def _name_account(self) -> None:
        raw = self._store.read(ACCOUNT_ALIASES, self._id)
        alias = account_aliases.alias_in(raw) if raw else ""
        self._store.name_account(AccountSummary(account_id=self._id, alias=alias))

    def _authorization_details(self) -> Collected:
        pages = self._store.journal(authorization_details.FILE, self._id)
        policies = self._store.journal(authorization_details.FILE, self._id, "-policies")
        return authorization_details.collect(self._api, pages, policies, self._id, self._progress)

    def _hits_and_bonus_payments(self) -> None:
        """Ask for the payments of the HITs while the list of HITs is still coming in."""
        if not self._store.is_done(HITS, self._id):
            started_at = self._clock.now()
            listing = hits.HitListing(self._api, self._store.journal(HITS, self._id))
            payments = self._bonus_walk().collect(listing.hit_ids())
            ended_at = self._clock.now()
            self._store.record(HITS, self._id, listing.collected(self._id), started_at, ended_at)
            payments = self._with_unlisted(payments)
            self._store.record(BONUS_PAYMENTS, self._id, payments, started_at, ended_at)
        self._run(BONUS_PAYMENTS, self._bonus_payments_of_listed)

    def _bonus_payments_of_listed(self) -> Collected:
        """The payments of the HITs that an earlier start has listed."""
        raw = self._store.read(HITS, self._id)
        payments = Collected(content=None) if raw is None else self._bonus_walk().collect(hits.hit_ids_in(raw))
        return self._with_unlisted(payments)

    def _with_unlisted(self, payments: Collected) -> Collected:
        """Add the gap that a list of HITs with a gap leaves in the payments: nobody could ask about the others."""
        gaps = self._store.gaps(HITS, self._id)
        if not gaps:
            return payments
        if gaps[0].reason in (GapReason.NOT_APPLICABLE, GapReason.RETIRED):
            failure = Failure(reason=gaps[0].reason, detail=gaps[0].detail)
        else:
            detail = f"bonus payments can be asked for only HIT by HIT, and not every HIT was listed: {gaps[0].detail}"
            failure = Failure(reason=GapReason.NOT_ASKED, detail=detail)
        if self._store.read(HITS, self._id) is None:
            return Collected(content=None, gaps=(missing(BONUS_PAYMENTS, self._id, failure),))
        item = "the HITs that were not listed"
        return msgspec.structs.replace(
            payments, gaps=(*payments.gaps, missing(BONUS_PAYMENTS, self._id, failure, item))
        )

    def _bonus_walk(self) -> bonus_payments.BonusWalk:
        journal = self._store.journal(BONUS_PAYMENTS, self._id)
        return bonus_payments.BonusWalk(self._api, journal, self._id, self._progress, self._options.max_concurrency)

    def _worker_blocks(self) -> Collected:
        journal = self._store.journal(worker_blocks.FILE, self._id)
        return worker_blocks.collect(self._api, journal, self._id, self._progress)
