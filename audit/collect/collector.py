"""Collecting one account into a snapshot, from the first question to the finished manifest."""

from __future__ import annotations

from audit.collect import caller_identity
from audit.collect.account_run import AccountRun
from audit.collect.api import AwsApi
from audit.collect.clients import Clients
from audit.collect.interface import Clock, CollectOptions, Progress
from audit.collect.plan import COLLECTORS
from audit.collect.store import Store
from audit.model.error import InputError
from audit.model.snapshot import Manifest


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
            AccountRun(caller.account_id, api, store, options, clock, progress).collect(COLLECTORS)
            return store.finish(clock.now())
        finally:
            store.close()
    except OSError as error:
        raise InputError(
            f"the snapshot cannot be written to `{options.out}` ({error.strerror or error}); "
            "check the folder's permissions and the free space, then start the same command again"
        ) from error
