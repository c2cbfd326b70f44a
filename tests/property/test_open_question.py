"""The open question answers exactly what trying every context with the second evaluator gives."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.evaluate.actions import ActionIndex
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.explain import policy_set as held_by
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.model.entitlement import Verdict
from audit.policy.decision import Request, decide
from audit.policy.known import Known
from audit.policy.open_decision import Question, decide_open
from tests.property.naive import Json, allowed
from tests.property.strategies import ACTIONS, contexts, documents, keys_of
from tests.property.worlds import ROLE, account, policy_set

MAX_KEYS = 3
families = st.lists(documents(), min_size=1, max_size=3)
limits = st.none() | st.lists(documents(), min_size=1, max_size=2)


def enumerated(identity: list[Json], boundary: list[Json] | None, action: str) -> str:
    keys = keys_of([identity, boundary or []])
    assume(len(keys) <= MAX_KEYS)
    answers = {allowed(identity, [] if boundary is None else [boundary], action, context) for context in contexts(keys)}
    if "allow" not in answers:
        return "deny"
    return "allow" if answers == {"allow"} else "conditional"


def summary(verdict: Verdict) -> str:
    return "deny" if verdict in (Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY) else verdict.value


@given(families, limits, st.sampled_from(ACTIONS))
def test_the_open_question_is_exact(identity: list[Json], boundary: list[Json] | None, action: str) -> None:
    expected = enumerated(identity, boundary, action)
    held = policy_set(identity, boundary)
    answer = decide_open(Question(principal_arn=ROLE, action=action), held, Known())
    assert answer.decided
    assert summary(answer.verdict) == expected
    if answer.witness is not None:
        request = Request(principal_arn=ROLE, action=action, context=answer.witness)
        assert decide(request, held).verdict is Verdict.ALLOW


@settings(max_examples=60)
@given(st.lists(families, min_size=1, max_size=4), st.none() | documents())
def test_all_principals_at_once_agree_with_one_at_a_time(identities: list[list[Json]], boundary: Json | None) -> None:
    policies = AccountPolicies(account(identities, boundary))
    index = ActionIndex(ACTIONS, regions=("us-east-1",))
    # The clock plays no part: none of these conditions is about time.
    known = KnownContexts(policies, None, index)
    effective = EffectivePermissions(policies, index, known)
    for holder in policies.holders:
        permissions = effective.of(holder)
        masks = (permissions.allowed, permissions.conditional, permissions.denied, permissions.not_evaluated)
        assert sum(mask.bit_count() for mask in masks) == (masks[0] | masks[1] | masks[2] | masks[3]).bit_count()
        for action in ACTIONS:
            answer = decide_open(
                Question(principal_arn=holder.arn, action=action), held_by(policies, holder), known.of(holder)
            )
            assert permissions.verdict(index.bit(action)) is answer.verdict
