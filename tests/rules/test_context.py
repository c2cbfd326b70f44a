"""The context of the rules: every policy stands there once, with all who have it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from audit.model.entitlement import PolicyType
from audit.model.finding import Finding
from audit.model.snapshot import AccountSummary
from audit.pipeline import AuditOptions, audit_snapshot
from audit.snapshot.authorization import (
    AttachedPolicy,
    AuthorizationDetails,
    GroupDetail,
    InlinePolicy,
    ManagedPolicyDetail,
    PolicyVersion,
    UserDetail,
)
from audit.snapshot.content import AccountEvidence, Snapshot
from tests.rules.account import ACCOUNT, Json, allow, deny, full

ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
TEAM = f"arn:aws:iam::{ACCOUNT}:group/team"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/Requesters"


def raw(*statements: Json) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode({"Version": "2012-10-17", "Statement": statements}))


def team(*, inline: tuple[Json, ...] = (), managed: tuple[Json, ...] = ()) -> tuple[Finding, ...]:
    """What an audit finds of one user in one group that has these policies."""
    attached = (AttachedPolicy(policy_name="Requesters", policy_arn=POLICY),) if managed else ()
    own = (InlinePolicy(policy_name="Own", policy_document=raw(*inline)),) if inline else ()
    version = PolicyVersion(version_id="v1", is_default_version=True, document=raw(*managed))
    details = AuthorizationDetails(
        user_detail_list=(UserDetail(user_name="ann", arn=ANN, user_id="AIDAANN", group_list=("team",)),),
        group_detail_list=(
            GroupDetail(
                group_name="team",
                arn=TEAM,
                group_id="AGPATEAM",
                group_policy_list=own,
                attached_managed_policies=attached,
            ),
        ),
        role_detail_list=(),
        policies=(ManagedPolicyDetail(arn=POLICY, policy_name="Requesters", policy_version_list=(version,)),),
    )
    evidence = AccountEvidence(account=AccountSummary(account_id=ACCOUNT), authorization=details)
    snapshot = Snapshot(name="saved.json", sha256="0" * 64, manifest=None, accounts=(evidence,))
    return audit_snapshot(snapshot, AuditOptions(now=datetime(2026, 11, 23, tzinfo=UTC))).findings


STATEMENTS = (allow(full("SendBonus"), full("GrantBonus"), "crowd:*"), deny(full("DeleteHIT"), resource="arn:*"))


@pytest.mark.parametrize("kind", ["inline", "managed"])
def test_a_groups_policy_is_one_cause_for_the_group_and_its_members(kind: str) -> None:
    found = team(inline=STATEMENTS) if kind == "inline" else team(managed=STATEMENTS)
    assert sorted(finding.rule for finding in found) == [
        "can-pay-money",
        "deny-without-effect",
        "grant-on-retired-service",
        "retired-action-name",
        "uncatalogued-action",
    ]
    assert {finding.subjects for finding in found} == {(ANN,)}


def test_a_groups_inline_policy_is_named_after_the_group() -> None:
    (cause,) = next(finding for finding in team(inline=STATEMENTS) if finding.rule == "can-pay-money").causes
    assert (cause.policy.type, cause.policy.group, cause.policy.owner_arn) == (PolicyType.GROUP_INLINE, "team", TEAM)
