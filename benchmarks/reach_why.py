"""Why a pair that PMapper joins is none of ours: each time what the single decision says of the permission in question.

The facts are asked of the evaluation, pair by pair; a pair of which it says that the step can be taken stays without a
reason, and is a difference that nothing explains.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from audit.catalog.escalations import Escalation, Gain, load_escalations
from audit.evaluate.reach import ReachBook
from audit.evaluate.reach_population import Actor
from audit.evaluate.reach_services import Trusting, is_fixed
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.policy.words import condition_words

ASSUME_ROLE, PASS_ROLE = "sts:AssumeRole", "iam:PassRole"  # names of actions
IAM_ACTIONS = {
    "access keys": ("iam:CreateAccessKey",),
    "password": ("iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    "trust document": ("iam:UpdateAssumeRolePolicy",),
}
"""By a word of PMapper's reason."""
SERVICES = {
    "EC2": ("ec2.amazonaws.com",),
    "SSM": ("ec2.amazonaws.com",),
    "Lambda": ("lambda.amazonaws.com",),
    "SageMaker": ("sagemaker.amazonaws.com",),
    "Cloudformation": ("cloudformation.amazonaws.com",),
    "CodeBuild": ("codebuild.amazonaws.com",),
    "EC2 Auto Scaling": ("ec2.amazonaws.com",),
}
"""By PMapper's kind of edge: whose role it is about."""


class Reasons:
    """Answers for one graph of ours."""

    def __init__(self, book: ReachBook) -> None:
        self._book = book
        self._rows = load_escalations()
        self._trusting = Trusting(book.decisions)

    def why_not(self, source: str, end: str, kind: str, words: str) -> str:
        """Why the first does not become the second in the way that PMapper names; empty where it seems to."""
        population = self._book.population
        caller, target = population.by_arn.get(source), population.by_arn.get(end)
        if caller is None or target is None:
            return "one of them is no principal of the account"
        return self._why(population.actors[caller], population.actors[target], kind, words)

    def _why(self, caller: Actor, target: Actor, kind: str, words: str) -> str:
        if kind == "AssumeRole":
            return self._not_assumed(caller, target)
        if caller.account is not target.account:
            return "the call is about one's own account, and the other belongs to another"
        if is_fixed(target.arn):
            return "AWS keeps service-linked roles and those of Identity Center from being changed or passed"
        if kind == "IAM":
            actions = next((found for word, found in IAM_ACTIONS.items() if word in words), ())
            return self._not_written(caller, target, actions)
        return self._not_passed(caller, target, SERVICES.get(kind, ()))

    def _not_assumed(self, caller: Actor, target: Actor) -> str:
        answer = self._book.decisions.decide(caller, target).answer
        if answer.allows:
            return ""
        conditions = [
            condition_words(one.statement.clauses)
            for one in self._book.decisions.trust(target).allows
            if one.statement.clauses
        ]
        never = f"; the trust policy asks for {' or '.join(conditions)}" if conditions else ""
        return f"{_said(ASSUME_ROLE, answer)}{never}"

    def _not_written(self, caller: Actor, target: Actor, actions: Iterable[str]) -> str:
        answers = {action: self._ask(caller, action, target.arn) for action in actions}
        if all(not answer.allows for answer in answers.values()):
            return " and ".join(_said(action, answer) for action, answer in answers.items())
        return self._refused_by_itself(caller, target) if "iam:UpdateAssumeRolePolicy" in answers else ""

    def _refused_by_itself(self, caller: Actor, target: Actor) -> str:
        """It may write the trust policy, and its own side must not refuse the assumption that follows."""
        access = self._book.decisions.callers.of(caller).default(target.account.account_id)
        return "" if access.permitted else "it may write the trust policy, and its own side refuses sts:AssumeRole"

    def _not_passed(self, caller: Actor, target: Actor, services: Iterable[str]) -> str:
        """What each of our ways through these services lacks; the nearest to complete is named."""
        lacking: list[list[str]] = []
        for row in self._rows:
            if row.target in (Gain.PASS_ROLE, Gain.RUNNING) and row.service in services:
                missing = self._missing(caller, target, row)
                if not missing:
                    return ""
                lacking.append(missing)
        if not lacking:
            return ""
        nearest = min(lacking, key=lambda missing: (len(missing), *missing))
        return f"no way through the service is complete: {' and '.join(nearest)}"

    def _missing(self, caller: Actor, target: Actor, row: Escalation) -> list[str]:
        found = []
        if target.id not in self._trusting.of(target.account, row.service):
            found.append(f"the role lets {row.service} in by no request")
        account = caller.account
        held = account.evaluator.of(caller.holder)
        for action in row.needs:
            if action == PASS_ROLE:
                answer = self._ask(caller, action, target.arn, row.service)
                found += [] if answer.allows else [f"{_said(action, answer)} on that role"]
            elif not (held.allowed | held.conditional) & account.index.bit(action):
                found.append(f"{action} is granted on no resource")
        return found

    def _ask(self, caller: Actor, action: str, resource: str, service: str = "") -> OpenDecision:
        known = caller.account.known_of(caller)
        if service:
            values = dict(known.values) | {"iam:passedtoservice": service}
            known = msgspec.structs.replace(known, values=tuple(sorted(values.items())))
        question = Question(
            principal_arn=caller.arn, action=action, resource=resource, resource_account=caller.account.account_id
        )
        return decide_open(question, caller.account.held(caller), known)


def _said(action: str, answer: OpenDecision) -> str:
    blocked = " and ".join(sorted(kind.value for kind in answer.blocked_by)) or "conditions that never hold"
    return f"{action} is {answer.verdict.value}: {blocked}"
