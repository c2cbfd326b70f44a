"""How many calls are in flight at once, over all accounts; and doing many small things at once within that bound."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

from audit.collect.places import Places
from audit.model.error import CollectError

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING_PER_WORKER = 16
"""Items taken ahead, so that the workers are busy while the next page of items is fetched."""


class InFlight:
    """The places for calls, and the threads that work items off. All accounts share them; close it at the end."""

    def __init__(self, max_concurrency: int) -> None:
        self._most = max_concurrency
        self._places = Places(max_concurrency)
        self._mine = threading.local()
        self._halted: CollectError | None = None
        self._pool = ThreadPoolExecutor(max_concurrency, thread_name_prefix="collect")

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while a call is made; within a call, as when its credentials are renewed, it is held already.

        Raises CollectError once `halt` was called.
        """
        if getattr(self._mine, "held", False):
            yield
            return
        self._places.take()
        try:
            if self._halted is not None:
                raise self._halted
            self._mine.held = True
            yield
        finally:
            self._mine.held = False
            self._places.give_back()

    def halt(self, reason: CollectError) -> None:
        """Let no further call begin: each that would raises `reason`."""
        self._halted = reason

    def each(self, items: Iterable[Item], work: Callable[[Item], Result]) -> Generator[tuple[Item, Result]]:
        """Yield each item with what `work` makes of it, in the order of completion, many at a time.

        `items` is read lazily and in the caller's thread, `work` runs in others. What `work` raises ends the iteration:
        items that have not begun are dropped, those that have are waited for. A caller that may stop early closes it.
        """
        done: SimpleQueue[tuple[Item, Result | None, BaseException | None]] = SimpleQueue()
        futures: set[Future[None]] = set()
        raised = threading.Event()

        def run(item: Item) -> None:
            if raised.is_set():  # the caller's thread is about to hear of it, and waits for nothing more
                return
            try:
                done.put((item, work(item), None))
            except BaseException as error:  # carried over to the caller's thread, which raises it
                done.put((item, None, error))
                raised.set()

        try:
            waiting = 0
            for item in items:
                future = self._pool.submit(run, item)
                futures.add(future)
                future.add_done_callback(futures.discard)
                waiting += 1
                while waiting >= self._most * _WAITING_PER_WORKER or not done.empty():
                    yield _result(done.get())
                    waiting -= 1
            for _ in range(waiting):
                yield _result(done.get())
        finally:
            begun = [future for future in tuple(futures) if not future.cancel()]
            wait(begun)

    def close(self) -> None:
        """End the threads; whoever works is waited for."""
        self._pool.shutdown(cancel_futures=True)


def _result(outcome: tuple[Item, Result | None, BaseException | None]) -> tuple[Item, Result]:
    item, result, error = outcome
    if error is not None:
        raise error
    return item, result  # type: ignore[return-value]  # without an error it is what work returned, None included
