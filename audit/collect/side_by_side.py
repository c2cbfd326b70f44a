"""Accounts side by side: one that fails does not stop the others, and a failure of all stops all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from audit.collect.failure import CredentialsError
from audit.collect.in_flight import InFlight
from audit.model.error import CollectError


def side_by_side(runs: Sequence[Callable[[], None]], in_flight: InFlight, most: int) -> None:
    """Call each of `runs`, `most` at a time, and wait for all of them.

    A CollectError of one, such as a lost connection, is raised once the others have come to their end. Credentials
    that no longer work, an interruption, and whatever else is raised end the others after the calls they are in.
    """
    if len(runs) == 1:
        runs[0]()
        return
    pool = ThreadPoolExecutor(most, thread_name_prefix="account")
    futures: list[Future[None]] = [pool.submit(run) for run in runs]
    try:
        _wait(futures)
    except BaseException:
        in_flight.halt(CollectError("the collection was stopped; start the same command again"))
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    for future in futures:
        future.result()


def _wait(futures: list[Future[None]]) -> None:
    """Wait until all have ended. Raises at once what must end the others."""
    left = set(futures)
    while left:
        ended, left = wait(left, return_when=FIRST_EXCEPTION)
        for future in ended:
            error = future.exception()
            if error is not None and (isinstance(error, CredentialsError) or not isinstance(error, CollectError)):
                raise error
