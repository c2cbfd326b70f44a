"""Work beside a process: the same result as without, whatever becomes of the other process, and none is left."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.process import environment

BEGIN = """
import os, signal, sys, threading
from audit.fork import beside

if os.sched_getaffinity(0).__len__() < 2:
    os.sched_getaffinity = lambda of: {0, 1}  # the machine of the test has one processor

mine = os.getpid()

def alone():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False
"""


def printed(script: str) -> str:
    """What a process of its own prints: the tests' own may have threads, beside which nothing is forked."""
    ended = subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    return ended.stdout.strip()


def test_the_work_is_done_by_another_process_that_sees_what_is_here() -> None:
    script = """
seen = list(range(100_000))
with beside(lambda: f"{os.getpid() != mine} {sum(seen)}".encode()) as given:
    seen.clear()
    print(given.result().decode(), alone())
"""
    assert printed(script) == "True 4999950000 True"


def test_much_arrives_whole_and_waits_for_nobody() -> None:
    script = """
with beside(lambda: bytes(range(256)) * 40_000) as given:
    os.waitid(os.P_PID, given._process.id, os.WEXITED | os.WNOWAIT)
    print(given.result() == bytes(range(256)) * 40_000, alone())
"""
    assert printed(script) == "True True"


def test_control_c_while_waiting_leaves_no_process() -> None:
    script = """
import time
def work():
    os.kill(mine, signal.SIGINT)
    time.sleep(600)
try:
    with beside(work) as given:
        given.result()
except KeyboardInterrupt:
    print(alone())
"""
    assert printed(script) == "True"


def test_what_goes_wrong_is_raised_here_and_the_other_process_is_silent() -> None:
    script = """
def work():
    raise ValueError(f"here {os.getpid() == mine}")
with beside(work) as given:
    try:
        given.result()
    except ValueError as error:
        print(error, alone())
"""
    assert printed(script) == "here True True"


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(7)", "sys.exit(0)"])
def test_a_process_that_is_lost_costs_time_and_no_result(end: str) -> None:
    script = f"""
def work():
    if os.getpid() != mine:
        {end}
    return b"done"
with beside(work) as given:
    print(given.result().decode(), alone())
"""
    assert printed(script) == "done True"


def test_leaving_the_block_ends_work_that_nobody_asked_for() -> None:
    script = """
import time
def work():
    time.sleep(600)
try:
    with beside(work):
        raise KeyError
except KeyError:
    print(alone())
"""
    assert printed(script) == "True"


def test_control_c_ends_the_other_process_without_a_word() -> None:
    script = """
import time
def work():
    time.sleep(600)
with beside(work) as given:
    time.sleep(0.2)
    os.kill(given._process.id, signal.SIGINT)
    given._work = lambda: b"told here"
    print(given.result().decode(), alone())
"""
    assert printed(script) == "told here True"


@pytest.mark.parametrize(
    "setting",
    [
        "os.sched_getaffinity = lambda of: {0}",
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "sys.platform = 'darwin'",
        "wait = threading.Event(); threading.Thread(target=wait.wait, daemon=True).start()",
        "def none(): raise BlockingIOError\nos.fork = none",
    ],
    ids=["one processor", "processes forgotten", "another system", "a thread", "no process to be had"],
)
def test_it_is_done_here_where_it_cannot_be_given_away(setting: str) -> None:
    script = f"""
{setting}
with beside(lambda: f"{{os.getpid() == mine}}".encode()) as given:
    print(given.result().decode(), alone())
"""
    assert printed(script) == "True True"
