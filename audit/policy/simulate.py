"""A case answered: the verdict, the statements that decide, what is left open, and a request that is allowed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.model.entitlement import PolicyType, StatementRef, Verdict
from audit.policy.case import Case, case_known, case_policies, case_question, case_request
from audit.policy.condition import Value
from audit.policy.decision import decide
from audit.policy.open_decision import decide_open

_BLOCKERS = {
    PolicyType.MANAGED: "identity",
    PolicyType.BOUNDARY: "boundary",
    PolicyType.SESSION: "session",
    PolicyType.SCP: "scp",
    PolicyType.RCP: "rcp",
    PolicyType.RESOURCE: "resource",
}
_ASKED_VERDICTS = {Verdict.NOT_EVALUATED: Verdict.CONDITIONAL}
"""What cannot be evaluated is neither an allow nor a deny: here it is conditional, and `problems` names it."""


class DecidingStatement(msgspec.Struct, frozen=True):
    """A statement that plays a part in the answer."""

    policy: str
    statement: str
    """The Sid, or `#1` for the first statement without one."""
    effect: str


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one case, in the order in which `mturk-audit simulate` prints it."""

    id: str
    verdict: Verdict
    blocked_by: tuple[str, ...] = ()
    statements: tuple[DecidingStatement, ...] = ()
    conditions: tuple[str, ...] = ()
    witness: dict[str, Value] | None = None
    """A context in which it is allowed; null where there is none, or the context was given."""
    problems: tuple[str, ...] = ()
    """What of the policies cannot be evaluated."""
    expected: Verdict | None = None
    agrees: bool | None = None
    """Null where the case says no expected verdict."""


def simulate(case: Case, as_of: datetime | None) -> Simulation:
    """Answer one case; one whose context is null at `as_of`, for a request made then or later."""
    policies = case_policies(case)
    problems = tuple(
        f"{policy.ref.name}: {f'{problem.where}: ' if problem.where else ''}{problem.detail}"
        for policy in policies.all()
        for problem in policy.document.problems
    )
    if case.request.context is None:
        answer = decide_open(case_question(case), policies, case_known(case, as_of))
        verdict = _ASKED_VERDICTS.get(answer.verdict, answer.verdict)
        allows, denies, blocked_by = answer.allows, answer.denies, answer.blocked_by
        conditions = answer.conditions
        witness = None if answer.witness is None else dict(sorted(answer.witness.items()))
    else:
        decision = decide(case_request(case), policies)
        verdict, conditions, witness = decision.verdict, (), None
        allows, denies, blocked_by = decision.allows, decision.denies, decision.blocked_by
    expected = None if case.expected is None else case.expected.verdict
    return Simulation(
        id=case.id,
        verdict=verdict,
        blocked_by=tuple(_BLOCKERS[kind] for kind in blocked_by),
        statements=(*_deciding(denies, "Deny"), *_deciding(allows, "Allow")),
        conditions=conditions,
        witness=witness,
        problems=problems,
        expected=expected,
        agrees=None if expected is None else verdict == expected,
    )


def _deciding(statements: tuple[StatementRef, ...], effect: str) -> tuple[DecidingStatement, ...]:
    return tuple(DecidingStatement(statement.policy.name, statement.label, effect) for statement in statements)
