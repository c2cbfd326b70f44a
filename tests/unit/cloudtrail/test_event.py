"""What a record says of a call: whichever case its parameters have, and whatever is withheld or odd in it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cloudtrail.event import decode_event
from audit.model.event import TrailEvent
from tests.unit.cloudtrail.records import BONUS, encoded, record


def event(**changes: Any) -> TrailEvent:
    decoded = decode_event(encoded(**changes))
    assert decoded is not None
    return decoded


def test_a_bonus_is_read_whole() -> None:
    paid = event()
    assert (paid.event_id, paid.at) == ("0c1f9a3e-1111-4222-8333-444444444444", datetime(2026, 7, 2, 10, tzinfo=UTC))
    assert (paid.action, paid.region, paid.environment) == ("mechanicalturk:SendBonus", "us-east-1", "production")
    assert (paid.worker_ids, paid.assignment_id) == (("A1WORKER000000",), "3ASSIGNMENT000000000000000001")
    assert (paid.amount, paid.token) == (Decimal("1.50"), "pay-7")
    assert (paid.performed, paid.denied, paid.read_only) == (True, False, False)
    assert (paid.source_ip, paid.user_agent) == ("203.0.113.7", "Boto3/1.40.0")


@pytest.mark.parametrize("spell", [str.upper, str.lower, str.title, lambda name: name[:1].upper() + name[1:]])
def test_the_case_of_parameters_does_not_matter(spell: Any) -> None:
    assert event(requestParameters={spell(name): value for name, value in BONUS.items()}) == event()


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("0.01", Decimal("0.01")),
        ("10", Decimal(10)),
        (1.5, Decimal("1.5")),
        (0.1, Decimal("0.1")),
        (3, Decimal(3)),
        ("", None),
        ("1,50", None),
        ("$1.50", None),
        ("-1", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e9", None),
        ("1_0", None),
        ("***", None),
        (" 1", None),
        (None, None),
        (True, None),
        ([], None),
        ({}, None),
        ("HIDDEN_DUE_TO_SECURITY_REASONS", None),
        ("9" * 5000, None),
        ("٣", None),
    ],
)
def test_an_amount_is_exact_or_none(amount: Any, read: Decimal | None) -> None:
    assert event(requestParameters=BONUS | {"bonusAmount": amount}).amount == read


@pytest.mark.parametrize(
    "withheld", ["HIDDEN_DUE_TO_SECURITY_REASONS", "REDACTED", "***", "SENSITIVE_DATA_REDACTED", None, 7, ""]
)
def test_a_worker_that_is_withheld_is_not_named(withheld: Any) -> None:
    paid = event(requestParameters=BONUS | {"workerId": withheld})
    assert (paid.worker_ids, paid.amount) == ((), Decimal("1.50"))


@pytest.mark.parametrize("parameters", [None, [], "text", 7, {"workerId": {"a": [1]}}, {"": None}])
def test_parameters_of_another_form_tell_nothing(parameters: Any) -> None:
    paid = event(requestParameters=parameters)
    assert (paid.worker_ids, paid.amount, paid.assignment_id, paid.hit_id, paid.token) == ((), None, "", "", "")


def test_several_workers_are_notified() -> None:
    told = event(eventName="NotifyWorkers", requestParameters={"workerIds": ["A1", "***", "A2"], "subject": "Hello"})
    assert told.worker_ids == ("A1", "A2")


@pytest.mark.parametrize(
    "changes",
    [
        {"requestParameters": {"hITId": "3HIT1"}},
        {"requestParameters": {"HITId": "3HIT1"}},
        {"requestParameters": {"title": "Label"}, "responseElements": {"hIT": {"hITId": "3HIT1"}}},
    ],
)
def test_the_hit_stands_in_the_request_or_in_the_answer(changes: dict[str, Any]) -> None:
    assert event(eventName="CreateHIT", **changes).hit_id == "3HIT1"


@pytest.mark.parametrize(
    ("changes", "environment"),
    [
        ({"tlsDetails": {"clientProvidedHostHeader": "mturk-requester-sandbox.us-east-1.amazonaws.com"}}, "sandbox"),
        ({"tlsDetails": {"clientProvidedHostHeader": "MTURK-REQUESTER-SANDBOX.us-east-1.amazonaws.com"}}, "sandbox"),
        ({"eventSource": "mturk-requester-sandbox.amazonaws.com", "tlsDetails": ...}, "sandbox"),
        ({"tlsDetails": ...}, "production"),
        ({"tlsDetails": None}, "production"),
        ({"tlsDetails": {"clientProvidedHostHeader": None}}, "production"),
    ],
)
def test_sandbox_and_production_are_told_apart_by_the_host(changes: dict[str, Any], environment: str) -> None:
    assert event(**changes).environment == environment


@pytest.mark.parametrize(
    ("code", "performed", "denied"),
    [
        ("AccessDenied", False, True),
        ("AccessDeniedException", False, True),
        ("RequestError", False, False),
        ("ThrottlingException", False, False),
        (403, False, False),
        ({"code": "AccessDenied"}, False, False),
        (False, False, False),
        (None, True, False),
        ("", True, False),
        (..., True, False),
    ],
)
def test_only_a_call_without_an_error_was_performed(code: Any, performed: bool, denied: bool) -> None:
    tried = event(errorCode=code)
    assert (tried.performed, tried.denied) == (performed, denied)


@pytest.mark.parametrize(
    "changes",
    [
        {"eventSource": "iam.amazonaws.com"},
        {"eventSource": "mturk-requester.amazonaws.com.example.com"},
        {"eventSource": None},
        {"eventSource": ...},
        {"eventType": "AwsCloudTrailInsight"},
        {"eventCategory": "Insight"},
    ],
)
def test_other_services_and_insights_are_no_call(changes: dict[str, Any]) -> None:
    assert decode_event(encoded(**changes)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"eventID": ...},
        {"eventID": 7},
        {"eventTime": None},
        {"eventTime": "yesterday"},
        {"eventTime": "0001-01-01T00:00:00+14:00"},
        {"eventName": ...},
    ],
)
def test_a_record_that_cannot_be_placed_is_no_record(changes: dict[str, Any]) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_event(encoded(**changes))


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b'"mturk-requester.amazonaws.com"', b"{", b"\xff", b"[" * 100_000]
)
def test_what_is_no_object_is_no_record(raw: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_event(raw)


def test_parameters_nested_without_end_are_no_crash() -> None:
    raw = encoded(requestParameters="DEEP").replace(b'"DEEP"', b'{"a":' * 50_000 + b"1" + b"}" * 50_000)
    try:
        paid = decode_event(raw)
    except msgspec.DecodeError:
        return
    assert paid is not None
    assert paid.amount is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
ESSENTIAL = {"eventID", "eventTime", "eventName", "eventSource", "eventType", "eventCategory"}


@given(data=st.data())
def test_whatever_stands_in_a_member_the_call_is_there(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(record().keys() - ESSENTIAL | {"errorCode", "errorMessage"})))
    odd = event(**{name: data.draw(JSON)})
    assert (odd.event_id, odd.action) == (event().event_id, event().action)


@given(data=st.data())
def test_whatever_byte_changes_nothing_but_a_decode_error_comes_of_it(data: st.DataObject) -> None:
    raw = bytearray(encoded())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode_event(bytes(raw))
    except msgspec.DecodeError:
        return


@given(raw=st.binary(max_size=200))
def test_garbage_is_a_decode_error(raw: bytes) -> None:
    try:
        decode_event(raw)
    except msgspec.DecodeError:
        return
