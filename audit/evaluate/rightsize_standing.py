"""Where one principal stands in an account's evidence: its policies, and what it may do of a service and besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from audit.catalog.watched import WATCHED
from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.explain import policy_set
from audit.evaluate.holders import AccountPolicies, Holder
from audit.evaluate.known import KnownContexts
from audit.model.entitlement import Verdict
from audit.model.privilege import ServiceProfile
from audit.policy.classes import Term
from audit.policy.condition import clause_problem
from audit.policy.decision import Policy, PolicySet
from audit.policy.document import Effect, Statement
from audit.policy.known import Known
from audit.policy.matching import action_matches, resource_matches
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.snapshot.authorization import AuthorizationDetails

HELD = (Verdict.ALLOW, Verdict.CONDITIONAL, Verdict.NOT_EVALUATED)
"""Verdicts of what a principal has, or may have."""

Bearing = tuple[tuple[int, int], ...]
"""Statements, by the position of their policy and their own."""


class Standing:
    """One principal in one state of its account."""

    def __init__(
        self,
        details: AuthorizationDetails,
        principal_arn: str,
        profile: ServiceProfile,
        as_of: datetime,
        control: ControlPolicies = NOT_READ,
    ) -> None:
        self.details = details
        self.profile = profile
        self.as_of = as_of
        self.control = control
        self.policies = AccountPolicies(details, control)
        self.holder: Holder = next(holder for holder in self.policies.holders if holder.arn == principal_arn)
        self.service = self._evaluator([privilege.action for privilege in profile.privileges], profile.regions)
        self.watched = self._evaluator(WATCHED, ())
        self.known: Known = self.service.known.of(self.holder)
        self.held: PolicySet = policy_set(self.policies, self.holder)
        self._answers: dict[tuple[Bearing, Known], OpenDecision] = {}

    def _evaluator(self, actions: Iterable[str], regions: tuple[str, ...]) -> EffectivePermissions:
        index = ActionIndex(actions, regions=regions)
        return EffectivePermissions(self.policies, index, KnownContexts(self.policies, self.as_of, index))

    def verdicts(self) -> dict[str, Verdict]:
        """The privileges of the service that it has, or may have, in order."""
        return held_verdicts(self.service, self.holder)

    def bearing(self, action: str) -> Bearing:
        """The statements that are about an action: actions of the same ones have the same answers."""
        return tuple(
            (number, statement.index)
            for number, policy in enumerate(self.held.all())
            for statement in policy.document.statements
            if statement.broken or action_matches(statement, action)
        )

    def answer(self, action: str, known: Known) -> OpenDecision:
        """The single decision's answer over every request."""
        key = self.bearing(action), known
        found = self._answers.get(key)
        if found is None:
            question = Question(principal_arn=self.holder.arn, action=action)
            found = self._answers[key] = decide_open(question, self.held, known)
        return found

    def grants(self, action: str) -> tuple[tuple[Policy, Statement], ...]:
        """The Allow statements of identity-based policies that can be evaluated and give the action in some request."""
        return tuple(
            (policy, statement)
            for policy in self.held.identity
            for statement in policy.document.statements
            if _grants(policy, statement, (action,)) and not _doubtful(statement) and self._possible(policy, statement)
        )

    def _possible(self, policy: Policy, statement: Statement) -> bool:
        """Whether the statement's condition holds in some request of this principal."""
        condition = tuple(Term(clause, policy.document.version) for clause in statement.clauses)
        outcomes = self.service.outcomes.of((condition,), self.known) if condition else ((True,),)
        return outcomes is None or (True,) in outcomes


def held_verdicts(evaluator: EffectivePermissions, holder: Holder) -> dict[str, Verdict]:
    """The actions that a principal has, or may have, in order."""
    permissions = evaluator.of(holder)
    return {
        action: permissions.verdict(evaluator.index.bit(action))
        for action in evaluator.index.names(permissions.reachable)
    }


def granting_indexes(policy: Policy, actions: Collection[str]) -> tuple[int, ...]:
    """Where the statements stand that give, or cannot be read and may give, any of the actions."""
    return tuple(statement.index for statement in policy.document.statements if _grants(policy, statement, actions))


def _grants(policy: Policy, statement: Statement, actions: Collection[str]) -> bool:
    if statement.effect is not Effect.ALLOW:
        return False
    if statement.broken:
        return True
    # The resource asked about is `*`, which no condition key can change.
    reaches = resource_matches(statement, "*", policy.document.version, {})
    return reaches and any(action_matches(statement, action) for action in actions)


def _doubtful(statement: Statement) -> bool:
    return statement.broken or any(clause_problem(clause) for clause in statement.clauses)
