"""The rows of entitlements: what principals who are alike share is what each of them has by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.evaluate.actions import ActionIndex
from audit.evaluate.compiled import CompiledDocuments
from audit.evaluate.control_policies import ControlPolicies, control_policies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.entitlements import EntitlementRows
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement
from audit.snapshot.authorization import AuthorizationDetails, decode_authorization
from tests.property.naive import Json
from tests.property.organizations import BROKEN, FULL, organization
from tests.property.strategies import ACTIONS, MFA, statements
from tests.property.worlds import ACCOUNT

NAMES = ("a", "b", "c", "d")
POLICIES = tuple(f"arn:aws:iam::{ACCOUNT}:policy/{name}" for name in ("one", "two", "three"))
MISSING = f"arn:aws:iam::{ACCOUNT}:policy/missing"
OWN = (
    {"StringLike": {"aws:PrincipalArn": ["*/a", "*role/b"]}},
    {"ArnNotLike": {"aws:PrincipalArn": "arn:*:role/*"}},
    {"StringEquals": {"aws:username": "a"}},
    {"StringNotEquals": {"aws:userid": ["AIDAa", "AROAb"]}},
    {"StringEquals": {"aws:PrincipalType": "User"}},
    {"StringLike": {"aws:PrincipalTag/Team": "${aws:username}"}},
    {"StringEquals": {"aws:PrincipalTag/Team": "Lab"}},
)
"""Conditions that tell principals apart."""


@st.composite
def personal(draw: st.DrawFn) -> Json:
    statement = draw(statements())
    if draw(st.booleans()):
        # Half of them are still open for those whom they concern.
        more: tuple[Json, ...] = ({}, {"Bool": {MFA: "true"}})
        statement["Condition"] = {**draw(st.sampled_from(OWN)), **draw(st.sampled_from(more))}
    return statement


small = st.one_of(
    st.lists(personal(), min_size=1, max_size=2).map(lambda each: {"Version": "2012-10-17", "Statement": each}),
    st.sampled_from((FULL, *BROKEN)),
)


@st.composite
def accounts(draw: st.DrawFn) -> AuthorizationDetails:
    """Principals that have a few documents between them, in every way in which a document can be had."""
    documents = draw(st.lists(small, min_size=1, max_size=2))
    some = st.sampled_from(documents)

    def held(kind: str, name: str) -> Json:
        arns = draw(st.lists(st.sampled_from((*POLICIES, MISSING)), max_size=1))
        inline = draw(st.lists(some, max_size=2))
        identifier = {"User": "AIDA", "Group": "AGPA", "Role": "AROA"}[kind] + name
        return {
            f"{kind}Name": name,
            f"{kind}Id": identifier,
            "Arn": f"arn:aws:iam::{ACCOUNT}:{kind.lower()}/{name}",
            "AttachedManagedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns],
            f"{kind}PolicyList": [
                {"PolicyName": f"inline-{at}", "PolicyDocument": each} for at, each in enumerate(inline)
            ],
        }

    def bounded(record: Json) -> Json:
        arn = draw(st.none() | st.sampled_from(POLICIES))
        if arn is not None:
            boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
            record["PermissionsBoundary"] = boundary
        team = draw(st.none() | st.sampled_from(("Lab", "a")))
        return record | {"Tags": [] if team is None else [{"Key": "team", "Value": team}]}

    groups = st.lists(st.sampled_from(("a", "gone")), max_size=2, unique=True)
    details: dict[str, Any] = {
        "UserDetailList": [bounded(held("User", name)) | {"GroupList": draw(groups)} for name in NAMES[:2]],
        "GroupDetailList": [held("Group", "a")],
        "RoleDetailList": [
            bounded(held("Role", name)) | {"AssumeRolePolicyDocument": draw(st.sampled_from(TRUSTS))} for name in NAMES
        ],
        "Policies": [
            {
                "PolicyName": arn.rpartition("/")[2],
                "Arn": arn,
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": draw(some)}],
            }
            for arn in POLICIES
        ],
    }
    return decode_authorization(json.dumps(details).encode(), "a random account")


TRUSTS = tuple(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", *more]},
    }
    for more in ([], ["sts:TagSession"])
)
levels = st.lists(st.lists(small, max_size=2).map(lambda level: [FULL, *level]), max_size=2)


class Account:
    """An account whose principals are asked about."""

    def __init__(self, details: AuthorizationDetails, control: ControlPolicies, *, narrowed: bool) -> None:
        policies = AccountPolicies(details, control)
        index = ActionIndex(ACTIONS, regions=("us-east-1",))
        known = KnownContexts(policies, datetime(2026, 7, 1, tzinfo=UTC), index)
        wider = CompiledDocuments(policies.documents, ActionIndex((*ACTIONS, "s3:GetObject", "iam:GetRole")))
        self.holders = policies.holders
        self.evaluator = EffectivePermissions(policies, index, known, wider=wider if narrowed else None)
        self.rows = EntitlementRows(self.evaluator, ShownDocuments())

    def of(self, at: int) -> list[Entitlement]:
        holder = self.holders[at]
        return self.rows.of(holder, self.evaluator.of(holder, denials=False))


@settings(max_examples=60)
@given(accounts(), levels)
def test_what_is_shared_is_what_each_has_by_itself(details: AuthorizationDetails, above: list[list[Json]]) -> None:
    texts: list[list[str | None]] = [[json.dumps(each) for each in level] for level in above]
    control = control_policies(organization(texts), ACCOUNT) if texts else ControlPolicies(exempt="none")
    together = Account(details, control, narrowed=True)
    for at, holder in enumerate(together.holders):
        alone = Account(details, control, narrowed=False)
        assert _without_document_ids(together.of(at)) == _without_document_ids(alone.of(at)), holder.arn


def _without_document_ids(rows: list[Entitlement]) -> list[Any]:
    """Documents are numbered in the order in which they are shown."""
    return [
        (
            row.principal_arn,
            row.action,
            row.verdict,
            row.conditions,
            *[
                [
                    (each.policy.type, each.policy.label, each.policy.arn, each.policy.owner_arn, each.index, each.sid)
                    for each in statements
                ]
                for statements in (row.grants, row.limited_by)
            ],
        )
        for row in rows
    ]
