"""Right-sizing never widens, keeps what it says, and leaves other services and other principals alone.

The proposal is applied here to the account's plain JSON, and the second evaluator tries every context before and after.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.catalog.load import load_profile
from audit.evaluate.rightsize import rightsize
from audit.evaluate.rightsize_record import ChangeKind, Placement, PolicyChange, Rightsizing
from audit.model.entitlement import PolicyType, Verdict
from audit.policy.condition import context_of
from audit.policy.decision import Request, decide
from audit.snapshot.authorization import decode_authorization
from tests.property.naive import Context, Json, allowed
from tests.property.strategies import ACTIONS, TEAM, contexts, documents, keys_of
from tests.property.worlds import ACCOUNT, policy_set

PROFILE = load_profile()
NAMES = tuple(privilege.action for privilege in PROFILE.privileges)
OTHERS = ("iam:GetUser", "s3:GetObject", "ec2:RunInstances")
ON_ONE_RESOURCE = ("arn:aws:s3:::x", "arn:aws:s3:::y")
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
MAX_KEYS = 2

POLICY = f"arn:aws:iam::{ACCOUNT}:policy/"
KEPT_BY_AWS = "arn:aws:iam::aws:policy/Wide"
SUBJECTS = {
    "user": f"arn:aws:iam::{ACCOUNT}:user/subject",
    "role": f"arn:aws:iam::{ACCOUNT}:role/subject",
    "group": f"arn:aws:iam::{ACCOUNT}:group/team",
}
SESSIONS_BRING_TAGS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}],
}


@st.composite
def accounts(draw: st.DrawFn) -> Json:
    """A user in a group, a role, and a bystander; policies of their own, shared ones, and one that AWS keeps."""
    some = documents() | st.none()
    own, shared, by_aws, of_group, boundary = (draw(some) for _ in range(5))
    managed = {POLICY + "Own": own, POLICY + "Shared": shared, KEPT_BY_AWS: by_aws, POLICY + "Boundary": boundary}
    kind = draw(st.sampled_from(sorted(SUBJECTS)))
    attached = [arn for arn in (POLICY + "Own", POLICY + "Shared", KEPT_BY_AWS) if managed[arn] is not None]
    inline = [] if draw(st.booleans()) else draw(st.lists(documents(), max_size=2))
    member = {
        "UserName": "subject",
        "Arn": SUBJECTS["user"],
        "GroupList": ["team"],
        **_policies("User", kind == "user", inline, attached),
    }
    role = {
        "RoleName": "subject",
        "Arn": SUBJECTS["role"],
        "AssumeRolePolicyDocument": SESSIONS_BRING_TAGS,
        **_policies("Role", kind == "role", inline, attached),
    }
    group = {"GroupName": "team", "Arn": SUBJECTS["group"], **_policies("Group", kind == "group", inline, attached)}
    if kind != "group" and of_group is not None:
        group["GroupPolicyList"] = [{"PolicyName": "of-group", "PolicyDocument": of_group}]
    if boundary is not None:
        for bounded in (member, role):
            bounded["PermissionsBoundary"] = {"PermissionsBoundaryArn": POLICY + "Boundary"}
    bystander = {
        "RoleName": "bystander",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/bystander",
        "AttachedManagedPolicies": _attached([arn for arn in attached if not arn.endswith("Own")]),
    }
    return {
        "subject": SUBJECTS[kind],
        "UserDetailList": [member],
        "GroupDetailList": [group],
        "RoleDetailList": [role, bystander],
        "Policies": [
            {"Arn": arn, "PolicyVersionList": [{"IsDefaultVersion": True, "Document": document}]}
            for arn, document in managed.items()
            if document is not None
        ],
    }


def _policies(kind: str, subject: bool, inline: list[Json], attached: list[str]) -> Json:
    """Whoever is right-sized has the policies, the others have none of their own."""
    return {
        f"{kind}PolicyList": [
            {"PolicyName": f"inline-{number}", "PolicyDocument": document} for number, document in enumerate(inline)
        ]
        if subject
        else [],
        "AttachedManagedPolicies": _attached(attached) if subject else [],
    }


def _attached(arns: list[str]) -> list[Json]:
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]


def records(account: Json) -> Iterator[tuple[str, Json]]:
    """Every user, group and role with the name of its list of inline policies."""
    for kind in ("User", "Group", "Role"):
        for record in account[f"{kind}DetailList"]:
            yield f"{kind}PolicyList", record


def applied(account: Json, result: Rightsizing) -> Json:
    """The account after somebody did what the proposal says."""
    after = copy.deepcopy(account)
    inline, record = next((name, each) for name, each in records(after) if each["Arn"] == result.principal_arn)
    for change in result.changes:
        _apply(after, record, inline, change)
    policy = result.policy
    if policy is not None and policy.placement is Placement.INLINE:
        record[inline].append({"PolicyName": policy.name, "PolicyDocument": json.loads(bytes(policy.document))})
    elif policy is not None and policy.placement is Placement.MANAGED:
        record["AttachedManagedPolicies"] += _attached([POLICY + policy.name])
        version = {"IsDefaultVersion": True, "Document": json.loads(bytes(policy.document))}
        after["Policies"].append({"Arn": POLICY + policy.name, "PolicyVersionList": [version]})
    return after


def _apply(account: Json, record: Json, inline: str, change: PolicyChange) -> None:
    name, arn = change.policy.name, change.policy.arn
    document = None if change.document is None else json.loads(bytes(change.document))
    if change.kind is ChangeKind.LEAVE:
        return
    assert change.policy.type in (PolicyType.MANAGED, PolicyType.INLINE), "a group's policy is another's"
    if document is None and arn:
        record["AttachedManagedPolicies"] = [
            each for each in record["AttachedManagedPolicies"] if each["PolicyArn"] != arn
        ]
    elif document is None:
        record[inline] = [each for each in record[inline] if each["PolicyName"] != name]
    elif arn:
        _managed(account, arn)["Document"] = document
    else:
        next(each for each in record[inline] if each["PolicyName"] == name)["PolicyDocument"] = document


def _managed(account: Json, arn: str) -> Json:
    found: Json = next(each for each in account["Policies"] if each["Arn"] == arn)["PolicyVersionList"][0]
    return found


def policies_of(account: Json, arn: str) -> tuple[list[Json], list[list[Json]]]:
    """The identity-based policies of a user, group or role, and its boundary, as plain JSON."""
    inline, record = next((name, each) for name, each in records(account) if each["Arn"] == arn)
    holders = [(inline, record)]
    holders += [(name, each) for name, each in records(account) if each.get("GroupName") in record.get("GroupList", ())]
    identity = [policy["PolicyDocument"] for name, each in holders for policy in each.get(name, ())]
    identity += [
        _managed(account, policy["PolicyArn"])["Document"]
        for _, each in holders
        for policy in each.get("AttachedManagedPolicies", ())
    ]
    boundary = record.get("PermissionsBoundary")
    limits = [] if boundary is None else [[_managed(account, boundary["PermissionsBoundaryArn"])["Document"]]]
    return identity, limits


def proposal(account: Json, wanted: frozenset[str]) -> Rightsizing:
    """The proposal; one that does not hold is withheld, which fails the test."""
    evidence = {name: value for name, value in account.items() if name != "subject"}
    details = decode_authorization(json.dumps(evidence).encode(), "a random account")
    return rightsize(details, account["subject"], wanted, basis="random", profile=PROFILE, as_of=AS_OF)


lists = st.frozensets(st.sampled_from(ACTIONS)) | st.frozensets(st.sampled_from(NAMES), max_size=20)


@settings(max_examples=60)
@given(accounts(), lists, st.sampled_from(ACTIONS))
def test_in_every_request_it_keeps_what_it_says_and_never_widens(
    account: Json, wanted: frozenset[str], asked: str
) -> None:
    result = proposal(account, wanted)
    after = applied(account, result)
    subject = account["subject"]
    (before_identity, limits), (after_identity, after_limits) = (
        policies_of(account, subject),
        policies_of(after, subject),
    )
    assert limits == after_limits
    keys = keys_of([before_identity, *limits])
    assume(len(keys) <= MAX_KEYS)
    kept = {privilege.action for privilege in result.kept}
    removed = {privilege.action for privilege in result.removed}
    assert not kept & removed
    assert kept <= wanted
    for context in contexts(keys):
        for action in (asked, *OTHERS):
            was = allowed(before_identity, limits, action, context) == "allow"
            is_now = allowed(after_identity, limits, action, context) == "allow"
            assert was or not is_now, f"{action} is wider in {context}"
            if action in OTHERS or (action in kept and _possible(subject, context)):
                assert was == is_now, f"{action} changed in {context}"
            if action in removed and _possible(subject, context):
                assert not is_now, f"{action} is still allowed in {context}"


def _possible(subject: str, context: Context) -> bool:
    """A user without tags sends none; of a session, and of a group's members, nothing is known."""
    return "user/" not in subject or TEAM not in context


@settings(max_examples=40)
@given(accounts(), lists, st.sampled_from(ON_ONE_RESOURCE), st.data())
def test_on_single_resources_of_other_services_nothing_changes(
    account: Json, wanted: frozenset[str], resource: str, data: Any
) -> None:
    after = applied(account, proposal(account, wanted))
    subject = account["subject"]
    (before_identity, limits), (after_identity, _) = policies_of(account, subject), policies_of(after, subject)
    keys = keys_of([before_identity, *limits])
    assume(len(keys) <= MAX_KEYS)
    context = data.draw(st.sampled_from(list(contexts(keys))))
    values = context_of({key: value if isinstance(value, str) else tuple(value) for key, value in context.items()})
    boundary = limits[0] if limits else None
    for action in OTHERS:
        request = Request(principal_arn=subject, action=action, resource=resource, context=values)
        was = decide(request, policy_set(before_identity, boundary)).verdict
        is_now = decide(request, policy_set(after_identity, boundary)).verdict
        assert (was is Verdict.ALLOW) == (is_now is Verdict.ALLOW)


@settings(max_examples=40)
@given(accounts(), lists)
def test_nobody_else_has_other_policies_afterwards(account: Json, wanted: frozenset[str]) -> None:
    """But for the members of a group that is right-sized itself: they are named with what they lose."""
    result = proposal(account, wanted)
    after = applied(account, result)
    for _, record in records(account):
        arn = record["Arn"]
        if arn != account["subject"] and policies_of(account, arn) != policies_of(after, arn):
            assert account["subject"] == SUBJECTS["group"]
            assert arn == SUBJECTS["user"]
    assert {one.arn for one in result.affected} <= {SUBJECTS["user"]}
    assert not result.affected or account["subject"] == SUBJECTS["group"]


@settings(max_examples=40)
@given(accounts(), lists)
def test_it_is_the_same_each_time_and_needs_no_second_one(account: Json, wanted: frozenset[str]) -> None:
    first = proposal(account, wanted)
    assert msgspec.json.encode(first) == msgspec.json.encode(proposal(account, wanted))
    again = proposal(applied(account, first), wanted)
    assert [privilege.action for privilege in again.kept] == [privilege.action for privilege in first.kept]
    assert not again.removed
    assert again.policy is None
