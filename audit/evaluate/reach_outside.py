"""Ways in from outside: whom the trust policies of the accounts' roles let in that is none of the accounts' own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from audit.evaluate.outcomes import Outcomes
from audit.evaluate.reach_caller import Grade
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_population import Actor, Population, account_of
from audit.evaluate.reach_providers import issuer_of, weaknesses
from audit.evaluate.reach_steps import Steps
from audit.evaluate.reach_trust import (
    ASSUME_ROLE_WITH_SAML,
    ASSUME_ROLE_WITH_WEB_IDENTITY,
    ASSUMPTIONS,
    EVERYBODY,
    Entry,
    EntryType,
    Trust,
    TrustStatement,
    graded,
)
from audit.model.entitlement import Verdict
from audit.model.reach import NodeType, ReachNode, ReachStep, StepType
from audit.policy.known import Known
from audit.policy.words import condition_words

SERVICE_LINKED = ":role/aws-service-role/"
_IDENTITY_CENTER = ":saml-provider/AWSSSO_"
_STEP = {ASSUME_ROLE_WITH_SAML: StepType.SAML, ASSUME_ROLE_WITH_WEB_IDENTITY: StepType.WEB_IDENTITY}
_NODE = {
    EntryType.EVERYBODY: NodeType.EVERYBODY,
    EntryType.ACCOUNT: NodeType.ACCOUNT,
    EntryType.PRINCIPAL: NodeType.OUTSIDE,
    EntryType.SESSION: NodeType.OUTSIDE,
    EntryType.PROVIDER: NodeType.PROVIDER,
    EntryType.SERVICE: NodeType.SERVICE,
}


class Letting(NamedTuple):
    """One entry of a trust policy that lets somebody from outside in: the same of all roles that have the policy."""

    statement: TrustStatement
    node: ReachNode
    type: StepType
    open: bool
    weaknesses: tuple[str, ...]
    further: bool
    """Whether an earlier statement lets the same in by the same call."""


class WayIn(NamedTuple):
    """One entry of one role's trust policy that lets somebody from outside in."""

    role: Actor
    letting: Letting

    @property
    def node(self) -> ReachNode:
        """Who is let in."""
        return self.letting.node


class Outside:
    """Finds the ways in."""

    def __init__(
        self,
        population: Population,
        decisions: Decisions,
        steps: Steps,
        known_accounts: Mapping[str, str],
        organization_id: str,
    ) -> None:
        self._population = population
        self._decisions = decisions
        self._steps = steps
        self._known_accounts = known_accounts
        self._organization_id = organization_id
        self._outcomes = Outcomes()
        self._lettings: dict[tuple[str, int], tuple[Letting, ...]] = {}
        self._nodes: dict[tuple[Entry, bool], ReachNode] = {}

    def of(self, role: Actor) -> list[WayIn]:
        """The ways into one role: one for each call, each who is let in and each statement that does so."""
        if SERVICE_LINKED in role.arn:
            return []
        key = (role.account.account_id, self._decisions.trust_number(role))
        found = self._lettings.get(key)
        if found is None:
            found = self._lettings[key] = tuple(self._found(role))
        return [WayIn(role, one) for one in found]

    def step(self, way: WayIn) -> ReachStep:
        """A way in as a record, made only for those that are told: most let in a service, of which few are."""
        role, one = way
        return ReachStep(
            source=one.node.id,
            target=role.arn,
            type=one.type,
            verdict=Verdict.CONDITIONAL if one.open else Verdict.ALLOW,
            statements=(self._steps.trust_ref(role, one.statement.statement.index, one.statement.statement.sid),),
            conditions=(f"only if {condition_words(one.statement.statement.clauses)}",) if one.open else (),
            reason=f"The trust policy lets {one.node.label} in.",
        )

    def _found(self, role: Actor) -> Iterator[Letting]:
        for action in ASSUMPTIONS:
            trust = self._decisions.trust(role, action)
            found: set[str] = set()
            for statement in trust.allows:
                for one in self._entries(statement):
                    letting = self._letting(role, trust, statement, one, action)
                    if letting is not None:
                        yield letting._replace(further=letting.node.id in found)
                        found.add(letting.node.id)

    @staticmethod
    def _entries(statement: TrustStatement) -> tuple[Entry, ...]:
        return (Entry(EntryType.EVERYBODY, EVERYBODY),) if statement.excluding else statement.entries

    def _letting(self, role: Actor, trust: Trust, statement: TrustStatement, one: Entry, action: str) -> Letting | None:
        if one.type not in _NODE or not self._is_outside(one):
            return None
        known = self._known(one, role)
        denies = [other for other in trust.statements if other.deny and _is_about(other, one)]
        grade = graded([statement], denies, known, self._outcomes)
        if not grade:
            return None
        node = self._node(statement, one)
        center = _IDENTITY_CENTER in one.value
        kind = StepType.SERVICE if one.type is EntryType.SERVICE else _STEP.get(action, StepType.ASSUME_ROLE)
        weak = () if center or node.inside else weaknesses(statement, one.type, one.value, action, known=node.known)
        type_ = StepType.IDENTITY_CENTER if center else kind
        return Letting(statement, node, type_, grade is Grade.OPEN, weak, further=False)

    def _is_outside(self, one: Entry) -> bool:
        if one.type is EntryType.ACCOUNT:
            return one.value not in self._population.accounts
        if one.type in (EntryType.PRINCIPAL, EntryType.SESSION):
            return account_of(one.value) not in self._population.accounts
        return True

    def _known(self, one: Entry, role: Actor) -> Known:
        account = one.value if one.type is EntryType.ACCOUNT else account_of(one.value)
        values = {"aws:principalaccount": account} if account and one.type is not EntryType.PROVIDER else {}
        if one.type is EntryType.PRINCIPAL:
            values["aws:principalarn"] = one.value
        return Known(values=tuple(sorted(values.items())), not_before=role.account.as_of)

    def _node(self, statement: TrustStatement, one: Entry) -> ReachNode:
        ours = (
            one.type is EntryType.EVERYBODY
            and bool(self._organization_id)
            and self._organization_id in _asked(statement, "aws:principalorgid")
        )
        found = self._nodes.get((one, ours))
        if found is None:
            found = self._nodes[one, ours] = self._made(one, ours=ours)
        return found

    def _made(self, one: Entry, *, ours: bool) -> ReachNode:
        if ours:
            return ReachNode(
                id=self._organization_id,
                type=NodeType.ORGANIZATION,
                label=f"the organization {self._organization_id}",
                known=True,
            )
        account = one.value if one.type is EntryType.ACCOUNT else account_of(one.value)
        name = self._known_accounts.get(account, "")
        label = {
            EntryType.EVERYBODY: "everybody",
            EntryType.ACCOUNT: f"the account {account}",
            EntryType.PROVIDER: f"whoever {issuer_of(one.value).rpartition('/')[2] or one.value} vouches for",
        }.get(one.type, one.value)
        if one.type is EntryType.PROVIDER and ":oidc-provider/" in one.value:
            label = f"whoever {issuer_of(one.value)} vouches for"
        center = _IDENTITY_CENTER in one.value
        return ReachNode(
            id=one.value,
            type=_NODE[one.type],
            label="IAM Identity Center" if center else f"{label} ({name})" if name else label,
            account_id="" if one.type in (EntryType.EVERYBODY, EntryType.SERVICE) else account,
            inside=center,
            known=bool(name) or center,
        )


def _asked(statement: TrustStatement, key: str) -> set[str]:
    return {value for term in statement.condition if term.key == key for value in term.clause.values}


def _is_about(statement: TrustStatement, one: Entry) -> bool:
    """Whether a Deny is about all whom an entry names."""
    return any(other.type is EntryType.EVERYBODY or other == one for other in statement.entries) is not (
        statement.excluding
    )
