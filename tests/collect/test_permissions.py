"""The printed policy is what the collectors call, and nothing wider."""

from __future__ import annotations

from pathlib import Path

import botocore.session

from audit.collect.permissions import least_policy
from audit.collect.plan import COLLECTORS, planned_calls
from audit.snapshot.layout import EVENTS, EVIDENCE_FILES, WRITTEN_WITH
from tests.collect.company import company
from tests.collect.running import collect


def allowed() -> set[str]:
    return {action for statement in least_policy()["Statement"] for action in statement["Action"]}


def test_the_policy_allows_each_call_that_goes_over_the_wire_and_no_other(tmp_path: Path) -> None:
    fake = company()
    of_management = {call.permission for call in planned_calls() if call.management_only}
    collect(fake, tmp_path / "snapshot")
    prefixes = {
        "GetCallerIdentity": "sts",
        "GetAccountBalance": "mechanicalturk",
        "DescribeOrganization": "organizations",
    }
    called = {
        f"{prefixes.get(name, 'iam' if 'Account' in name or 'Policy' in name else 'mechanicalturk')}:{name}"
        for name in fake.operations()
    }
    assert called == allowed() - of_management


def test_the_policy_reads_only() -> None:
    assert all(action.partition(":")[2].startswith(("Describe", "Get", "List")) for action in allowed())
    assert not {"mechanicalturk:GetAssignment", "mechanicalturk:ListAssignmentsForHIT"} & allowed()
    assert all(statement["Effect"] == "Allow" for statement in least_policy()["Statement"])


def test_assuming_a_role_is_allowed_only_where_it_is_named() -> None:
    assert "sts:AssumeRole" not in allowed()
    statement = least_policy("audit/mturk")["Statement"][-1]
    assert (statement["Action"], statement["Resource"]) == (["sts:AssumeRole"], "arn:aws:iam::*:role/audit/mturk")


def test_every_declared_call_is_an_operation_of_its_service() -> None:
    loader = botocore.session.get_session()
    for call in planned_calls():
        assert call.operation in loader.get_service_model(call.service).operation_names
        assert call.permission.endswith(f":{call.operation}")


def test_each_kind_of_evidence_has_one_collector() -> None:
    wanted = [file for file in EVIDENCE_FILES if file not in WRITTEN_WITH]
    assert sorted(collector.FILE.name for collector in COLLECTORS) == sorted(file.name for file in wanted)
    for collector in COLLECTORS:
        if collector.FILE is not EVENTS:
            assert collector.CALLS[0].source == collector.FILE.source
