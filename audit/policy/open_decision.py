"""The audit's own question: may this principal use this privilege, when nothing is known of the request but that?

Every class of contexts that the policies can tell apart is decided by itself (`decision.py`): allowed in all of them
is allow, in none a deny, else conditional, with one context in which it is allowed as the witness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from audit.model.entitlement import PolicyType, StatementRef, Verdict
from audit.policy.classes import Term, TooManyContextsError, base_context, contexts
from audit.policy.condition import Context, clause_problem
from audit.policy.decision import Decision, Policy, PolicySet, Request, decide
from audit.policy.document import Document, Effect, Statement
from audit.policy.known import Known
from audit.policy.matching import action_matches
from audit.policy.words import condition_words

_T = TypeVar("_T")


class OpenDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer over every request that the principal can make."""

    verdict: Verdict
    decided: bool = True
    """False: too many contexts to tell apart; the verdict is then an upper bound."""
    allows: tuple[StatementRef, ...] = ()
    """The statements that grant it in some request."""
    denies: tuple[StatementRef, ...] = ()
    """The statements that deny it in some request."""
    blocked_by: tuple[PolicyType, ...] = ()
    """Of a deny: what refuses it in every request."""
    conditions: tuple[str, ...] = ()
    """In words, the conditions that the answer hangs on."""
    witness: Context | None = None
    """A context in which it is allowed, the simplest that was found."""
    undecided: tuple[StatementRef, ...] = ()
    """Statements that cannot be evaluated and could change the answer."""
    contexts: int = 0
    """How many contexts were decided."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to do what; the context is open."""

    principal_arn: str
    action: str
    resource: str = "*"
    resource_account: str = ""

    def request(self, context: Context) -> Request:
        return Request(
            principal_arn=self.principal_arn,
            action=self.action,
            resource=self.resource,
            resource_account=self.resource_account,
            context=context,
        )


def decide_open(question: Question, policies: PolicySet, known: Known) -> OpenDecision:
    """Decide a question whose context is open but for what is `known`."""
    policies = policies.bearing(question.principal_arn, question.action)
    terms = tuple(_terms(question, policies))
    try:
        answers = [(context, decide(question.request(context), policies)) for context in contexts(terms, known)]
    except TooManyContextsError:
        return _upper_bound(question, policies, known)
    return _merge(answers, _open_conditions(question, policies, terms, answers))


def _merge(answers: list[tuple[Context, Decision]], conditions: tuple[str, ...]) -> OpenDecision:
    granted = [(context, answer) for context, answer in answers if _permits(answer)]
    undecided = _union(answer.undecided for _, answer in answers)
    allows = _union(answer.allows for _, answer in granted)
    denies = _union(answer.denies for _, answer in answers)
    if not granted:
        verdict = _refusal(tuple(answer for _, answer in answers))
        blocked = _union(answer.blocked_by for _, answer in answers)
        return OpenDecision(
            verdict=verdict, denies=denies, blocked_by=blocked, undecided=undecided, contexts=len(answers)
        )
    always = all(answer.verdict is Verdict.ALLOW for _, answer in answers)
    return OpenDecision(
        verdict=Verdict.ALLOW if always else Verdict.CONDITIONAL,
        allows=allows,
        denies=denies,
        conditions=() if always else conditions,
        witness=min((context for context, _ in granted), key=len),
        undecided=undecided,
        contexts=len(answers),
    )


def _permits(answer: Decision) -> bool:
    return answer.verdict in (Verdict.ALLOW, Verdict.CONDITIONAL)


def _refusal(answers: tuple[Decision, ...]) -> Verdict:
    """Explicit where a Deny stands in every request, or is all that stands between a grant and its use."""
    verdicts = {answer.verdict for answer in answers}
    if verdicts == {Verdict.EXPLICIT_DENY}:
        return Verdict.EXPLICIT_DENY
    if any(answer.undecided for answer in answers if answer.verdict is Verdict.IMPLICIT_DENY):
        return Verdict.NOT_EVALUATED
    return Verdict.IMPLICIT_DENY


def _union(groups: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _bearing(question: Question, policies: PolicySet) -> Iterator[tuple[Document, Statement]]:
    """The statements about the action that have conditions or variables."""
    for policy in policies.all():
        for statement in policy.document.statements:
            if not statement.broken and action_matches(statement, question.action):
                yield policy.document, statement


def _terms(question: Question, policies: PolicySet) -> Iterator[Term]:
    for document, statement in _bearing(question, policies):
        for clause in statement.clauses:
            if not clause_problem(clause):
                yield Term(clause, document.version)


def _open_conditions(
    question: Question, policies: PolicySet, terms: tuple[Term, ...], answers: list[tuple[Context, Decision]]
) -> tuple[str, ...]:
    """The conditions in words, less those that hold, or fail, in every request."""
    varying = {term for term in dict.fromkeys(terms) if len({term.holds(context) for context, _ in answers}) > 1}
    words: dict[str, None] = {}
    for document, statement in _bearing(question, policies):
        clauses = tuple(clause for clause in statement.clauses if Term(clause, document.version) in varying)
        if clauses:
            prefix = "unless " if statement.effect is Effect.DENY else "only if "
            words[prefix + condition_words(clauses)] = None
        elif statement.broken or any(clause_problem(clause) for clause in statement.clauses):
            words["unless a statement that cannot be evaluated denies it"] = None
    return tuple(words)


def _upper_bound(question: Question, policies: PolicySet, known: Known) -> OpenDecision:
    """Every Allow taken to hold and every conditional Deny not to: what may be granted at most."""
    lenient = _without_conditions(policies, keep=Effect.ALLOW)
    answer = decide(question.request(base_context(known)), lenient)
    verdict = Verdict.CONDITIONAL if _permits(answer) else answer.verdict
    return OpenDecision(
        verdict=verdict,
        decided=False,
        allows=answer.allows,
        denies=answer.denies,
        blocked_by=answer.blocked_by,
        conditions=("not decided: the conditions tell too many requests apart",) if _permits(answer) else (),
        undecided=answer.undecided,
    )


def _without_conditions(policies: PolicySet, keep: Effect) -> PolicySet:
    """The same policies where the conditions of `keep` are dropped, and the other effect's conditional statements."""

    def document(policy: Policy) -> Policy:
        statements = tuple(
            msgspec.structs.replace(statement, clauses=())
            for statement in policy.document.statements
            if statement.broken or not statement.clauses or statement.effect is keep
        )
        return msgspec.structs.replace(policy, document=msgspec.structs.replace(policy.document, statements=statements))

    def level(group: tuple[Policy, ...]) -> tuple[Policy, ...]:
        return tuple(document(policy) for policy in group)

    return PolicySet(
        identity=level(policies.identity),
        boundaries=None if policies.boundaries is None else level(policies.boundaries),
        sessions=level(policies.sessions),
        resource=None if policies.resource is None else document(policies.resource),
        scps=None if policies.scps is None else tuple(level(group) for group in policies.scps),
        rcps=None if policies.rcps is None else tuple(level(group) for group in policies.rcps),
    )
