"""Random mixes of faults, and the law that each of them leaves: a file is whole, or a gap names what it lacks."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from audit.cloudtrail.event import decode_event
from audit.demo.faults import Fault
from audit.demo.wire import Call
from audit.model.error import CollectError
from audit.model.snapshot import Gap
from audit.snapshot.layout import (
    ACCOUNT_SOURCES,
    ALL_FILES,
    ASSIGNMENT_ITEM,
    AUTHORIZATION_DETAILS,
    BONUS_PAYMENTS,
    EVENT_COVERAGE,
    EVENTS,
    HITS,
    MANIFEST,
    SERVICE_LAST_ACCESSED,
    WORKER_BLOCKS,
    WRITTEN_WITH,
    EvidenceFile,
)
from audit.snapshot.reader import open_input, read_manifest
from tests.collect.running import evidence
from tests.collect.trail_company import DELIVERED_AFTER

FAULTS = (
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.ACCESS_DENIED,
    Fault.TRUNCATED_BODY,
    Fault.HTML_BODY,
    Fault.EMPTY_PAGE,
    Fault.REPEATED_TOKEN,
    Fault.CYCLIC_TOKEN,
    Fault.EXPIRED_CREDENTIALS,
    Fault.DROPPED,
)
"""All but those that say something of the account or of a HIT, and a hang, which takes its time and ends as a drop."""
_MOST_STARTS = 1000


class Mix:
    """A fault, or none, for each call: settled by the seed, the call and how often it came."""

    def __init__(self, seed: int, odds: int, spared: Iterable[str] = ()) -> None:
        """One call in `odds` meets a fault. Those of the operations `spared` meet none."""
        self._seed = seed
        self._odds = odds
        self._spared = frozenset(spared)
        self._attempts = Counter[str]()
        self._lock = Lock()

    def __call__(self, call: Call) -> Fault | None:
        name = f"{call.account_id} {call.name} {sorted(call.parameters.items(), key=str)}"
        with self._lock:
            self._attempts[name] += 1
            attempt = self._attempts[name]
        digest = hashlib.sha256(f"{self._seed} {name} {attempt}".encode()).digest()
        index = int.from_bytes(digest[:4], "big") % (len(FAULTS) * self._odds)
        return FAULTS[index] if index < len(FAULTS) and call.operation not in self._spared else None


def until_finished(collect: Callable[[], object]) -> None:
    """Start the same collection as often as it stops, as its sentence asks for."""
    for _ in range(_MOST_STARTS):
        try:
            collect()
        except CollectError as error:
            if "start the same command again" not in str(error):
                raise
        else:
            return
    raise AssertionError(f"it did not come to its end in {_MOST_STARTS} starts")


def check_law(out: Path, whole: dict[str, bytes]) -> None:
    """Hold the snapshot `out` to `whole`, the evidence of the same company without a fault."""
    found = evidence(out)
    gaps = read_manifest(out)[0].gaps
    snapshot = open_input(out)
    told = {(gap.account_id, gap.source) for gap in gaps}
    assert {(gap.account_id, gap.source) for gap in snapshot.gaps} <= told, "the manifest explains all that is missing"
    accounts = ["", *(each.account.account_id for each in snapshot.accounts)]
    expected_gaps = {_key(gap) for gap in msgspec.json.decode(whole[MANIFEST], type=_Gaps).gaps}
    for account_id in accounts:
        for file in ALL_FILES:
            path = file.path(account_id)
            sources = {file.source, WRITTEN_WITH.get(file, file).source, *ACCOUNT_SOURCES}
            own = [gap for gap in gaps if gap.account_id == account_id and gap.source in sources]
            new = [gap for gap in own if _key(gap) not in expected_gaps]
            if found.get(path) != whole.get(path):
                others = [gap for gap in gaps if gap.account_id == account_id and gap.source not in sources]
                _check_named(file, found.get(path), whole.get(path), new, others, found, account_id)
    assert {path for path in found if path not in whole} <= {
        file.path(account_id) for account_id in accounts for file in ALL_FILES
    }
    for account in snapshot.accounts:
        paid = [(payment.assignment_id, payment.granted_at) for payment in account.bonus_payments or ()]
        assert len(paid) == len(set(paid)), "none twice"
    if found[MANIFEST] == whole[MANIFEST]:
        assert found == whole


class _Gaps(msgspec.Struct):
    gaps: tuple[Gap, ...]


def _key(gap: Gap) -> tuple[str, str, str]:
    return (gap.account_id, gap.source, gap.item)


def _check_named(
    file: EvidenceFile,
    raw: bytes | None,
    whole: bytes | None,
    own: list[Gap],
    others: list[Gap],
    found: dict[str, bytes],
    account_id: str,
) -> None:
    """What the file lacks is named; what it holds is in the whole, no line of it more often."""
    path = file.path(account_id)
    leaning = [gap for gap in others if (file, gap.source) in _LEANS]
    assert own or leaning, f"{path} differs and no gap says so"
    if not file.name.endswith(".jsonl") or any(gap.source in ACCOUNT_SOURCES for gap in own):
        return
    assert own or raw is not None, f"{path} is not there and no gap of its own says so"
    there, wanted = _lines(file, raw or b""), _lines(file, whole or b"")
    lines = Counter(key for key, _ in there)
    if not (file is SERVICE_LAST_ACCESSED and leaning):  # of whom a policy is not known, one is asked about too
        assert not lines - Counter(key for key, _ in wanted), f"{path} holds what there is not"
    hits = {row["HITId"] for row in _decoded(found.get(HITS.path(account_id), b""))}
    missing_days = _missing_days(found.get(EVENT_COVERAGE.path(account_id)))
    for key, line in wanted:
        if lines[key]:
            lines[key] -= 1
            continue
        named = any(_names(file, line, gap.item, hits, missing_days) for gap in own)
        lost = file is BONUS_PAYMENTS and bool(leaning) and msgspec.json.decode(line)["HITId"] not in hits
        assert named or lost, f"{path} lacks {line.decode()}, and no gap names it: {[gap.item for gap in own]}"


_LEANS = {
    (BONUS_PAYMENTS, EVENTS.source),
    (SERVICE_LAST_ACCESSED, AUTHORIZATION_DETAILS.source),
}
"""Whose items come from the evidence of another source: bonuses of HITs that are listed no more, from events."""


def _names(file: EvidenceFile, line: bytes, item: str, hits: set[str], missing_days: set[str]) -> bool:
    """Whether a gap of `item` tells that `line` is missing."""
    if not item or (item.startswith("page ") and file in (HITS, WORKER_BLOCKS, EVENTS)):
        return True
    row = msgspec.json.decode(line)
    if file is BONUS_PAYMENTS:
        unlisted = item == "the HITs that were not listed" and row["HITId"] not in hits
        return unlisted or item in (row["HITId"], ASSIGNMENT_ITEM + row["AssignmentId"])
    if file is HITS:
        return item == "the HITs that were not listed"
    if file is SERVICE_LAST_ACCESSED:
        return item in (row["Arn"], "the principals that were not listed")
    if file is EVENTS:
        event = decode_event(line)
        assert event is not None
        delivered = (event.at + DELIVERED_AFTER).date()
        sandbox = item.startswith("the sandbox's events") and event.environment == "sandbox"
        of_file = f"/{delivered:%Y/%m/%d}/" in item or delivered in _days_of(item)
        return of_file or sandbox or event.at.date().isoformat() in missing_days
    return False


def _days_of(item: str) -> set[date]:
    """The days that `2026-08-03, 2026-08-10 to 2026-08-12` names; none of another item."""
    found = set()
    for part in item.split(", "):
        ends = [date.fromisoformat(end) for end in part.split(" to ") if re.fullmatch(r"\d{4}-\d\d-\d\d", end)]
        if ends:
            found |= {ends[0] + timedelta(days=number) for number in range((ends[-1] - ends[0]).days + 1)}
    return found


def _lines(file: EvidenceFile, raw: bytes) -> list[tuple[bytes, bytes]]:
    """Each line after what it is known by: a payment without its HIT, which is not told of an assignment by itself."""
    if file is not BONUS_PAYMENTS:
        return [(line, line) for line in raw.splitlines()]
    rows = [(msgspec.json.decode(line), line) for line in raw.splitlines()]
    return [(msgspec.json.encode(row | {"HITId": ""}, order="sorted"), line) for row, line in rows]


def _decoded(raw: bytes) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in raw.splitlines()]


def _missing_days(raw: bytes | None) -> set[str]:
    return set(msgspec.json.decode(raw)["missing_days"]) if raw is not None else set()
