"""The whole reasoning behind one answer: every policy of a principal, and what each statement does to one action.

The verdict here is the single decision's (`audit.policy.open_decision`), worked out apart from the bitsets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.holders import AccountPolicies, Attachment, Holder, Levels
from audit.evaluate.known import KnownContexts
from audit.evaluate.policy_text import policy_text
from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.classes import Term, TooManyContextsError, contexts
from audit.policy.condition import Context, clause_problem
from audit.policy.decision import Policy, PolicySet, bounded_by_rcps
from audit.policy.document import Document, Effect, Statement
from audit.policy.known import Known
from audit.policy.matching import action_matches, resource_matches
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.policy.words import condition_words

LIMITING = (PolicyType.BOUNDARY, PolicyType.SCP, PolicyType.RCP)
"""Types of policy whose Allow grants nothing by itself."""


class StatementReason(msgspec.Struct, frozen=True, kw_only=True):
    """What one statement does to the action."""

    index: int
    sid: str
    effect: str
    says: str
    """`grants it`, `denies it`, `grants it if …`, or why it has no part in it."""
    bears: bool
    """Whether it plays a part in the answer."""
    condition: str = ""
    first_line: int = 0
    """Of the indented document, from 1; 0 where it is not shown."""
    lines: tuple[str, ...] = ()


class PolicyReason(msgspec.Struct, frozen=True, kw_only=True):
    """One attached policy and its statements."""

    type: PolicyType
    name: str
    arn: str = ""
    group: str = ""
    target: str = ""
    """Of a control policy: where it is attached."""
    problems: tuple[str, ...] = ()
    statements: tuple[StatementReason, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one principal and one action, with everything that was weighed."""

    principal_arn: str
    action: str
    verdict: Verdict
    decided: bool
    conditions: tuple[str, ...]
    blocked_by: tuple[PolicyType, ...]
    witness: dict[str, str | tuple[str, ...]] | None
    """A request in which it is allowed: condition keys and values."""
    policies: tuple[PolicyReason, ...]
    control: str
    """A sentence on the service control policies that bound the account, or on why they are not known."""


def explain(
    policies: AccountPolicies, principal_arn: str, action: str, as_of: datetime, index: ActionIndex
) -> Explanation:
    """Explain one answer. `principal_arn` is one of the account's, `action` one of the index."""
    holder = next(holder for holder in policies.holders if holder.arn == principal_arn)
    known = KnownContexts(policies, as_of, index).of(holder)
    held = policy_set(policies, holder)
    answer = decide_open(Question(principal_arn=principal_arn, action=action), held, known)
    boundary = policies.boundary(holder)
    limits = ((boundary,) if boundary else (), *policies.control_levels(holder))
    attachments = (*policies.attachments(holder), *(attachment for limit in limits for attachment in limit))
    return Explanation(
        principal_arn=principal_arn,
        action=action,
        verdict=answer.verdict,
        decided=answer.decided,
        conditions=answer.conditions,
        blocked_by=answer.blocked_by,
        witness=_witness(answer, known),
        policies=tuple(_policy_reason(policies, attachment, action, known) for attachment in attachments),
        control=_EXEMPT if holder.service_linked else policies.control.sentence,
    )


_EXEMPT = "No service control policy bounds it: it is a service-linked role."


def policy_set(policies: AccountPolicies, holder: Holder) -> PolicySet:
    """A principal's policies as the single decision takes them, with what its organization bounds it with."""
    boundary = policies.boundary(holder)
    return PolicySet(
        identity=tuple(_policy(policies, attachment) for attachment in policies.attachments(holder)),
        boundaries=None if boundary is None else (_policy(policies, boundary),),
        scps=None if policies.control.scps is None else _levels(policies, policies.scps),
        rcps=None if policies.control.rcps is None else _levels(policies, policies.rcps),
    )


def _levels(policies: AccountPolicies, levels: Levels) -> tuple[tuple[Policy, ...], ...]:
    return tuple(tuple(_policy(policies, attachment) for attachment in level) for level in levels)


def _policy(policies: AccountPolicies, attachment: Attachment) -> Policy:
    return Policy(
        ref=PolicyRef(
            type=attachment.type,
            name=attachment.name,
            arn=attachment.arn,
            owner_arn=attachment.owner_arn,
            group=attachment.group,
            target=attachment.target,
        ),
        document=policies.table(attachment.type).parsed(attachment.document),
    )


def _witness(answer: OpenDecision, known: Known) -> dict[str, str | tuple[str, ...]] | None:
    """What a request must carry besides what is known of the principal anyway."""
    if answer.witness is None or answer.verdict is not Verdict.CONDITIONAL:
        return None
    told = dict(known.values)
    return {key: value for key, value in sorted(answer.witness.items()) if told.get(key) != value}


def _policy_reason(policies: AccountPolicies, attachment: Attachment, action: str, known: Known) -> PolicyReason:
    documents = policies.table(attachment.type)
    document = documents.parsed(attachment.document)
    text = policy_text(documents.raw(attachment.document))
    lines = text.text.split("\n")
    return PolicyReason(
        type=attachment.type,
        name=attachment.name,
        arn=attachment.arn,
        group=attachment.group,
        target=attachment.target,
        problems=tuple(
            f"{problem.where}: {problem.detail}" if problem.where else problem.detail for problem in document.problems
        ),
        statements=tuple(
            _statement_reason(statement, says, bears, lines, text.statement_lines)
            for statement, says, bears in _reasons(document, attachment.type, action, known)
        ),
    )


def _statement_reason(
    statement: Statement, says: str, bears: bool, lines: list[str], spans: tuple[tuple[int, int], ...]
) -> StatementReason:
    first, last = spans[statement.index] if statement.index < len(spans) else (0, 0)
    return StatementReason(
        index=statement.index,
        sid=statement.sid,
        effect=statement.effect.value,
        says=says,
        bears=bears,
        condition=condition_words(statement.clauses),
        first_line=first,
        lines=tuple(lines[first - 1 : last]) if first else (),
    )


def _reasons(document: Document, kind: PolicyType, action: str, known: Known) -> Iterator[tuple[Statement, str, bool]]:
    for statement in document.statements:
        yield (statement, *_reason(statement, document.version, kind, action, known))


def _reason(statement: Statement, version: str, kind: PolicyType, action: str, known: Known) -> tuple[str, bool]:
    """What the statement does to the action, and whether it plays a part."""
    verb = "denies" if statement.effect is Effect.DENY else "permits" if kind in LIMITING else "grants"
    if kind is PolicyType.RCP and not bounded_by_rcps(action):
        return "has no say: resource control policies do not bear on this service", False
    if statement.broken:
        return f"cannot be evaluated, and may be one that {verb} it", True
    if not action_matches(statement, action):
        return "is not about this action", False
    if not resource_matches(statement, "*", version, {}):
        return f"names a resource, and this action knows only `*`: it {verb} nothing", False
    if any(clause_problem(clause) for clause in statement.clauses):
        return "has a condition that cannot be evaluated", True
    if not statement.clauses:
        return f"{verb} it", True
    holds = _possible(statement, version, known)
    if holds == {True}:
        return f"{verb} it: its condition always holds for this principal", True
    if holds == {False}:
        return f"{verb} nothing: its condition never holds for this principal", False
    return f"{verb} it only if {condition_words(statement.clauses)}", True


def _possible(statement: Statement, version: str, known: Known) -> set[bool]:
    terms = tuple(Term(clause, version) for clause in statement.clauses)
    try:
        return {_all_hold(terms, context) for context in contexts(terms, known)}
    except TooManyContextsError:
        return {True, False}


def _all_hold(terms: tuple[Term, ...], context: Context) -> bool:
    return all(term.holds(context) for term in terms)
