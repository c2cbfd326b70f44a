"""The printed policy is what the collectors call, and nothing wider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.session
import msgspec

from audit.collect import events
from audit.collect.interface import OF_ACCOUNT, OF_CALLER, EventOptions
from audit.collect.permissions import least_policy
from audit.collect.plan import COLLECTORS, planned_calls
from audit.snapshot.layout import ALL_FILES, EVENTS, ORGANIZATION_FILES, WRITTEN_WITH
from tests.collect.company import company
from tests.collect.running import collect


def allowed() -> set[str]:
    return {action for statement in least_policy()["Statement"] for action in statement["Action"]}


def test_the_policy_allows_each_call_that_goes_over_the_wire_and_no_other(tmp_path: Path) -> None:
    fake = company()
    of_management = {call.permission for call in planned_calls() if call.management_only}
    collect(fake, tmp_path / "snapshot")
    prefixes = {call.operation: call.permission.partition(":")[0] for call in planned_calls()}
    called = {f"{prefixes[name]}:{name}" for name in fake.operations()}
    # The account has no trail whose settings could be asked for.
    unasked = {"cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"}
    assert called == allowed() - of_management - unasked


def test_the_policy_reads_only() -> None:
    prepared = {"iam:GenerateCredentialReport", "iam:GenerateServiceLastAccessedDetails"}
    reads = ("Describe", "Get", "List", "Lookup")
    assert all(action.partition(":")[2].startswith(reads) for action in allowed() - prepared)
    assert not {"mechanicalturk:GetAssignment", "mechanicalturk:ListAssignmentsForHIT"} & allowed()
    assert all(statement["Effect"] == "Allow" for statement in least_policy()["Statement"])


def test_assuming_a_role_is_allowed_only_where_it_is_named() -> None:
    assert "sts:AssumeRole" not in allowed()
    statement = least_policy("audit/mturk")["Statement"][-1]
    assert (statement["Action"], statement["Resource"]) == (["sts:AssumeRole"], "arn:aws:iam::*:role/audit/mturk")


def test_every_declared_call_is_an_operation_of_its_service() -> None:
    loader = botocore.session.get_session()
    for call in (*planned_calls(), *events.CALLS):
        assert call.operation in loader.get_service_model(call.service).operation_names
        assert call.permission.endswith(f":{call.operation}") or call.operation == "ListObjectsV2"


def test_each_kind_of_evidence_has_one_collector() -> None:
    wanted = [file for file in ALL_FILES if file not in (*WRITTEN_WITH, *ORGANIZATION_FILES)]
    assert sorted(collector.FILE.name for collector in COLLECTORS) == sorted(file.name for file in wanted)
    for collector in COLLECTORS:
        if collector.FILE is not EVENTS:
            assert collector.FILE.source in {call.source for call in collector.CALLS}


def statements(road: EventOptions) -> dict[str, Any]:
    return {each["Sid"]: each for each in least_policy(road=road)["Statement"]}


def test_a_bucket_is_read_below_the_trails_prefix_only() -> None:
    told = statements(EventOptions(trail="s3://example-trail/audit/logs/AWSLogs/o-a1b2c3d4e5"))
    assert told["ListLogFiles"]["Resource"] == "arn:aws:s3:::example-trail"
    assert told["ListLogFiles"]["Condition"] == {"StringLike": {"s3:prefix": "audit/logs/AWSLogs/*"}}
    assert told["ReadLogFiles"]["Resource"] == "arn:aws:s3:::example-trail/audit/logs/AWSLogs/*"
    actions = {action for each in told.values() for action in each["Action"]}
    assert "cloudtrail:LookupEvents" not in actions
    assert not {action for action in actions if action.startswith(("athena", "glue"))}


def test_a_trail_that_another_account_reads_is_no_part_of_the_callers_policy() -> None:
    for road in (EventOptions(trail="s3://example-trail"), EventOptions(athena_table="audit.trail")):
        for reader, is_callers in ((OF_CALLER, True), (OF_ACCOUNT, True), ("666677778888", False)):
            chosen = msgspec.structs.replace(road, reader=reader)
            actions = {
                action
                for each in least_policy("audit/mturk-audit", chosen)["Statement"]
                for action in each["Action"]
                if action.startswith(("s3", "athena", "glue"))
            }
            assert bool(actions) == is_callers
            assert {"s3", "athena"} & {sid.partition(":")[0] for sid in _actions(least_policy(road=chosen))}


def _actions(policy: dict[str, Any]) -> set[str]:
    return {action for each in policy["Statement"] for action in each["Action"]}


def test_athena_is_allowed_only_where_it_is_asked_for_and_makes_a_table_only_where_that_is() -> None:
    searched = EventOptions(athena_table="audit.trail", athena_output="s3://results/x", athena_workgroup="review")
    told = statements(searched)
    assert told["SearchWithAthena"]["Resource"] == "arn:aws:athena:us-east-1:*:workgroup/review"
    assert "arn:aws:glue:us-east-1:*:table/audit/trail" in told["FindTable"]["Resource"]
    assert "glue:CreateTable" not in told["FindTable"]["Action"]
    assert told["KeepResults"]["Resource"] == "arn:aws:s3:::results/x/*"
    made = statements(msgspec.structs.replace(searched, athena_create_table="s3://example-trail"))
    assert "glue:CreateTable" in made["FindTable"]["Action"]
    assert made["ReadLogFiles"]["Resource"] == "arn:aws:s3:::example-trail/AWSLogs/*"
    assert not {sid for sid in statements(EventOptions(off=True)) if "Log" in sid or "Athena" in sid}
