"""Revocations take away what was revoked, never widen, and leave everybody all else, in every request.

The steps are applied here to the account's plain JSON, and the second evaluator tries every context before and after.
"""

from __future__ import annotations

import copy
import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.evaluate.revocation import revoke
from audit.evaluate.revocation_record import AccountRevocation, RevocationStep, StepKind
from audit.snapshot.authorization import decode_authorization
from tests.property.naive import Json, allowed
from tests.property.strategies import ACTIONS, TEAM, contexts, keys_of
from tests.property.test_rightsize import (
    AS_OF,
    MAX_KEYS,
    NAMES,
    OTHERS,
    PROFILE,
    SUBJECTS,
    accounts,
    policies_of,
    records,
)
from tests.property.worlds import ACCOUNT

EVERYBODY = (*SUBJECTS.values(), f"arn:aws:iam::{ACCOUNT}:role/bystander")
some = st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=6) | st.just(frozenset(NAMES))


@st.composite
def decisions(draw: st.DrawFn) -> dict[str, frozenset[str]]:
    """What goes of whom; often the same of all, as when a cause is decided on."""
    if draw(st.booleans()):
        return dict.fromkeys(EVERYBODY, draw(some))
    return draw(st.dictionaries(st.sampled_from(EVERYBODY), some, min_size=1))


def revocation(account: Json, revoked: dict[str, frozenset[str]]) -> AccountRevocation:
    evidence = {name: value for name, value in account.items() if name != "subject"}
    details = decode_authorization(json.dumps(evidence).encode(), "a random account")
    return revoke(ACCOUNT, details, revoked, profile=PROFILE, as_of=AS_OF)


def applied(account: Json, found: AccountRevocation) -> Json:
    """The account after somebody ran the commands."""
    after = copy.deepcopy(account)
    for step in found.steps:
        _apply(after, step)
    return after


def _apply(account: Json, step: RevocationStep) -> None:
    document = None if step.document is None else json.loads(bytes(step.document))
    if step.kind is StepKind.VERSION:
        (policy,) = [each for each in account["Policies"] if each["Arn"] == step.policy_arn]
        policy["PolicyVersionList"][0]["Document"] = document
        return
    inline, record = next((name, each) for name, each in records(account) if each["Arn"] == step.owner_arn)
    attached = record["AttachedManagedPolicies"]
    if step.kind is StepKind.DETACH:
        record["AttachedManagedPolicies"] = [each for each in attached if each["PolicyArn"] != step.policy_arn]
    elif step.kind is StepKind.CREATE:
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{step.policy_name}"
        attached.append({"PolicyName": step.policy_name, "PolicyArn": arn})
        account["Policies"].append(
            {"Arn": arn, "PolicyVersionList": [{"IsDefaultVersion": True, "Document": document}]}
        )
    else:
        others = [each for each in record.get(inline, []) if each["PolicyName"] != step.policy_name]
        added = [{"PolicyName": step.policy_name, "PolicyDocument": document}] if document is not None else []
        record[inline] = [*others, *added]


@settings(max_examples=60)
@given(accounts(), decisions(), st.sampled_from(ACTIONS))
def test_in_every_request_of_everybody(account: Json, revoked: dict[str, frozenset[str]], asked: str) -> None:
    found = revocation(account, revoked)
    after = applied(account, found)
    left = {(each.principal_arn, action) for each in found.unresolved for action in each.actions}
    for arn in EVERYBODY:
        (was_identity, limits), (is_identity, same_limits) = policies_of(account, arn), policies_of(after, arn)
        assert limits == same_limits
        keys = keys_of([was_identity, *limits])
        assume(len(keys) <= MAX_KEYS)
        going = revoked.get(arn, frozenset())
        for context in contexts(keys):
            if "user/" in arn and TEAM in context:
                continue  # a user without tags sends none
            for action in (asked, *OTHERS):
                was = allowed(was_identity, limits, action, context) == "allow"
                is_now = allowed(is_identity, limits, action, context) == "allow"
                assert was or not is_now, f"{action} of {arn} is wider in {context}"
                if action not in going:
                    assert was == is_now, f"{action} of {arn} changed in {context}"
                elif (arn, action) not in left:
                    assert not is_now, f"{action} of {arn} is still allowed in {context}"


@settings(max_examples=30)
@given(accounts(), decisions())
def test_one_step_for_one_policy_and_none_once_they_are_made(account: Json, revoked: dict[str, frozenset[str]]) -> None:
    found = revocation(account, revoked)
    places = [(step.owner_arn, step.policy_arn or step.policy_name) for step in found.steps]
    assert len(places) == len(set(places))
    again = revocation(applied(account, found), revoked)
    assert again.steps == () or found.unresolved
