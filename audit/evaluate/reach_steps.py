"""Steps in words and statements: what stands behind one edge of the graph, for people to check.

A step of sts:AssumeRole is the single decision's answer on that very pair; a step of an escalation names the
statements that give its permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from audit.catalog.escalations import Gain
from audit.evaluate.holders import Attachment
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach_decision import Decided, Decisions
from audit.evaluate.reach_population import Actor, Population
from audit.evaluate.reach_techniques import Technique, Techniques
from audit.evaluate.reach_trust import ASSUME_ROLE, EVERYBODY, EntryType
from audit.model.entitlement import PolicyRef, PolicyType, StatementRef, Verdict
from audit.model.reach import ReachStep, StepType
from audit.policy.matching import names_principal
from audit.policy.open_decision import OpenDecision
from audit.policy.words import condition_words

_OWN = frozenset(PolicyType) - {PolicyType.RESOURCE, PolicyType.SCP, PolicyType.RCP, PolicyType.BOUNDARY}
_RefKey = tuple[PolicyType, str, str, str, str]


class Assumption(NamedTuple):
    """The decision on an actor and a role, and the statements that allow it."""

    answer: OpenDecision
    trusting: tuple[StatementRef, ...]
    """Of the trust policy."""
    own: tuple[StatementRef, ...]
    """Of the actor's identity-based policies."""
    session: str
    """The session's ARN, where the actor is let in by that name alone."""


class Steps:
    """Makes the steps; the documents behind them become documents that the result shows."""

    def __init__(
        self,
        population: Population,
        decisions: Decisions,
        techniques: Techniques,
        shown: ShownDocuments,
    ) -> None:
        self._population = population
        self._decisions = decisions
        self._techniques = techniques
        self._shown = shown
        self._made: dict[tuple[int, int, int], ReachStep] = {}
        self._attached: dict[int, tuple[Attachment, ...]] = {}
        self._allowing: dict[tuple[int, int], tuple[StatementRef, ...]] = {}

    def of(self, nodes: Sequence[int]) -> ReachStep:
        """The step along `nodes`: an actor, the stations behind it, and the actor that it becomes."""
        key = (nodes[0], nodes[1], nodes[-1])
        found = self._made.get(key)
        if found is None:
            named = self._techniques.of(nodes[0], nodes[1])
            source, target = self._actor(nodes[0]), self._actor(nodes[-1])
            made = self._assume(source, target) if named is None else self._escalate(source, target, named.technique)
            found = self._made[key] = made
        return found

    def _actor(self, node: int) -> Actor:
        found = self._population.actor(node)
        assert found is not None  # noqa: S101 - a path ends at actors
        return found

    def _assume(self, source: Actor, target: Actor) -> ReachStep:
        by = self.assumption(source, target)
        conditions = by.answer.conditions
        if by.session:
            conditions = (*conditions, f"only in a session named {by.session.rpartition('/')[2]}")
        return ReachStep(
            source=source.arn,
            target=target.arn,
            type=StepType.ASSUME_ROLE,
            verdict=Verdict.CONDITIONAL if by.session else by.answer.verdict,
            statements=tuple(dict.fromkeys((*by.trusting, *by.own))),
            conditions=conditions,
            reason=self._reason(source, target, by.session),
        )

    def assumption(self, source: Actor, target: Actor) -> Assumption:
        """What lets an actor assume a role."""
        session = ""
        decided = self._decisions.decide(source, target)
        if decided.answer.verdict not in (Verdict.ALLOW, Verdict.CONDITIONAL):
            session = self._session(source, target)
            decided = self._decisions.decide(source, target, session)
        trusting = [
            self.trust_ref(target, ref.index, ref.sid)
            for ref in decided.answer.allows
            if ref.policy.type is PolicyType.RESOURCE
        ]
        return Assumption(decided.answer, tuple(trusting), self._own(source, decided), session)

    def _own(self, source: Actor, decided: Decided) -> tuple[StatementRef, ...]:
        """The statements of an actor's own that an answer names: mostly the same answer for many targets."""
        # Answers are kept as long as this is, so that their places tell them apart.
        key = (source.id, id(decided))
        found = self._allowing.get(key)
        if found is None:
            found = self._allowing[key] = tuple(
                self._own_ref(source, decided.caller, ref) for ref in decided.answer.allows if ref.policy.type in _OWN
            )
        return found

    def _session(self, source: Actor, target: Actor) -> str:
        start = f"assumed-role/{source.arn.rpartition('/')[2]}/"
        named = (arn for arn in self._decisions.trust(target).principals if start in arn)
        return next(named, source.arn)

    def _reason(self, source: Actor, target: Actor, session: str) -> str:
        arn = session or source.arn
        named = [names_principal(one.statement, arn) for one in self._decisions.trust(target).allows]
        values = [value for value in named if value]
        crossing = source.account.account_id != target.account.account_id
        also = " and its own policies let it assume the role" if crossing else ""
        if arn in values:
            return f"The trust policy names it{also}."
        if EVERYBODY in values:
            return f"The trust policy lets everybody in{also}."
        return "The trust policy leaves the matter to its account, and its own policies let it assume the role."

    def _escalate(self, source: Actor, target: Actor, technique: Technique) -> ReachStep:
        row = technique.row
        own = tuple(self.granting(source, row.needs))
        trusting: tuple[StatementRef, ...] = ()
        if row.target in (Gain.PASS_ROLE, Gain.RUNNING) and target.role is not None:
            trusting = tuple(self.trusting(target, row.service))
        conditions = [row.precondition] if row.open and row.precondition else []
        conditions += self._conditions(source, row.needs)
        return ReachStep(
            source=source.arn,
            target=target.arn,
            type=StepType.ESCALATION,
            verdict=Verdict.CONDITIONAL if technique.open or conditions else Verdict.ALLOW,
            technique=row.id,
            statements=(*trusting, *own),
            conditions=tuple(dict.fromkeys(conditions)),
            reason=f"It {row.title[0].lower()}{row.title[1:]}. {row.effect}",
        )

    def granting(self, actor: Actor, actions: Iterable[str]) -> Iterator[StatementRef]:
        """The statements of an actor's identity-based policies that give any of the actions."""
        bits = 0
        for action in actions:
            bits |= actor.account.index.bit(action)
        for attachment in self._attachments(actor):
            for statement in actor.account.evaluator.compiled(attachment.document).statements:
                if statement.mask & bits and not statement.deny and not statement.doubtful:
                    yield self._ref(actor, attachment, statement.index)

    def granting_on(self, actor: Actor, arn: str) -> Iterator[StatementRef]:
        """The statements of an actor's identity-based policies that name a role to assume."""
        bit = actor.account.index.bit(ASSUME_ROLE)
        for attachment in self._attachments(actor):
            for statement in actor.account.evaluator.compiled(attachment.document).statements:
                if statement.mask & bit and not statement.deny and arn in statement.resources and not statement.negated:
                    yield self._ref(actor, attachment, statement.index)

    def _conditions(self, actor: Actor, actions: Sequence[str]) -> Iterator[str]:
        """What must hold for those of the actions that hang on a condition."""
        permissions = actor.account.evaluator.of(actor.holder)
        for action in actions:
            bit = actor.account.index.bit(action)
            if permissions.allowed & bit:
                continue
            for attachment in self._attachments(actor):
                for statement in actor.account.evaluator.compiled(attachment.document).statements:
                    if statement.mask & bit and statement.condition and not statement.doubtful:
                        words = condition_words(tuple(term.clause for term in statement.condition))
                        yield f"{'unless' if statement.deny else 'only if'} {words}"

    def trusting(self, role: Actor, service: str) -> Iterator[StatementRef]:
        """The statements of a trust policy that let a service in."""
        for one in self._decisions.trust(role).allows:
            if any(each.type is EntryType.SERVICE and each.value == service for each in one.entries):
                yield self.trust_ref(role, one.statement.index, one.statement.sid)

    def trust_ref(self, role: Actor, index: int, sid: str) -> StatementRef:
        """A statement of a role's trust policy."""
        attachment = Attachment(
            PolicyType.RESOURCE,
            f"trust policy of {role.arn.rpartition('/')[2]}",
            "",
            role.arn,
            "",
            self._decisions.trust_number(role),
        )
        return StatementRef(policy=self._shown.ref(role.account.policies.trusts, attachment), index=index, sid=sid)

    def _own_ref(self, actor: Actor, decided_for: Actor, ref: StatementRef) -> StatementRef:
        """The statement that an answer names of another of the same class, as the actor has it."""
        if actor.gained or decided_for.gained:
            return ref
        documents = {_ref_key(one): one.document for one in self._attachments(decided_for)}
        number = documents.get(_policy_key(ref.policy), -1)
        for attachment in self._attachments(actor):
            if attachment.document == number:
                return self._ref(actor, attachment, ref.index)
        return ref

    def _ref(self, actor: Actor, attachment: Attachment, index: int) -> StatementRef:
        documents = actor.account.policies.documents
        statements = documents.parsed(attachment.document).statements
        sid = statements[index].sid if 0 <= index < len(statements) else ""
        return StatementRef(policy=self._shown.ref(documents, attachment), index=index, sid=sid)

    def policies_of(self, actor: Actor) -> Iterator[str]:
        """The ARNs of an actor's managed policies, and of the owners of its other ones."""
        return (one.arn or one.owner_arn for one in self._attachments(actor))

    def _attachments(self, actor: Actor) -> tuple[Attachment, ...]:
        found = self._attached.get(actor.id)
        if found is None:
            gained_alone = actor.gained and actor.principal < 0
            found = () if gained_alone else actor.account.policies.attachments(actor.holder)
            self._attached[actor.id] = found
        return found


def _ref_key(attachment: Attachment) -> _RefKey:
    return attachment.type, attachment.name, attachment.arn, attachment.owner_arn, attachment.group


def _policy_key(policy: PolicyRef) -> _RefKey:
    return policy.type, policy.name, policy.arn, policy.owner_arn, policy.group
