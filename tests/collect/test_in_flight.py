"""Many small things at once, in threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing

import pytest

from audit.collect.in_flight import InFlight, Item, Result


def in_flight(items: Iterable[Item], work: Callable[[Item], Result], most: int) -> Generator[tuple[Item, Result]]:
    """One walk in threads of its own."""
    shared = InFlight(most)
    try:
        with closing(shared.each(items, work)) as results:
            yield from results
    finally:
        shared.close()


def test_everything_is_done_once() -> None:
    assert sorted(in_flight(range(1000), lambda item: item * 2, 8)) == [(item, item * 2) for item in range(1000)]


def test_nothing_to_do_is_done() -> None:
    assert list(in_flight([], lambda item: item, 4)) == []


def test_as_many_as_allowed_run_at_once_and_never_more() -> None:
    together = threading.Barrier(4, timeout=10)
    lock = threading.Lock()
    running = 0
    most = 0

    def work(item: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    list(in_flight(range(40), work, 4))
    assert most == 4


def test_the_list_is_read_while_the_work_goes_on() -> None:
    worked = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        assert worked.wait(10), "the first item is worked on while the second is not there yet"
        yield 2

    list(in_flight(items(), lambda item: worked.set(), 1))


def test_the_list_is_not_read_far_ahead_of_the_work() -> None:
    read = 0
    may_work = threading.Event()

    def items() -> Iterator[int]:
        nonlocal read
        for item in range(10_000):
            read += 1
            yield item

    def work(item: int) -> None:
        may_work.wait(10)

    timer = threading.Timer(0.2, may_work.set)
    timer.start()
    with closing(in_flight(items(), work, 2)) as results:
        next(results)
        assert read < 100


def test_an_error_ends_it_with_nothing_left_running() -> None:
    done: list[int] = []

    def work(item: int) -> None:
        if item == 3:
            raise ValueError("three")
        time.sleep(0.01)
        done.append(item)

    with pytest.raises(ValueError, match="three"), closing(in_flight(range(1000), work, 2)) as results:
        list(results)
    count = len(done)
    time.sleep(0.05)
    assert len(done) == count < 100
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("collect")]
