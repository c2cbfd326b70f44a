"""Doing many small things at once, while the list of them is still being read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING_PER_WORKER = 16
"""Items taken ahead, so that the workers are busy while the next page of items is fetched."""


def in_flight(
    items: Iterable[Item], work: Callable[[Item], Result], max_concurrency: int
) -> Generator[tuple[Item, Result]]:
    """Yield each item with what `work` makes of it, in the order of completion, `max_concurrency` at a time.

    `items` is read lazily and in the caller's thread, `work` runs in others. What `work` raises ends the iteration:
    items that have not begun are dropped, those that have are waited for. A caller that may stop early closes it.
    """
    done: SimpleQueue[tuple[Item, Result | None, BaseException | None]] = SimpleQueue()

    def run(item: Item) -> None:
        try:
            done.put((item, work(item), None))
        except BaseException as error:  # carried over to the caller's thread, which raises it
            done.put((item, None, error))

    pool = ThreadPoolExecutor(max_concurrency, thread_name_prefix="collect")
    try:
        waiting = 0
        for item in items:
            pool.submit(run, item)
            waiting += 1
            while waiting >= max_concurrency * _WAITING_PER_WORKER or not done.empty():
                yield _result(done.get())
                waiting -= 1
        for _ in range(waiting):
            yield _result(done.get())
    finally:
        pool.shutdown(cancel_futures=True)


def _result(outcome: tuple[Item, Result | None, BaseException | None]) -> tuple[Item, Result]:
    item, result, error = outcome
    if error is not None:
        raise error
    return item, result  # type: ignore[return-value]  # without an error it is what work returned, None included
