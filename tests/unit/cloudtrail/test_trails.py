"""What a trail was set up to log, by selectors of both kinds, and when it was stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from audit.cloudtrail.trails import Trail, decode_trails, logged_by_all

SINCE, UNTIL = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
MTURK = "mturk-requester.amazonaws.com"


def trail(**members: Any) -> Trail:
    row = {"TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/all", "IsMultiRegionTrail": True, **members}
    (found,) = decode_trails(msgspec.json.encode({"trailList": [row]}))
    return found


def basic(**members: Any) -> dict[str, Any]:
    return {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, **members}]}


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, *fields]}]
    }


@pytest.mark.parametrize(
    ("members", "writes", "reads"),
    [
        (basic(), True, True),
        (basic(ReadWriteType="WriteOnly"), True, False),
        (basic(ReadWriteType="ReadOnly"), False, True),
        (basic(IncludeManagementEvents=False), False, False),
        (basic(ExcludeManagementEventSources=["kms.amazonaws.com"]), True, True),
        (basic(ExcludeManagementEventSources=[MTURK]), False, False),
        ({"EventSelectors": []}, False, False),
        ({}, None, None),
        (advanced(), True, True),
        (advanced({"Field": "readOnly", "Equals": ["false"]}), True, False),
        (advanced({"Field": "readOnly", "Equals": ["true"]}), False, True),
        (advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]}), True, True),
        (advanced({"Field": "eventSource", "NotEquals": [MTURK]}), False, False),
        (advanced({"Field": "eventSource", "NotStartsWith": ["mturk"]}), False, False),
        (advanced({"Field": "eventSource", "EndsWith": [".amazonaws.com"]}), True, True),
        (advanced({"Field": "eventSource", "StartsWith": ["s3"]}), False, False),
        (advanced({"Field": "userIdentity.arn", "NotEquals": ["arn:aws:iam::111122223333:user/x"]}), None, None),
        (
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]},
            False,
            False,
        ),
        (basic(ReadWriteType="WriteOnly") | {"IsMultiRegionTrail": False, "HomeRegion": "eu-west-1"}, False, False),
        (basic() | {"IsMultiRegionTrail": False, "HomeRegion": "us-east-1"}, True, True),
    ],
)
def test_selectors_tell_what_is_logged_of_mechanical_turk(
    members: dict[str, Any], writes: bool | None, reads: bool | None
) -> None:
    found = trail(**members)
    assert (found.logs(reads=False), found.logs(reads=True)) == (writes, reads)


def test_of_files_from_one_of_several_trails_only_what_all_agree_on_is_known() -> None:
    both = [trail(**basic()), trail(**basic(ReadWriteType="WriteOnly"))]
    assert (logged_by_all(both, reads=False), logged_by_all(both, reads=True)) == (True, None)
    assert logged_by_all([], reads=True) is None


@pytest.mark.parametrize(
    ("status", "silent"),
    [
        (None, None),
        ({"IsLogging": True, "StartLoggingTime": "2024-01-01T00:00:00Z"}, None),
        (
            {"IsLogging": False, "StopLoggingTime": "2026-08-01T00:00:00Z"},
            ("2026-08-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        ),
        (
            {"IsLogging": True, "StopLoggingTime": "2026-08-01T09:00:00Z", "StartLoggingTime": "2026-08-03T10:00:00Z"},
            ("2026-08-01T09:00:00Z", "2026-08-03T10:00:00Z"),
        ),
        ({"IsLogging": False, "StopLoggingTime": "2026-11-01T00:00:00Z"}, None),
        (
            {"IsLogging": True, "StopLoggingTime": "2026-05-01T00:00:00Z", "StartLoggingTime": "2026-07-02T00:00:00Z"},
            ("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z"),
        ),
    ],
)
def test_the_last_stop_tells_when_nothing_was_logged(
    status: dict[str, Any] | None, silent: tuple[str, str] | None
) -> None:
    found = trail(**({} if status is None else {"Status": status})).silent(SINCE, UNTIL)
    assert found == (silent if silent is None else tuple(map(datetime.fromisoformat, silent)))


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"trailList":[{}]}', b'{"trailList":null}'])
def test_something_else_is_a_decode_error(raw: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_trails(raw)
