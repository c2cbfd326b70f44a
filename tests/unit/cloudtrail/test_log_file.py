"""One log file: whatever it holds, the events in it are found, and what is damaged is said to be."""

from __future__ import annotations

import gzip
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cloudtrail.log_file import FileReading, read_log_file
from tests.unit.cloudtrail.records import encoded, record
from tests.unit.cloudtrail.trail_files import OTHER, log_file

MIXED = [OTHER, record(eventID="a"), OTHER, record(eventID="b"), OTHER]


def ids(reading: FileReading) -> list[str]:
    return [found.event.event_id for found in reading.events]


def test_the_records_of_mechanical_turk_are_found_among_others() -> None:
    reading = read_log_file(log_file(MIXED))
    assert (ids(reading), reading.whole) == (["a", "b"], True)
    assert [msgspec.json.decode(found.raw) for found in reading.events] == [MIXED[1], MIXED[3]]


@pytest.mark.parametrize("records", [[], [OTHER], [OTHER | {"requestParameters": {"policy": "mturk-requester"}}]])
def test_a_file_without_any_is_whole(records: list[dict[str, object]]) -> None:
    assert read_log_file(log_file(records)) == FileReading((), whole=True)


@pytest.mark.parametrize("text", [False, True], ids=["one line", "indented"])
def test_an_unpacked_file_is_read_too(text: bool) -> None:
    raw = msgspec.json.encode({"Records": MIXED})
    assert ids(read_log_file(msgspec.json.format(raw) if text else raw)) == ["a", "b"]


def test_packed_pieces_in_a_row_and_padding_are_one_file() -> None:
    raw = msgspec.json.encode({"Records": MIXED})
    pieces = gzip.compress(raw[:700]) + gzip.compress(raw[700:705]) + gzip.compress(raw[705:])
    assert read_log_file(pieces) == read_log_file(log_file(MIXED))
    assert read_log_file(pieces + bytes(512)) == read_log_file(log_file(MIXED))


def test_the_mark_is_found_wherever_pieces_are_cut() -> None:
    """Stored blocks of a few bytes come out of the unpacker in pieces; the name may lie across two of them."""
    raw = msgspec.json.encode({"Records": [record(eventID="a")]})
    for cut in range(len(raw)):
        pieces = gzip.compress(raw[:cut], 0) + gzip.compress(raw[cut:], 0)
        assert ids(read_log_file(pieces)) == ["a"]


@given(data=st.data())
def test_a_file_that_is_cut_off_is_used_up_to_the_cut_and_damaged(data: st.DataObject) -> None:
    raw = log_file([record(eventID=str(number)) for number in range(30)])
    cut = data.draw(st.integers(0, len(raw) - 1))
    reading = read_log_file(raw[:cut])
    assert not reading.whole
    unpacked = zlib.decompressobj(31).decompress(raw[:cut]) if cut else b""
    assert ids(reading) == [str(number) for number in range(30) if encoded(eventID=str(number)) in unpacked]


@given(data=st.data())
def test_a_file_with_a_changed_byte_is_never_used_and_read_as_whole_with_other_events(data: st.DataObject) -> None:
    raw = bytearray(log_file(MIXED))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    reading = read_log_file(bytes(raw))
    assert reading == read_log_file(log_file(MIXED)) if reading.whole else ids(reading) in ([], ["a"], ["a", "b"])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        gzip.compress(b""),
        b"<html><body>mturk-requester</body></html>",
        gzip.compress(b"<Error><Code>AccessDenied</Code></Error>"),
        gzip.compress(b"[]"),
        gzip.compress(b'{"Records":null,"mturk-requester":1}'),
        gzip.compress(b'{"Records":[{"eventID":"' + b"\xff" * 9 + b'mturk-requester"}]}'),
        gzip.compress(b'{"Records":' + b"[" * 90_000 + b"mturk-requester"),
        log_file(MIXED) + b"junk",
    ],
    ids=range(9),
)
def test_what_is_no_log_file_is_damaged(raw: bytes) -> None:
    assert not read_log_file(raw).whole


def test_a_record_that_cannot_be_read_damages_its_file_and_costs_no_other() -> None:
    good, odd = encoded(eventID="a"), encoded(eventID="b").replace(b"payer", b"pay\xffer")
    reading = read_log_file(gzip.compress(b'{"Records":[' + odd + b"," + good + b',{"eventID":}]}'))
    assert (ids(reading), reading.whole) == (["a"], False)
    nameless = read_log_file(log_file([record(eventID=...), record(eventID="a")]))
    assert (ids(nameless), nameless.whole) == (["a"], False)


@given(raw=st.binary(max_size=300))
def test_garbage_never_crashes(raw: bytes) -> None:
    for content in (
        raw,
        gzip.compress(raw),
        b"\x1f\x8b" + raw,
        gzip.compress(b'{"Records":[' + raw + b"mturk-requester"),
    ):
        assert read_log_file(content).events == ()


def test_a_file_that_unpacks_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.cloudtrail.log_file._LARGEST", 1_000_000)
    bomb = gzip.compress(b'{"Records":[' + bytes(5_000_000) + b"mturk-requester]}")
    assert read_log_file(bomb) == FileReading((), whole=False)
