"""What service control policies take away: who would be allowed a privilege, were it not for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.explain import policy_set
from audit.evaluate.holders import AccountPolicies, Holder
from audit.evaluate.known import KnownContexts
from audit.model.entitlement import PolicyType, Verdict
from audit.model.principal import PrincipalType
from audit.policy.open_decision import OpenDecision, Question, decide_open


class TakenAway(msgspec.Struct, frozen=True, kw_only=True):
    """One principal whose own policies grant the privilege, and the control policies that refuse it."""

    principal_arn: str
    principal_type: PrincipalType
    verdict: Verdict
    by: tuple[str, ...]
    """`SCP no-bonus at root, statement 1`, or `no SCP at root allows it`."""


def taken_away(policies: AccountPolicies, action: str, index: ActionIndex, as_of: datetime) -> tuple[TakenAway, ...]:
    """Everybody from whom the account's control policies take the action, by ARN."""
    if policies.control.scps is None:
        return ()
    free = AccountPolicies(policies.details, msgspec.structs.replace(policies.control, scps=None, rcps=None))
    bounded, unbounded = _evaluator(policies, index, as_of), _evaluator(free, index, as_of)
    bit = index.bit(action)
    found = [
        _taken(bounded, holder, action)
        for holder, alone in zip(policies.holders, free.holders, strict=True)
        if not bounded.of(holder).reachable & bit and unbounded.of(alone).reachable & bit
    ]
    return tuple(sorted(found, key=lambda one: one.principal_arn))


def _evaluator(policies: AccountPolicies, index: ActionIndex, as_of: datetime) -> EffectivePermissions:
    return EffectivePermissions(policies, index, KnownContexts(policies, as_of, index))


def _taken(evaluator: EffectivePermissions, holder: Holder, action: str) -> TakenAway:
    question = Question(principal_arn=holder.arn, action=action)
    answer = decide_open(question, policy_set(evaluator.policies, holder), evaluator.known.of(holder))
    return TakenAway(
        principal_arn=holder.arn,
        principal_type=holder.type,
        verdict=answer.verdict,
        by=tuple(_refusing(evaluator, answer, evaluator.index.bit(action))),
    )


def _refusing(evaluator: EffectivePermissions, answer: OpenDecision, bit: int) -> Iterator[str]:
    for statement in answer.denies:
        if statement.policy.type is PolicyType.SCP:
            yield f"{statement.policy.label}, {statement.words}"
    levels = evaluator.policies.control.scps or ()
    for level, attachments in zip(levels, evaluator.policies.scps, strict=True):
        statements = (each for one in attachments for each in evaluator.compiled_of(one).statements)
        if not any(each.mask & bit and not each.deny for each in statements):
            yield f"no SCP at {level.target} allows it"
