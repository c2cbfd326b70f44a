"""The decision on one edge: may this actor assume this role? It is the single decision's, made once a class of pairs.

Pairs are of one class where the caller's statements about the role, what is known of the caller, and the way in which
the trust policy names it are the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import msgspec

from audit.evaluate.reach_caller import Callers, Grade
from audit.evaluate.reach_population import Actor, Population, account_of
from audit.evaluate.reach_trust import ASSUME_ROLE, SILENT, Trust, read_trusts
from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.decision import Policy
from audit.policy.known import Known
from audit.policy.matching import names_principal
from audit.policy.open_decision import OpenDecision, Question, decide_open
from audit.snapshot.authorization import RoleDetail

_TRUST = "trust policy"
_UNKNOWN = -1
_GRADES = {Verdict.ALLOW: Grade.SURE, Verdict.CONDITIONAL: Grade.OPEN}


class Decided(NamedTuple):
    """An answer, and whose it is."""

    answer: OpenDecision
    caller: Actor


class Decisions:
    """Decides pairs of one caller and one role, and reads trust policies, each class and document once."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.callers = Callers(ASSUME_ROLE, population.roles)
        self._trusts: dict[tuple[str, int], Mapping[str, Trust]] = {}
        self._of_role: list[Mapping[str, Trust] | None] = [None] * len(population.actors)
        self._numbers = array("l", [_UNKNOWN]) * len(population.actors)
        self._found: dict[tuple[object, ...], Decided] = {}
        self._keys: dict[tuple[str, int], frozenset[str]] = {}
        self._ways: dict[tuple[str, int, str], tuple[str, ...]] = {}

    def trust_number(self, role: Actor) -> int:
        """The number of a role's trust policy in its account's table."""
        found = self._numbers[role.id]
        if found == _UNKNOWN:
            assert isinstance(role.holder.record, RoleDetail)  # noqa: S101 - only roles are asked for
            document = role.holder.record.assume_role_policy_document
            found = self._numbers[role.id] = role.account.policies.trusts.intern(document)
        return found

    @cached_property
    def trusting_alike(self) -> Mapping[str, Mapping[int, list[Actor]]]:
        """The roles by their account, and there by the number of their trust policy."""
        found: dict[str, dict[int, list[Actor]]] = {}
        for actor in self.population.actors:
            if isinstance(actor.holder.record, RoleDetail):
                of_account = found.setdefault(actor.account.account_id, {})
                of_account.setdefault(self.trust_number(actor), []).append(actor)
        return found

    def trust(self, role: Actor, action: str = ASSUME_ROLE) -> Trust:
        """A role's trust policy, as far as it is about one way to assume the role."""
        found = self._of_role[role.id]
        if found is None:
            found = self._of_role[role.id] = self._read(role)
        return found.get(action) or SILENT[action]

    def _read(self, role: Actor) -> Mapping[str, Trust]:
        number = self.trust_number(role)
        key = (role.account.account_id, number)
        found = self._trusts.get(key)
        if found is None:
            found = self._trusts[key] = read_trusts(role.account.policies.trusts.parsed(number))
        return found

    def decide(self, caller: Actor, role: Actor, as_arn: str = "") -> Decided:
        """Whether a caller may assume a role; `as_arn`: in a session of that ARN.

        The answer may be that of another pair of the same class: its refs are those of that pair.
        """
        of_class = self.callers.of(caller)
        keys = self._keys_of(role)
        key = (
            id(of_class),
            of_class.vector(role.id),
            role.account.account_id,
            self.trust_number(role),
            self._way(caller, role, as_arn),
            caller.role is None,
            as_arn,
            _narrowed(caller.account.known_of(caller), keys) if keys else (),
        )
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = Decided(self._decide(caller, role, as_arn or caller.arn), caller)
        return found

    def _way(self, caller: Actor, role: Actor, as_arn: str) -> tuple[str, ...]:
        """How each statement of the trust policy names the principal; most name the accounts alone."""
        trust = self.trust(role)
        if as_arn or trust.names_principals:
            return _way(trust, as_arn or caller.arn)
        key = (role.account.account_id, self.trust_number(role), account_of(caller.arn))
        found = self._ways.get(key)
        if found is None:
            found = self._ways[key] = _way(trust, caller.arn)
        return found

    def _keys_of(self, role: Actor) -> frozenset[str]:
        """The condition keys of all that is asked about a role, besides what is the caller's own."""
        key = (role.account.account_id, self.trust_number(role))
        found = self._keys.get(key)
        if found is None:
            found = self._keys[key] = self.trust(role).keys | self._rcp_keys(role)
        return found

    def _decide(self, caller: Actor, role: Actor, arn: str) -> OpenDecision:
        held = msgspec.structs.replace(caller.account.held(caller), resource=trust_policy(role), rcps=role.account.rcps)
        question = Question(
            principal_arn=arn, action=ASSUME_ROLE, resource=role.arn, resource_account=role.account.account_id
        )
        return decide_open(question, held, caller.account.known_of(caller))

    def _rcp_keys(self, role: Actor) -> frozenset[str]:
        levels = role.account.rcps or ()
        return frozenset(
            clause.key.lower()
            for level in levels
            for policy in level
            for statement in policy.document.statements
            for clause in statement.clauses
        )

    def grade(self, caller: Actor, role: Actor, as_arn: str = "") -> Grade:
        """The decision's verdict as a grade: what is not evaluated counts as no."""
        return _GRADES.get(self.decide(caller, role, as_arn).answer.verdict, Grade.NO)


def trust_policy(role: Actor) -> Policy:
    """A role's trust policy as the single decision takes it."""
    assert isinstance(role.holder.record, RoleDetail)  # noqa: S101 - only roles are asked for
    return Policy(
        ref=PolicyRef(type=PolicyType.RESOURCE, name=_TRUST, owner_arn=role.arn),
        document=role.account.policies.trust(role.holder.record),
    )


def _way(trust: Trust, arn: str) -> tuple[str, ...]:
    """How each statement names the principal."""
    named = (names_principal(one.statement, arn) for one in trust.statements if not one.statement.broken)
    return tuple(
        "" if value is None else "own" if value.startswith("arn:") and ":root" not in value else value
        for value in named
    )


def _narrowed(known: Known, keys: frozenset[str]) -> tuple[object, ...]:
    return (
        tuple(pair for pair in known.values if pair[0] in keys),
        frozenset(key for key in keys if known.is_absent(key)),
        known.present & keys,
    )
