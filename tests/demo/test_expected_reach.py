"""What is expected of reach names principals that exist, and the local AWS itself lets the chains be walked."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from audit.demo.company import example_company
from audit.demo.expected_reach import ClosedEntrance, ExpectedEntrance, ExpectedPath, expected_reach
from audit.demo.moto_iam import backend_of
from audit.demo.server import LocalAws, local_aws
from audit.policy.parse import parse_document
from tests.demo.building import Clients, clients

REACH = expected_reach()
COMPANY = example_company()
TRUSTS = {
    role.arn: parse_document(bytes(role.assume_role_policy_document), resource_based=True)
    for account in COMPANY.accounts
    for role in account.authorization.role_detail_list
}
ARNS = {
    *TRUSTS,
    *(user.arn for account in COMPANY.accounts for user in account.authorization.user_detail_list),
    *(group.arn for account in COMPANY.accounts for group in account.authorization.group_detail_list),
}


@pytest.fixture(scope="module")
def aws() -> Any:
    with local_aws(COMPANY) as running:
        yield running


def test_everybody_who_is_named_exists() -> None:
    named = {
        *(arn for row in REACH.paths for arn in row.path),
        *(entrance.role for entrance in REACH.entrances),
        *(arn for refusal in REACH.refusals for arn in (refusal.principal, refusal.role)),
        *(arn for near in REACH.near_misses for arn in (near.principal, near.target)),
        *(closed.role for closed in REACH.closed_entrances),
        *(deleted.role for deleted in REACH.deleted),
    }
    assert named - ARNS == set()


def test_nobody_is_expected_to_reach_and_not_to_reach() -> None:
    assert {row.start for row in REACH.paths} & {row.principal for row in REACH.near_misses} == set()


def test_chains_of_one_two_and_three_hops_and_every_family_of_escalation_are_planted() -> None:
    assumed = [row for row in REACH.paths if row.kind == "sts:AssumeRole"]
    assert {len(row.path) - 1 for row in assumed} == {1, 2, 3}
    assert any(len({arn.split(":")[4] for arn in row.path}) > 1 for row in assumed)
    assert len({row.technique for row in REACH.paths if row.technique}) == 15
    assert len({row.reason for row in REACH.near_misses}) >= 10


def test_entrances_stand_in_the_trust_policies_of_their_roles() -> None:
    rows: tuple[ExpectedEntrance | ClosedEntrance, ...] = (*REACH.entrances, *REACH.closed_entrances)
    for row in rows:
        principals = [value for each in TRUSTS[row.role].statements for _, value in each.principals or ()]
        clauses = [value for each in TRUSTS[row.role].statements for clause in each.clauses for value in clause.values]
        assert any(row.outside in value for value in (*principals, *clauses)), row.role
    for deleted in REACH.deleted:
        (statement,) = TRUSTS[deleted.role].statements
        assert statement.principals == (("AWS", deleted.unique_id),)


def _session(aws: LocalAws, made: Clients, arn: str) -> Any:
    """STS as the principal itself: by a new key of a user, by a session of a role that a test role opens."""
    account_id, _, resource = arn.removeprefix("arn:aws:iam::").partition(":")
    name = resource.rpartition("/")[2]
    if resource.startswith("user/"):
        key = backend_of(account_id).create_access_key(name)
        return made.make("sts", key=key.access_key_id)
    role = next(role for role in backend_of(account_id).roles.values() if role.arn == arn)
    trust, role.assume_role_policy_document = (
        role.assume_role_policy_document,
        (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, '
            '"Action": "sts:AssumeRole"}]}'
        ),
    )
    try:
        with clients(aws, account_id) as ours:
            return made.make("sts", session=_assume(ours.sts, arn))
    finally:
        role.assume_role_policy_document = trust


def _assume(sts: Any, arn: str) -> Any:
    return sts.assume_role(RoleArn=arn, RoleSessionName="walk")["Credentials"]


WALKED = [row for row in REACH.paths if row.kind == "sts:AssumeRole" and row.verdict != "conditional"]


@pytest.mark.parametrize("row", WALKED, ids=lambda row: f"{row.start[-20:]}-{row.holder[-12:]}")
def test_a_chain_can_be_walked(row: ExpectedPath, aws: LocalAws) -> None:
    with clients(aws, row.start.split(":")[4]) as made:
        sts = _session(aws, made, row.start)
        for arn in row.path[1:]:
            sts = made.make("sts", session=_assume(sts, arn))
        assert sts.get_caller_identity()["Arn"].split("/")[1] == row.holder.rpartition("/")[2]


@pytest.mark.parametrize("row", REACH.refusals, ids=lambda row: row.refused_by)
def test_a_refused_assumption_is_refused(row: Any, aws: LocalAws) -> None:
    with clients(aws, row.principal.split(":")[4]) as made:
        sts = _session(aws, made, row.principal)
        with pytest.raises(ClientError, match="AccessDenied"):
            _assume(sts, row.role)
