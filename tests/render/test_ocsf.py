"""OCSF events follow the published schema, and say Unknown of what was not evaluated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from audit.model.result import AuditResult
from audit.render.ocsf import VERSION, render_ocsf
from tests.render.factory import empty_result, hostile_result, one_result, typical_result
from tests.render.official import ocsf_validator, problems
from tests.render.records import AS_OF
from tests.render.reviewed import GONE, reviewed_result


def events_of(result: AuditResult) -> list[dict[str, Any]]:
    return list(json.loads(render_ocsf(result)))


@pytest.mark.parametrize("make", [empty_result, one_result, typical_result, hostile_result, reviewed_result])
def test_every_event_follows_the_schema(make: Callable[[], AuditResult]) -> None:
    validator = ocsf_validator(VERSION)
    events = events_of(make())
    assert events
    assert [problem for event in events for problem in problems(validator, event)] == []


def test_the_schema_refuses_what_is_no_event() -> None:
    event = events_of(one_result())[0]
    assert problems(ocsf_validator(VERSION), {**event, "class_uid": 2004})
    assert problems(ocsf_validator(VERSION), {**event, "surprise": 1})


def test_an_event_is_a_failed_check_of_the_evidence_time() -> None:
    result = typical_result()
    for event, finding in zip(events_of(result), result.findings, strict=False):
        assert event["compliance"]["status"] == "Fail"
        assert event["time"] == AS_OF.timestamp() * 1000
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert [resource["uid"] for resource in event["resources"]] == list(finding.subjects)


def test_what_was_not_evaluated_is_unknown_and_none_that_passed() -> None:
    result = typical_result()
    unknown = [event for event in events_of(result) if event["compliance"]["status"] == "Unknown"]
    named = {resource["uid"] for event in unknown for resource in event["resources"]}
    assert set(result.not_evaluated) <= named
    assert not [event for event in events_of(result) if event["compliance"]["status"] == "Pass"]
    (event,) = events_of(empty_result())
    assert event["compliance"]["status"] == "Unknown"


def test_the_review_shows_in_status_and_activity() -> None:
    events = events_of(reviewed_result())
    assert [event["status"] for event in events[:4]] == ["Suppressed", "Suppressed", "New", "New"]
    assert [event["activity_name"] for event in events[:4]] == ["Create", "Update", "Update", "Create"]
    (gone,) = [event for event in events if event["finding_info"]["uid"] == GONE]
    assert (gone["activity_name"], gone["status"], gone["compliance"]["status"]) == ("Close", "Resolved", "Pass")
