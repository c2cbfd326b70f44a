"""Places for calls: never more than there are, and whoever has waited longest is next."""

from __future__ import annotations

import threading
import time

from audit.collect.in_flight import InFlight
from audit.collect.places import Places


def test_whoever_waits_is_served_before_one_that_comes_back() -> None:
    places = Places(1)
    places.take()
    order: list[str] = []

    def wait() -> None:
        places.take()
        order.append("waiting")
        places.give_back()

    thread = threading.Thread(target=wait)
    thread.start()
    while not places._waiting:
        time.sleep(0.001)
    places.give_back()
    places.take()
    order.append("back again")
    thread.join()
    assert order == ["waiting", "back again"]


def test_no_more_hold_a_place_than_there_are() -> None:
    places, lock = Places(3), threading.Lock()
    holding, most = 0, 0

    def work() -> None:
        nonlocal holding, most
        for _ in range(50):
            places.take()
            with lock:
                holding += 1
                most = max(most, holding)
            time.sleep(0.0001)
            with lock:
                holding -= 1
            places.give_back()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert holding == 0


def test_a_call_within_a_call_takes_no_second_place() -> None:
    """The renewal of a session, made while the only place is held, does not wait for itself."""
    flight = InFlight(1)
    with flight.place(), flight.place():
        pass
    with flight.place():
        pass
    flight.close()
