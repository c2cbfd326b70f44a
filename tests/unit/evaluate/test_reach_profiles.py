"""Who has a profile in common, and who has not."""

from __future__ import annotations

import json

import pytest

from audit.evaluate.control_policies import control_policies
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.reach_actions import reach_index
from audit.evaluate.reach_caller import Callers
from audit.evaluate.reach_population import Population, ReachAccount
from audit.evaluate.reach_profiles import Profiles
from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from audit.snapshot.authorization import decode_authorization
from tests.property.naive import Json
from tests.property.reach_worlds import AS_OF, document

ACCOUNT = "111122223333"
EVERYTHING: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PASSING: Json = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/a"}
UNRELATED: Json = {"Effect": "Allow", "Action": ["iam:*", "s3:GetObject"], "Resource": "*"}
READING: Json = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
FROM_HOME: Json = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
NOT_ADMINS: Json = {"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin-*"}}}


def population(policies: dict[str, list[Json]], scp: Json | None = None) -> Population:
    """Roles by name, each with one inline policy of these statements."""
    roles: list[Json] = [
        {
            "RoleName": name,
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "AssumeRolePolicyDocument": document([]),
            "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document(statements)}],
        }
        for name, statements in policies.items()
    ]
    details = {"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": roles}
    organization = None if scp is None else _organization(scp)
    read = AccountPolicies(
        decode_authorization(json.dumps(details).encode(), "roles"), control_policies(organization, ACCOUNT)
    )
    return Population([ReachAccount(ACCOUNT, read, reach_index(), AS_OF)])


def _organization(scp: Json) -> Organization:
    text = json.dumps(document([EVERYTHING, scp]))
    return Organization(
        id="o-1",
        nodes=(
            OrganizationNode(id="r-1", type=NodeType.ROOT, scp_ids=("p-1",)),
            OrganizationNode(id=ACCOUNT, type=NodeType.ACCOUNT, parent_id="r-1", scp_ids=("p-1",)),
        ),
        policies=(ControlPolicy(id="p-1", arn="", name="scp", type="SCP", document=text),),
        scps_enabled=True,
        rcps_enabled=False,
    )


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param([EVERYTHING], [EVERYTHING, READING], True, id="what is said of other actions does not matter"),
        pytest.param([EVERYTHING], [EVERYTHING, PASSING], True, id="what everything makes idle does not matter"),
        pytest.param([EVERYTHING], [UNRELATED], True, id="an action element in other words"),
        pytest.param([PASSING, PASSING], [PASSING], True, id="what is said twice"),
        pytest.param([PASSING], [PASSING | FROM_HOME], False, id="a condition"),
        pytest.param([EVERYTHING], [EVERYTHING, PASSING | {"Effect": "Deny"}], False, id="a Deny is never idle"),
        pytest.param([EVERYTHING | FROM_HOME], [EVERYTHING | FROM_HOME, PASSING], False, id="everything, sometimes"),
        pytest.param([PASSING], [READING], False, id="nothing"),
    ],
)
def test_policies_that_say_the_same_in_other_words_are_one_profile(
    one: list[Json], other: list[Json], alike: bool
) -> None:
    actors = population({"a": one, "b": other}).actors
    profiles = Profiles(["iam:PassRole"])
    assert (profiles.of(actors[0]) is profiles.of(actors[1])) is alike


def test_a_condition_on_the_callers_own_name_is_settled_and_tells_only_those_apart_who_meet_it() -> None:
    policies = {name: [EVERYTHING] for name in ("admin-1", "admin-2", "app-1", "app-2")}
    roles = population(policies, {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"} | NOT_ADMINS)
    profiles = Profiles(["iam:PassRole"])
    callers = Callers("iam:PassRole", roles.roles)
    admins, apps = roles.actors[:2], roles.actors[2:]
    assert len({profiles.of(actor).number for actor in admins}) == 1
    assert len({profiles.of(actor).number for actor in apps}) == 1
    assert callers.of_profile(profiles.of(admins[0])).default(ACCOUNT).granted.name == "SURE"
    assert callers.of_profile(profiles.of(apps[0])).default(ACCOUNT).granted.name == "NO"
