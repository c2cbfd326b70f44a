"""A collection that was killed goes on where it stopped, and ends with the bytes of one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.snapshot.layout import EVENTS, MANIFEST, PROGRESS
from audit.snapshot.reader import open_input
from tests.collect.company import company
from tests.collect.fake_aws import HANG_UP, FakeAws, Reply, Request, serving
from tests.collect.running import collect, evidence

ROOT = Path(__file__).parents[2]
CONCURRENCY = 3
TWO_PAGES = 2
"""HITs whose bonuses fill two pages; a HIT counts as finished with its last."""
LAST_ACCESSED, REPORT, TRAILS, HISTORY = 2 * 3, 2, 1, 2
BEFORE_MTURK = LAST_ACCESSED + REPORT + TRAILS + HISTORY
ALL_REQUESTS = 1 + 1 + 1 + 4 + 2 + BEFORE_MTURK + 1 + 4 + 12 + TWO_PAGES + 1
"""Of `account()`: who, organization, alias, IAM pages, boundary, balance, pages of HITs, HITs, second pages, blocks."""


def account() -> FakeAws:
    return company(hits=12)


class Killed(BaseException):
    """Ends the collection like a kill: nothing in the product catches it."""


def kill_at(fake: FakeAws, out: Path, number: int, *, before_answer: bool) -> None:
    """Collect in another process and kill it with SIGKILL at request `number`, before or after it was answered."""
    killed = threading.Event()
    with serving(fake) as url:
        process = subprocess.Popen([sys.executable, "-m", "tests.collect.collecting_process", url, out], cwd=ROOT)

        def kill(request: Request) -> None:
            if request.number == number:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                killed.set()

        def fault(request: Request) -> Reply | None:
            if before_answer:
                kill(request)
            if request.number < number + (not before_answer):
                return None
            killed.wait(30)
            return HANG_UP

        fake.fault = fault
        fake.after = kill
        assert process.wait(timeout=60) == -signal.SIGKILL
        killed.wait(30)
    fake.fault = lambda request: None
    fake.after = lambda request: None


def finished_items(out: Path) -> set[str]:
    """What the journals of an unfinished snapshot name in whole lines, less the torn one."""
    journals = [path.read_bytes() for path in (out / PROGRESS).rglob("*.journal")]
    whole = [line for raw in journals for line in raw.split(b"\n")[:-1]]
    return {line.split(b'"')[3].decode() for line in whole}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "snapshot"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "example")
        fake = account()
        collect(fake, out)
        assert len(fake.requests) == ALL_REQUESTS
    return evidence(out)


@pytest.mark.parametrize("number", range(2, ALL_REQUESTS, 3))
@pytest.mark.parametrize("before_answer", [True, False], ids=["unanswered", "answered"])
def test_killed_at_a_request_it_goes_on_to_the_same_bytes(
    tmp_path: Path, whole: dict[str, bytes], number: int, before_answer: bool
) -> None:
    out = tmp_path / "snapshot"
    fake = account()
    kill_at(fake, out, number, before_answer=before_answer)
    done = finished_items(out)
    asked_before = len(fake.requests)
    collect(fake, out)
    assert evidence(out) == whole
    again = fake.requests[asked_before:]
    assert not done & {str(request.parameters.get("HITId")) for request in again}, "no finished HIT is asked again"
    in_flight = 1 + CONCURRENCY + TWO_PAGES
    assert len(fake.requests) <= ALL_REQUESTS + 1 + in_flight, "who it is again, and what was in flight"


class Steps:
    """Counts what reaches the disk and kills the collection at one of the steps, a write half done."""

    def __init__(self, patch: pytest.MonkeyPatch, last: int | None) -> None:
        self.count = 0
        self._last = last
        for name in ("fsync", "replace"):
            patch.setattr(os, name, self._counted(getattr(os, name)))
        patch.setattr(os, "write", self._torn(os.write))

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any) -> Any:
            self._step()
            return function(*args)

        return counted

    def _torn(self, write: Callable[[int, Any], int]) -> Callable[[int, Any], int]:
        def torn(file: int, data: Any) -> int:
            try:
                self._step()
            except Killed:
                write(file, bytes(data)[: len(data) // 2])
                raise
            return write(file, data)

        return torn

    def _step(self) -> None:
        self.count += 1
        if self._last is not None and self.count >= self._last:
            raise Killed


def steps_of(out: Path, last: int | None = None) -> int:
    """Collect the small account; return how often something reached the disk."""
    with pytest.MonkeyPatch.context() as patch:
        steps = Steps(patch, last)
        try:
            collect(company(hits=2), out)
        except Killed:
            assert last is not None
        return steps.count


def check_killed_at_steps(tmp_path: Path, chosen: slice) -> None:
    total = steps_of(tmp_path / "whole")
    assert total > 40
    expected = evidence(tmp_path / "whole")
    for step in list(range(1, total + 1))[chosen]:
        out = tmp_path / f"killed-at-{step}"
        steps_of(out, step)
        begun = open_input(out).manifest if (out / MANIFEST).exists() else None
        if begun is None or begun.ended_at is None:
            collect(company(hits=2), out)
        assert evidence(out) == expected, f"killed at step {step} of {total}"


def test_killed_while_it_writes_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed_at_steps(tmp_path, slice(None, None, 5))


@pytest.mark.long
def test_killed_at_any_write_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    check_killed_at_steps(tmp_path, slice(None))


def test_a_torn_last_line_of_a_journal_is_asked_again_and_nothing_else(tmp_path: Path, whole: dict[str, bytes]) -> None:
    out = tmp_path / "snapshot"
    fake = account()
    kill_at(fake, out, ALL_REQUESTS - 4, before_answer=True)
    journal = next((out / PROGRESS).rglob("bonus-payments.jsonl.journal"))
    raw = journal.read_bytes()
    last = raw.rstrip(b"\n").rpartition(b"\n")[2]
    journal.write_bytes(raw[:-10])
    before = len(fake.requests)
    collect(fake, out)
    assert evidence(out) == whole
    again = {str(each.parameters.get("HITId")) for each in fake.requests[before:]}
    assert last.split(b'"')[3].decode() in again
    kept = {line.split(b'"')[3].decode() for line in raw.splitlines()[:-1]}
    assert not kept & again


def test_a_token_that_the_service_forgot_starts_the_list_again(tmp_path: Path) -> None:
    whole_out, out = tmp_path / "whole", tmp_path / "snapshot"
    collect(company(hits=12), whole_out)
    fake = company(hits=12)
    kill_at(fake, out, 13 + BEFORE_MTURK, before_answer=True)
    journal = next((out / PROGRESS).rglob("bonus-payments.jsonl-hits.journal")).read_bytes()
    assert b'"next_token":"token-' in journal, "the list was cut off in the middle"
    refused = Reply(
        400, b'{"__type":"RequestError","Message":"Invalid token","TurkErrorCode":"AWS.ParameterOutOfRange"}'
    )
    resumed = len(fake.requests)

    def fault(request: Request) -> Reply | None:
        first = fake.operations()[resumed:].count("ListHITs") == 1
        return refused if request.operation == "ListHITs" and "NextToken" in request.parameters and first else None

    fake.fault = fault
    collect(fake, out)
    assert evidence(out) == evidence(whole_out)


def test_an_unfinished_snapshot_can_be_read_and_says_what_it_lacks(tmp_path: Path) -> None:
    out = tmp_path / "snapshot"
    kill_at(account(), out, 1 + 1 + 1 + TRAILS + HISTORY + 4 + 2 + 2, before_answer=True)
    snapshot = open_input(out)
    assert snapshot.manifest is not None
    assert snapshot.manifest.ended_at is None
    assert snapshot.accounts[0].authorization is not None
    beside = EVENTS.source  # in or not: it is asked for while the others are
    assert [(gap.source, gap.reason) for gap in snapshot.gaps if gap.source != beside] == [
        ("iam:GetCredentialReport", "not asked"),
        ("iam:GetServiceLastAccessedDetails", "not asked"),
        ("mturk:GetAccountBalance", "not asked"),
        ("mturk:ListBonusPayments", "not asked"),
        ("mturk:ListHITs", "not asked"),
        ("mturk:ListWorkerBlocks", "not asked"),
    ]
    assert snapshot.accounts[0].bonus_payments is None
