"""The proof of a proposal: the account evaluated before and after it, by both evaluators, and compared.

Nothing here knows how the proposal was made: it sees two states of an account.
"""

from __future__ import annotations

from collections.abc import Collection

from audit.evaluate.holders import Holder
from audit.evaluate.rightsize_document import Alternative, alternatives
from audit.evaluate.rightsize_record import AffectedPrincipal, Proof
from audit.evaluate.rightsize_standing import Bearing, Standing, held_verdicts
from audit.model.entitlement import Verdict
from audit.model.error import AuditError
from audit.policy.classes import Term, TooManyContextsError, contexts
from audit.policy.condition import clause_problem
from audit.policy.decision import PolicySet, decide
from audit.policy.document import Effect
from audit.policy.matching import action_matches
from audit.policy.open_decision import Question
from audit.snapshot.authorization import GroupDetail, UserDetail

_REFUSED = (Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY)


class UnprovedError(AuditError):
    """A proposal does not do what it says: it is withheld."""

    def __init__(self, principal_arn: str, detail: str) -> None:
        super().__init__(
            f"no change is proposed for `{principal_arn}`: evaluated again, {detail}; write its policies by hand, and "
            "report this evidence"
        )


def prove(before: Standing, after: Standing, kept: Collection[str]) -> tuple[Proof, tuple[AffectedPrincipal, ...]]:
    """Compare the two states. Exactly `kept` must be held after, with the verdicts of before.

    Raises UnprovedError where anything else comes out.
    """
    arn = before.holder.arn
    held = before.verdicts()
    expected = {action: verdict for action, verdict in held.items() if action in kept}
    if after.verdicts() != expected:
        raise UnprovedError(arn, _unequal(expected, after.verdicts()))
    requests = by_statement = 0
    compared: dict[tuple[Bearing, Bearing], int] = {}
    for action in expected:
        alike = before.bearing(action), after.bearing(action)
        if alike not in compared:
            compared[alike] = _compare_requests(before, after, action)
        requests += compared[alike]
        by_statement += not compared[alike]
    for action in sorted(held.keys() - expected.keys()):
        answer = after.answer(action, after.known)
        if answer.verdict not in _REFUSED:
            raise UnprovedError(arn, f"`{action}` would still be {answer.verdict}")
    _compare_watched(before, after)
    affected, others = _compare_others(before, after)
    proof = Proof(
        kept=len(expected),
        removed=len(held) - len(expected),
        requests=requests,
        by_statement=by_statement,
        other_actions=len(before.watched.index.actions),
        other_principals=others,
    )
    return proof, affected


def _unequal(expected: dict[str, Verdict], found: dict[str, Verdict]) -> str:
    action = min(action for action in expected.keys() | found.keys() if expected.get(action) is not found.get(action))
    return f"`{action}` would be {found.get(action, 'denied')} and not {expected.get(action, 'denied')}"


def _compare_requests(before: Standing, after: Standing, action: str) -> int:
    """Decide every class of requests in both states; how many there were, 0 where they are too many to tell apart."""
    question = Question(principal_arn=before.holder.arn, action=action)
    terms = (*_terms(before.held, action), *_terms(after.held, action))
    try:
        requests = [question.request(context) for context in contexts(terms, before.known)]
    except TooManyContextsError:
        _compare_statements(before, after, action)
        return 0
    for request in requests:
        was, is_now = decide(request, before.held).verdict, decide(request, after.held).verdict
        if was is not is_now and not (was in _REFUSED and is_now in _REFUSED):
            raise UnprovedError(before.holder.arn, f"`{action}` would be {is_now} in a request where it was {was}")
    return len(requests)


def _terms(held: PolicySet, action: str) -> tuple[Term, ...]:
    return tuple(
        Term(clause, policy.document.version)
        for policy in held.all()
        for statement in policy.document.statements
        if not statement.broken and action_matches(statement, action)
        for clause in statement.clauses
        if not clause_problem(clause)
    )


def _compare_statements(before: Standing, after: Standing, action: str) -> None:
    """The same alternatives grant the action, and the same statements limit it."""
    if _reasons(before, action) != _reasons(after, action):
        raise UnprovedError(before.holder.arn, f"`{action}` would hang on other conditions")


def _reasons(standing: Standing, action: str) -> tuple[frozenset[Alternative], frozenset[Alternative], PolicySet]:
    denies = frozenset(
        said
        for policy in standing.held.identity
        for statement in policy.document.statements
        if statement.effect is Effect.DENY and not statement.broken and action_matches(statement, action)
        for said in alternatives([(policy, statement)])
    )
    grants = frozenset(alternatives(standing.grants(action)))
    held = standing.held
    return grants, denies, PolicySet(boundaries=held.boundaries, scps=held.scps, rcps=held.rcps)


def _compare_watched(before: Standing, after: Standing) -> None:
    """No action of another service may change, for either evaluator."""
    arn = before.holder.arn
    permissions = before.watched.of(before.holder), after.watched.of(after.holder)
    known = before.watched.known.of(before.holder)
    for action in before.watched.index.actions:
        bit = before.watched.index.bit(action)
        verdicts = {each.verdict(bit) for each in permissions}
        single = {standing.answer(action, known).verdict for standing in (before, after)}
        if len(verdicts) > 1 or len(single) > 1:
            raise UnprovedError(arn, f"`{action}` of another service would change")


def _compare_others(before: Standing, after: Standing) -> tuple[tuple[AffectedPrincipal, ...], int]:
    """Nobody else may gain anything; only members of a group that is changed may lose something."""
    own = before.holder
    affected: list[AffectedPrincipal] = []
    for was, is_now in zip(before.policies.holders, after.policies.holders, strict=True):
        if was.arn == own.arn or _documents(before, was) == _documents(after, is_now):
            continue
        if not _is_member(was, own):
            raise UnprovedError(own.arn, f"the policies of `{was.arn}` would change too")
        lost = _lost(before, after, was, is_now)
        if lost:
            affected.append(AffectedPrincipal(arn=was.arn, loses=lost))
    return tuple(sorted(affected, key=lambda one: one.arn)), len(before.policies.holders) - 1


def _documents(standing: Standing, holder: Holder) -> tuple[bytes, ...]:
    """The texts of a principal's policies, its boundary last; stand-ins for missing ones have none."""
    documents = standing.policies.documents
    return tuple(documents.raw(number) for number in (*holder.identity, holder.boundary) if number >= 0)


def _is_member(holder: Holder, group: Holder) -> bool:
    return (
        isinstance(group.record, GroupDetail)
        and isinstance(holder.record, UserDetail)
        and group.record.group_name in holder.record.group_list
    )


def _lost(before: Standing, after: Standing, was: Holder, is_now: Holder) -> tuple[str, ...]:
    """What a member of a changed group loses. Raises UnprovedError where it would gain something."""
    held, left = held_verdicts(before.service, was), held_verdicts(after.service, is_now)
    gained = [action for action in left if action not in held or (held[action], left[action]) in _WIDER]
    if gained or held_verdicts(before.watched, was) != held_verdicts(after.watched, is_now):
        raise UnprovedError(before.holder.arn, f"the member `{was.arn}` would be allowed other things than before")
    return tuple(sorted(held.keys() - left.keys()))


_WIDER = {
    (Verdict.CONDITIONAL, Verdict.ALLOW),
    (Verdict.NOT_EVALUATED, Verdict.ALLOW),
    (Verdict.NOT_EVALUATED, Verdict.CONDITIONAL),
}
