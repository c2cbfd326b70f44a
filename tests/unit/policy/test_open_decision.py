"""The open question: which conditions are left open, in which words, and what a refusal is called."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.decision import Policy, PolicySet
from audit.policy.known import Known
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.policy.parse import parse_document

Json = dict[str, Any]
ACTION = "mechanicalturk:SendBonus"
USER = "arn:aws:iam::111122223333:user/maria"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
ODD = {"Sounds": {"aws:x": "y"}}


def said(effect: str, condition: Json | None = None, action: str = ACTION) -> Json:
    return {"Effect": effect, "Action": action, "Resource": "*"} | ({"Condition": condition} if condition else {})


def asked(
    *identity: Json,
    boundary: tuple[Json, ...] | None = None,
    scps: tuple[tuple[Json, ...], ...] | None = None,
    known: Known | None = None,
) -> OpenDecision:
    held = PolicySet(
        identity=(_policy(PolicyType.INLINE, identity),),
        boundaries=None if boundary is None else (_policy(PolicyType.BOUNDARY, boundary),),
        scps=None if scps is None else tuple((_policy(PolicyType.SCP, level),) for level in scps),
    )
    return decide_open(Question(principal_arn=USER, action=ACTION), held, known or Known())


def _policy(kind: PolicyType, statements: tuple[Json, ...]) -> Policy:
    raw = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}).encode()
    return Policy(ref=PolicyRef(type=kind, name=kind), document=parse_document(raw))


MFA_IS = "aws:MultiFactorAuthPresent is true"
OFFICE_IS = "aws:SourceIp is in 192.0.2.0/24"


@pytest.mark.parametrize(
    ("statements", "conditions"),
    [
        pytest.param((said("Allow"),), (), id="none where it is allowed always"),
        pytest.param((said("Allow", MFA),), (f"only if {MFA_IS}",), id="of the grant"),
        pytest.param((said("Allow"), said("Deny", OFFICE)), (f"unless {OFFICE_IS}",), id="of the Deny"),
        pytest.param(
            (said("Allow", MFA), said("Deny", OFFICE)), (f"only if {MFA_IS}", f"unless {OFFICE_IS}"), id="of both"
        ),
        pytest.param((said("Allow", MFA | OFFICE),), (f"only if {MFA_IS}, and {OFFICE_IS}",), id="joined"),
        pytest.param((said("Allow", MFA), said("Allow", MFA)), (f"only if {MFA_IS}",), id="each once"),
        pytest.param(
            (said("Allow", MFA), said("Allow", OFFICE, action="s3:*")), (f"only if {MFA_IS}",), id="of this action only"
        ),
        pytest.param(
            (said("Allow"), said("Deny", ODD)),
            ("unless a statement that cannot be evaluated denies it",),
            id="of what cannot be evaluated",
        ),
    ],
)
def test_the_open_conditions_are_told_in_words(statements: tuple[Json, ...], conditions: tuple[str, ...]) -> None:
    assert asked(*statements).conditions == conditions


def test_a_condition_that_is_settled_is_not_open() -> None:
    known = Known(values=(("aws:multifactorauthpresent", "true"),))
    answer = asked(said("Allow", MFA | OFFICE), known=known)
    assert answer.conditions == (f"only if {OFFICE_IS}",)
    assert asked(said("Allow", MFA), known=known).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("answer", "verdict", "blocked_by"),
    [
        pytest.param(asked(), Verdict.IMPLICIT_DENY, (PolicyType.MANAGED,), id="nothing grants it"),
        pytest.param(asked(said("Deny")), Verdict.EXPLICIT_DENY, (PolicyType.MANAGED,), id="it is denied"),
        pytest.param(
            asked(said("Allow", MFA), said("Deny", MFA)),
            Verdict.IMPLICIT_DENY,
            (PolicyType.MANAGED,),
            id="denied whenever it is granted",
        ),
        pytest.param(
            asked(said("Allow", ODD)), Verdict.NOT_EVALUATED, (PolicyType.MANAGED,), id="what cannot be read may grant"
        ),
        pytest.param(
            asked(said("Allow", ODD), said("Deny")),
            Verdict.EXPLICIT_DENY,
            (PolicyType.MANAGED,),
            id="and is denied anyway",
        ),
        pytest.param(
            asked(said("Allow", ODD), said("Deny", MFA)),
            Verdict.NOT_EVALUATED,
            (PolicyType.MANAGED,),
            id="and is denied in some requests",
        ),
        pytest.param(
            asked(said("Allow"), boundary=(said("Allow", ODD),)),
            Verdict.NOT_EVALUATED,
            (PolicyType.BOUNDARY,),
            id="a boundary that cannot be read",
        ),
        pytest.param(
            asked(said("Allow"), scps=((said("Allow", ODD),),)),
            Verdict.NOT_EVALUATED,
            (PolicyType.SCP,),
            id="a control policy that cannot be read",
        ),
        pytest.param(
            asked(said("Allow", ODD), boundary=(said("Allow", action="s3:*"),)),
            Verdict.IMPLICIT_DENY,
            (PolicyType.BOUNDARY, PolicyType.MANAGED),
            id="a boundary that refuses anyway",
        ),
    ],
)
def test_a_refusal_says_whether_it_could_be_evaluated(
    answer: OpenDecision, verdict: Verdict, blocked_by: tuple[PolicyType, ...]
) -> None:
    assert (answer.verdict, answer.blocked_by) == (verdict, blocked_by)
    assert answer.witness is None
    assert answer.conditions == ()


def test_beyond_the_bound_it_says_so() -> None:
    keys = [{"StringEquals": {f"aws:PrincipalTag/k{number}": "x"}} for number in range(16)]
    answer = asked(*(said("Allow", key) for key in keys))
    assert (answer.verdict, answer.decided) == (Verdict.CONDITIONAL, False)
    assert answer.conditions == ("not decided: the conditions tell too many requests apart",)
    denied = asked(*(said("Allow", key) for key in keys), said("Deny"))
    assert (denied.verdict, denied.decided, denied.conditions) == (Verdict.EXPLICIT_DENY, False, ())
