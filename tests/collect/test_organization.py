"""The organization's two files: read through its pages, denied, not in use, or only in part."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from audit.collect.interface import AccountOptions
from audit.demo.account import Company
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.wire import Call
from audit.model.organization import NOT_READ, Organization
from audit.model.snapshot import Manifest
from audit.snapshot.reader import open_input
from tests.collect.many_accounts import (
    FAR,
    FULL,
    INNER,
    MANAGEMENT,
    NEAR,
    ROOT,
    UNIT,
    company,
    organization,
    serving_company,
)
from tests.collect.many_accounts import collect_accounts as collect
from tests.collect.running import evidence

ALONE = AccountOptions()
SOURCES = ("organizations:DescribeOrganization", "organizations:ListPolicies")


def read(out: Path) -> Organization:
    found = open_input(out).organization
    assert found is not None
    return found


def gaps(manifest: Manifest) -> list[tuple[str, str, str]]:
    """Those of the organization."""
    return [(gap.source, str(gap.reason), gap.item) for gap in manifest.gaps if not gap.account_id]


def test_the_organization_reads_back_as_it_is(tmp_path: Path) -> None:
    with serving_company():
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    assert gaps(manifest) == []
    assert read(tmp_path / "snapshot") == organization()


def test_documents_stay_the_text_that_aws_gave(tmp_path: Path) -> None:
    with serving_company():
        collect(tmp_path / "snapshot", accounts=ALONE)
    policies = {policy.id: policy for policy in read(tmp_path / "snapshot").policies or ()}
    assert "\n" in (policies["p-00000001"].document or "")


def test_pages_of_twenty_and_empty_ones_are_followed_to_the_end(tmp_path: Path) -> None:
    tree = organization(units=45)
    empty = [
        Planned(operation=f"organizations:{name}", fault=Fault.EMPTY_PAGE, times=3)
        for name in ("ListRoots", "ListOrganizationalUnitsForParent", "ListPolicies", "ListPoliciesForTarget")
    ]
    with serving_company(company(tree=tree), faults=FaultPlan(empty)) as aws:
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
        assert aws.count("organizations:ListOrganizationalUnitsForParent") > 47
    assert gaps(manifest) == []
    assert read(tmp_path / "snapshot") == tree


def test_an_account_in_no_organization_has_an_empty_record_and_no_gap(tmp_path: Path) -> None:
    served = company()
    lonely = Company(name=served.name, as_of=served.as_of, accounts=served.accounts)
    with serving_company(lonely):
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    assert gaps(manifest) == []
    assert not read(tmp_path / "snapshot").in_use
    assert read(tmp_path / "snapshot").policies == ()


def denied(call: Call) -> Fault | None:
    open_to_all = call.operation == "DescribeOrganization"
    return Fault.ACCESS_DENIED if call.service == "organizations" and not open_to_all else None


def test_a_member_knows_its_organization_and_says_that_scps_are_unknown(tmp_path: Path) -> None:
    with serving_company(faults=denied):
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    assert gaps(manifest) == [(SOURCES[0], "denied", "the tree"), (SOURCES[1], "denied", "")]
    refused = [gap for gap in manifest.gaps if gap.source in SOURCES]
    assert all("SCPs unknown: every privilege is an upper bound" in gap.detail for gap in refused)
    found = read(tmp_path / "snapshot")
    assert (found.id, found.management_account_id) == ("o-ab12", MANAGEMENT)
    assert (found.nodes, found.policies, found.scps_enabled) == (None, None, None)


def test_where_nothing_of_it_may_be_read_there_is_no_file_and_two_gaps(tmp_path: Path) -> None:
    plan = FaultPlan([Planned(operation=SOURCES[0], fault=Fault.ACCESS_DENIED, times=None)])
    with serving_company(faults=plan) as aws:
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
        assert aws.count("organizations:ListPolicies") == 0, "whoever may not read the tree is not asked again"
    assert gaps(manifest) == [(SOURCES[0], "denied", ""), (SOURCES[1], "denied", "")]
    assert open_input(tmp_path / "snapshot").organization is None


def test_a_policy_type_that_is_not_enabled_is_told_and_not_asked_for(tmp_path: Path) -> None:
    tree = msgspec.structs.replace(organization(), scps_enabled=False, rcps_enabled=False)
    with serving_company(company(tree=tree)) as aws:
        collect(tmp_path / "snapshot", accounts=ALONE)
        assert aws.count("organizations:ListPoliciesForTarget") == 0
    found = read(tmp_path / "snapshot")
    assert (found.scps_enabled, found.rcps_enabled, found.policies) == (False, False, ())
    assert all(node.scp_ids == () for node in found.nodes or ())


def test_what_is_attached_and_cannot_be_read_is_unknown_and_not_nothing(tmp_path: Path) -> None:
    def fault(call: Call) -> Fault | None:
        attached = call.operation == "ListPoliciesForTarget" and call.parameters["TargetId"] == UNIT
        return Fault.SERVER_ERROR if attached and call.parameters["Filter"].startswith("SERVICE") else None

    with serving_company(faults=fault):
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    assert gaps(manifest) == [(SOURCES[0], "failed", f"SERVICE_CONTROL_POLICY of {UNIT}")]
    nodes = {node.id: node for node in read(tmp_path / "snapshot").nodes or ()}
    assert nodes[UNIT].scp_ids == (NOT_READ,)
    assert nodes[INNER].scp_ids == (FULL,)


def test_a_branch_that_cannot_be_listed_is_a_gap_and_the_rest_is_there(tmp_path: Path) -> None:
    def fault(call: Call) -> Fault | None:
        listed = call.operation == "ListOrganizationalUnitsForParent" and call.parameters["ParentId"] == UNIT
        return Fault.ACCESS_DENIED if listed else None

    with serving_company(faults=fault):
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    assert gaps(manifest) == [(SOURCES[0], "denied", f"OrganizationalUnits of {UNIT}")]
    found = read(tmp_path / "snapshot")
    assert [node.id for node in found.path(NEAR)] == [ROOT, UNIT, NEAR]
    assert found.path(FAR) == ()


@pytest.mark.parametrize("name", ["DescribePolicy", "ListPolicies"])
def test_policies_that_cannot_be_read_are_gaps_that_name_them(tmp_path: Path, name: str) -> None:
    def fault(call: Call) -> Fault | None:
        wanted = call.parameters.get("PolicyId") == "p-00000001" or call.parameters.get("Filter", "").startswith("SER")
        return Fault.HTML_BODY if call.operation == name and wanted else None

    with serving_company(faults=fault):
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    item = "p-00000001" if name == "DescribePolicy" else "SERVICE_CONTROL_POLICY"
    assert gaps(manifest) == [(SOURCES[1], "failed", item)]
    policies = {policy.id: policy.document for policy in read(tmp_path / "snapshot").policies or ()}
    assert policies.get("p-00000001") is None
    assert policies["p-00000002"]


def test_delegated_administrators_that_are_denied_are_a_gap_of_their_own(tmp_path: Path) -> None:
    plan = FaultPlan([Planned(operation="organizations:ListDelegatedAdministrators", fault=Fault.ACCESS_DENIED)])
    with serving_company(faults=plan):
        manifest = collect(tmp_path / "snapshot", accounts=ALONE)
    assert gaps(manifest) == [(SOURCES[0], "denied", "delegated administrators")]
    assert "upper bound" not in manifest.gaps[0].detail


def test_faults_that_pass_cost_nothing(tmp_path: Path) -> None:
    with serving_company():
        collect(tmp_path / "whole", accounts=ALONE)
    faults = [
        Planned(operation=f"organizations:{name}", fault=fault, times=2)
        for name, fault in (
            ("DescribeOrganization", Fault.HTML_BODY),
            ("ListRoots", Fault.TRUNCATED_BODY),
            ("ListAccountsForParent", Fault.THROTTLED),
            ("ListPoliciesForTarget", Fault.SERVER_ERROR),
            ("DescribePolicy", Fault.UNAVAILABLE),
        )
    ]
    with serving_company(faults=FaultPlan(faults)):
        collect(tmp_path / "snapshot", accounts=ALONE)
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")
