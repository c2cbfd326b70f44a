"""Control policies of random organizations: the bulk engine, the single decision and a second evaluator agree."""

from __future__ import annotations

import json

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import ControlPolicies, control_policies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.explain import policy_set as held_by
from audit.evaluate.holders import AccountPolicies, Holder
from audit.evaluate.known import KnownContexts
from audit.evaluate.layers import Permissions
from audit.model.entitlement import PolicyType, Verdict
from audit.policy.decision import PolicySet, Request, decide
from audit.policy.known import Known
from audit.policy.open_decision import Question, decide_open
from audit.snapshot.authorization import AuthorizationDetails
from tests.property.naive import Json, allowed
from tests.property.organizations import MANAGEMENT, levels_of_documents, levels_of_texts, organization, small_documents
from tests.property.strategies import ACTIONS, contexts, keys_of
from tests.property.worlds import ACCOUNT, ROLE, account, policies

MAX_KEYS = 3
families = st.lists(small_documents(), min_size=1, max_size=2)
identities = st.lists(families, min_size=1, max_size=3)
LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/crowd.amazonaws.com/AWSServiceRoleForCrowd"


def with_linked_role(details: AuthorizationDetails) -> AuthorizationDetails:
    """The last role made a service-linked one."""
    last = msgspec.structs.replace(details.role_detail_list[-1], arn=LINKED)
    return msgspec.structs.replace(details, role_detail_list=(*details.role_detail_list[:-1], last))


class Evaluated:
    """An account under control policies, evaluated at once."""

    def __init__(self, details: AuthorizationDetails, control: ControlPolicies) -> None:
        self.policies = AccountPolicies(details, control)
        self.index = ActionIndex(ACTIONS, regions=("us-east-1",))
        self.known = KnownContexts(self.policies, None, self.index)
        self.effective = EffectivePermissions(self.policies, self.index, self.known)

    def of(self, holder: Holder) -> Permissions:
        return self.effective.of(holder)

    def single(self, holder: Holder, action: str) -> Verdict:
        question = Question(principal_arn=holder.arn, action=action)
        return decide_open(question, held_by(self.policies, holder), self.known.of(holder)).verdict


def assert_alike(evaluated: Evaluated, action: str) -> None:
    for holder in evaluated.policies.holders:
        permissions = evaluated.of(holder)
        masks = (permissions.allowed, permissions.conditional, permissions.denied, permissions.not_evaluated)
        assert sum(mask.bit_count() for mask in masks) == (masks[0] | masks[1] | masks[2] | masks[3]).bit_count()
        assert permissions.verdict(evaluated.index.bit(action)) is evaluated.single(holder, action)


@settings(max_examples=80)
@given(identities, st.none() | small_documents(), levels_of_texts, st.sampled_from(ACTIONS))
def test_all_principals_at_once_agree_with_one_at_a_time(
    held: list[list[Json]], boundary: Json | None, levels: list[list[str | None]], action: str
) -> None:
    details = with_linked_role(account(held, boundary))
    assert_alike(Evaluated(details, control_policies(organization(levels), ACCOUNT)), action)


@given(families, levels_of_documents, st.sampled_from(ACTIONS))
def test_the_single_decision_agrees_with_trying_every_context(
    identity: list[Json], levels: list[list[Json]], action: str
) -> None:
    keys = keys_of([identity, *levels])
    assume(len(keys) <= MAX_KEYS)
    answers = {allowed(identity, levels, action, context) for context in contexts(keys)}
    expected = "deny" if "allow" not in answers else "allow" if answers == {"allow"} else "conditional"
    held = PolicySet(
        identity=policies(identity, PolicyType.MANAGED),
        scps=tuple(policies(level, PolicyType.SCP) for level in levels),
    )
    answer = decide_open(Question(principal_arn=ROLE, action=action), held, Known())
    assert expected == ("deny" if answer.verdict.value.endswith("deny") else answer.verdict.value)
    if answer.witness is not None:
        request = Request(principal_arn=ROLE, action=action, context=answer.witness)
        assert decide(request, held).verdict is Verdict.ALLOW


@settings(max_examples=60)
@given(identities, levels_of_texts, st.lists(small_documents().map(json.dumps), min_size=1, max_size=2))
def test_a_further_control_policy_never_adds_a_permission(
    held: list[list[Json]], levels: list[list[str | None]], further: list[str]
) -> None:
    """Neither a level more, nor a Deny more at a level."""
    details = account(held, None)
    before = Evaluated(details, control_policies(organization(levels), ACCOUNT))
    after = Evaluated(details, control_policies(organization([*levels, list(further)]), ACCOUNT))
    without = Evaluated(details, ControlPolicies(exempt="none"))
    for one, other, free in zip(before.policies.holders, after.policies.holders, without.policies.holders, strict=True):
        assert not after.of(other).allowed & ~before.of(one).allowed
        assert not after.of(other).reachable & ~before.of(one).reachable
        assert not before.of(one).allowed & ~without.of(free).allowed
        assert not before.of(one).reachable & ~without.of(free).reachable


@settings(max_examples=30)
@given(identities, levels_of_texts)
def test_whom_control_policies_do_not_bound_is_answered_as_without_them(
    held: list[list[Json]], levels: list[list[str | None]]
) -> None:
    details = with_linked_role(account(held, None))
    free = Evaluated(details, ControlPolicies(exempt="none"))
    tree = organization(levels)
    for unbound in (
        msgspec.structs.replace(tree, management_account_id=ACCOUNT),
        msgspec.structs.replace(tree, scps_enabled=False),
        msgspec.structs.replace(tree, id=""),
        msgspec.structs.replace(tree, nodes=None),
        msgspec.structs.replace(tree, policies=None),
        msgspec.structs.replace(tree, nodes=tree.nodes and tree.nodes[:-1]),
    ):
        found = Evaluated(details, control_policies(unbound, ACCOUNT))
        for one, other in zip(found.policies.holders, free.policies.holders, strict=True):
            assert found.of(one) == free.of(other)
    bound = Evaluated(details, control_policies(tree, ACCOUNT))
    assert bound.of(bound.policies.holders[-1]) == free.of(free.policies.holders[-1])
    assert tree.management_account_id == MANAGEMENT
