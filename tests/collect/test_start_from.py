"""A snapshot that starts from an earlier one: fewer calls, the same evidence, no payment lost and none twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.collect import bonus_payments
from audit.collect.interface import Collected, Run
from audit.model.error import InputError
from audit.snapshot.layout import EVENTS, MANIFEST
from audit.snapshot.reader import read_manifest
from tests.collect.company import START, company, payment
from tests.collect.fake_aws import ACCOUNT, FakeAws, Reply, Request, turk_error
from tests.collect.running import NOW, FakeClock, collect, evidence, lines

LATE = NOW + timedelta(days=60)
DAY = 86400.0
GONE = turk_error("AWS.MechanicalTurk.HITDoesNotExist", "Assignment does not exist.")


def at(moment: Any = NOW) -> FakeClock:
    return FakeClock(seconds=(moment - NOW).total_seconds())


def aged(hits: int = 9) -> FakeAws:
    """An account whose odd HITs ended two years ago, an hour being the worker's time, and the others last month."""
    fake = company(hits=hits)
    for row in fake.hits:
        old = int(row["HITId"][-5:]) % 2
        row["CreationTime"] = START - DAY * (800 if old else 0)
        row["Expiration"] = START - DAY * 700 if old else START + DAY * 30
        row["AssignmentDurationInSeconds"] = 3600
    return fake


def files(out: Path) -> dict[str, bytes]:
    """The evidence without the manifest, which says how it was come by."""
    return {name: raw for name, raw in evidence(out).items() if name != MANIFEST}


def asked(fake: FakeAws) -> list[str]:
    """The HITs and assignments that were asked about, in order of their names."""
    return sorted(
        str(each.parameters.get("HITId") or each.parameters["AssignmentId"])
        for each in fake.requests
        if each.operation == "ListBonusPayments" and "NextToken" not in each.parameters
    )


def started_from(fake: FakeAws, tmp_path: Path, **changes: Any) -> Path:
    """Collect `fake` anew from the snapshot `earlier`, two months later; return the folder."""
    out = tmp_path / "later"
    fake.requests.clear()
    collect(fake, out, **({"earlier": tmp_path / "earlier", "clock": at(LATE)} | changes))
    return out


def test_hits_whose_bonuses_are_over_are_not_asked_again_and_the_files_are_those_of_a_full_collection(
    tmp_path: Path,
) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    out = started_from(fake, tmp_path)
    assert asked(fake) == ["3HIT00002", "3HIT00004", "3HIT00006", "3HIT00008"]
    collect(aged(), tmp_path / "full", clock=at(LATE))
    assert files(out) == files(tmp_path / "full")


def test_the_manifest_counts_what_was_answered_now_and_names_the_earlier_one(tmp_path: Path) -> None:
    import hashlib

    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    manifest, _ = read_manifest(started_from(fake, tmp_path))
    entry = next(file for file in manifest.files if file.path.endswith("bonus-payments.jsonl"))
    assert (entry.rows, entry.api_calls) == (len(lines(tmp_path / "earlier", "mturk/bonus-payments.jsonl")), 4)
    assert manifest.started_from == hashlib.sha256((tmp_path / "earlier" / MANIFEST).read_bytes()).hexdigest()


def test_a_bonus_that_came_later_is_found(tmp_path: Path) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    fake.payments["3HIT00004"] = [payment(4, 0)]
    out = started_from(fake, tmp_path)
    assert "3ASSIGN00004000" in {row["AssignmentId"] for row in lines(out, "mturk/bonus-payments.jsonl")}


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({}, False),
        ({"Expiration": START - DAY * 700 + 1}, False),
        ({"Expiration": START}, True),
        ({"Expiration": START - DAY * 900}, True),
        ({"Expiration": None}, True),
        ({"CreationTime": None}, True),
        ({"AssignmentDurationInSeconds": int(DAY * 700)}, True),
        ({"AssignmentDurationInSeconds": None, "Expiration": START - DAY * 380}, True),
    ],
    ids=str,
)
def test_a_hit_is_asked_again_unless_it_is_sure_that_nothing_can_have_come(
    tmp_path: Path, change: dict[str, Any], again: bool
) -> None:
    fake = aged()
    row = next(each for each in fake.hits if each["HITId"] == "3HIT00003")
    for name, value in change.items():
        row.pop(name)
        row.update({} if value is None else {name: value})
    collect(fake, tmp_path / "earlier", clock=at())
    started_from(fake, tmp_path)
    assert ("3HIT00003" in asked(fake)) == again


def test_what_the_earlier_snapshot_lacks_is_asked(tmp_path: Path) -> None:
    fake = aged()

    def fault(request: Request) -> Reply | None:
        return Reply(500, b"{}") if request.parameters.get("HITId") == "3HIT00003" else None

    fake.fault = fault
    assert collect(fake, tmp_path / "earlier", clock=at()).gaps
    fake.fault = lambda request: None
    out = started_from(fake, tmp_path)
    assert "3HIT00003" in asked(fake)
    collect(aged(), tmp_path / "full", clock=at(LATE))
    assert files(out) == files(tmp_path / "full")


@pytest.mark.parametrize("name", ["hits.jsonl", "bonus-payments.jsonl"])
def test_an_earlier_file_that_was_changed_is_not_believed(tmp_path: Path, name: str) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    path = tmp_path / "earlier" / ACCOUNT / "mturk" / name
    path.write_bytes(path.read_bytes().replace(b"1.50", b"9.50") + b"\n")
    started_from(fake, tmp_path)
    assert len(asked(fake)) == 9


def test_an_earlier_collection_that_was_resumed_counts_from_its_beginning(tmp_path: Path) -> None:
    """A HIT asked about before its window was over, by a collection that ended after it, is asked again."""
    fake = aged(hits=1)
    fake.hits[0] |= {"Expiration": (NOW - timedelta(days=184)).timestamp(), "AssignmentDurationInSeconds": 60}
    broken = True
    fake.fault = lambda request: (
        Reply(400, b'{"__type":"ExpiredTokenException","message":"expired"}')
        if broken and request.operation == "ListWorkerBlocks"
        else None
    )
    with pytest.raises(Exception, match="refused"):
        collect(fake, tmp_path / "earlier", clock=at())
    broken = False
    collect(fake, tmp_path / "earlier", clock=at(NOW + timedelta(days=30)))
    started_from(fake, tmp_path)
    assert asked(fake) == ["3HIT00001"]


def without(fake: FakeAws, hit_id: str) -> FakeAws:
    """Take a HIT out of the listing; its payments are told by assignment only."""
    fake.hits = [row for row in fake.hits if row["HITId"] != hit_id]
    return fake


def amounts(out: Path) -> list[tuple[str, str, str]]:
    rows = lines(out, "mturk/bonus-payments.jsonl")
    return sorted((row["HITId"], row["AssignmentId"], row["BonusAmount"]) for row in rows)


def test_payments_of_a_hit_that_has_left_the_listing_are_asked_for_by_assignment(tmp_path: Path) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    before = amounts(tmp_path / "earlier")
    late = payment(6, 0) | {"BonusAmount": "77.00", "GrantTime": START + DAY * 90}
    fake.payments["3HIT00006"].append(late)
    out = started_from(without(fake, "3HIT00006"), tmp_path)
    assert amounts(out) == sorted([*before, ("3HIT00006", "3ASSIGN00006000", "77.00")]), "none lost, none twice"
    assert "3HIT00006" not in asked(fake)


@pytest.mark.parametrize("answer", ["gone", "nothing", "failed"])
def test_what_was_paid_stays_paid_where_aws_tells_it_no_more(tmp_path: Path, answer: str) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    before = amounts(tmp_path / "earlier")
    without(fake, "3HIT00006")
    if answer == "nothing":
        fake.payments["3HIT00006"] = []
    else:
        reply = GONE if answer == "gone" else Reply(500, b"{}")
        fake.fault = lambda request: reply if "AssignmentId" in request.parameters else None
    out = started_from(fake, tmp_path)
    assert amounts(out) == before
    every = read_manifest(out)[0].gaps
    gaps = {(str(gap.reason), gap.item) for gap in every if gap.source.startswith("mturk:")}
    reason = {"gone": "gone", "failed": "failed"}.get(answer)
    assert gaps == ({(reason, f"assignment 3ASSIGN00006{each:03d}") for each in range(2)} if reason else set())


def test_payments_of_an_unlisted_hit_whose_window_is_over_are_taken_over_unasked(tmp_path: Path) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    out = started_from(without(fake, "3HIT00003"), tmp_path)
    assert amounts(out) == amounts(tmp_path / "earlier")
    assert not any(name.startswith("3ASSIGN") for name in asked(fake))


def test_a_chain_of_snapshots_keeps_what_the_first_one_knew(tmp_path: Path) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    without(fake, "3HIT00006").fault = lambda request: GONE if "AssignmentId" in request.parameters else None
    second = started_from(fake, tmp_path)
    third = tmp_path / "third"
    collect(fake, third, earlier=second, clock=at(LATE + timedelta(days=30)))
    assert amounts(third) == amounts(tmp_path / "earlier")


@settings(max_examples=15)
@given(data=st.data())
def test_whichever_hits_leave_and_whatever_is_paid_later_each_payment_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tmp_path = tmp_path_factory.mktemp("start")
    fake = aged(hits=8)
    collect(fake, tmp_path / "earlier", clock=at())
    names = [row["HITId"] for row in fake.hits]
    for hit_id in data.draw(st.sets(st.sampled_from(names))):
        without(fake, hit_id)
    listed = {row["HITId"] for row in fake.hits if int(row["HITId"][-5:]) % 2 == 0}
    for hit_id in data.draw(st.sets(st.sampled_from(sorted(listed)))) if listed else ():
        fake.payments.setdefault(hit_id, []).append(payment(int(hit_id[-5:]), 50))
    out = started_from(fake, tmp_path)
    expected = sorted(
        (hit_id, row["AssignmentId"], row["BonusAmount"]) for hit_id, rows in fake.payments.items() for row in rows
    )
    assert amounts(out) == expected


def test_an_unfinished_snapshot_goes_on_only_from_the_same_earlier_one(tmp_path: Path) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    fake.fault = lambda request: (
        Reply(400, b'{"__type":"ExpiredTokenException","message":"expired"}')
        if request.operation == "ListWorkerBlocks"
        else None
    )
    with pytest.raises(Exception, match="refused"):
        collect(fake, tmp_path / "later", earlier=tmp_path / "earlier")
    with pytest.raises(InputError, match="was begun from another earlier snapshot"):
        collect(fake, tmp_path / "later")


@pytest.mark.parametrize("wrong", ["missing", "unfinished", "sandbox"])
def test_what_is_no_snapshot_to_start_from_is_refused(tmp_path: Path, wrong: str) -> None:
    fake = aged()
    if wrong != "missing":
        collect(fake, tmp_path / "earlier", environment="sandbox" if wrong == "sandbox" else "production")
    if wrong == "unfinished":
        manifest, _ = read_manifest(tmp_path / "earlier")
        changed = msgspec.structs.replace(manifest, ended_at=None)
        (tmp_path / "earlier" / MANIFEST).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(InputError):
        collect(fake, tmp_path / "later", earlier=tmp_path / "earlier")
    assert not (tmp_path / "later").exists()


def event(number: int, assignment_id: str, **fields: Any) -> bytes:
    """A line of events.jsonl in which a bonus is paid."""
    record = {
        "eventID": f"e-{number}",
        "eventTime": "2026-08-01T10:00:00Z",
        "eventSource": "mturk-requester.amazonaws.com",
        "eventName": "SendBonus",
        "eventType": "AwsApiCall",
        "awsRegion": "us-east-1",
        "recipientAccountId": ACCOUNT,
        "requestParameters": {"assignmentId": assignment_id, "workerId": "AWORKER1", "bonusAmount": "1.50"},
    }
    return msgspec.json.encode(record | fields) + b"\n"


def with_events(monkeypatch: pytest.MonkeyPatch, *raw: bytes) -> None:
    """Let the collector of the bonus payments find these events."""
    original = bonus_payments.collect

    class WithEvents:
        def __init__(self, run: Run) -> None:
            self._run = run

        def __getattr__(self, name: str) -> Any:
            return getattr(self._run, name)

        def read(self, file: Any) -> bytes | None:
            return b"".join(raw) if file is EVENTS else self._run.read(file)

    def collecting(run: Run) -> Collected:
        with_them: Any = WithEvents(run)
        return original(with_them)

    monkeypatch.setattr(bonus_payments, "collect", collecting)


def test_a_bonus_that_only_an_event_knows_of_is_asked_for_by_assignment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = without(aged(), "3HIT00006")
    denied = {"errorCode": "AccessDenied"}
    with_events(
        monkeypatch,
        event(1, "3ASSIGN00006000"),
        event(2, "3ASSIGN00006000"),
        event(3, "3ASSIGN00003000"),
        event(4, "3ASSIGN99999999", **denied),
    )
    collect(fake, tmp_path / "snapshot")
    late = [row for row in lines(tmp_path / "snapshot", "mturk/bonus-payments.jsonl") if not row["HITId"]]
    assert [(row["AssignmentId"], row["BonusAmount"]) for row in late] == [("3ASSIGN00006000", "1.50")]
    assert [name for name in asked(fake) if name.startswith("3ASSIGN")] == ["3ASSIGN00006000"]


def test_a_hit_whose_expiration_was_moved_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = aged()
    collect(fake, tmp_path / "earlier", clock=at())
    moved = {"eventName": "UpdateExpirationForHIT", "requestParameters": {"hITId": "3HIT00003"}}
    with_events(monkeypatch, event(1, "", **moved))
    started_from(fake, tmp_path)
    assert "3HIT00003" in asked(fake)
