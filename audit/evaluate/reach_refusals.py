"""Assumptions of which one side stands and the other does not, and trust in those who are gone.

Only what names somebody by ARN counts: whoever may assume everything was not meant to assume each.
"""

from __future__ import annotations

from collections.abc import Iterator

from audit.evaluate.reach_caller import Grade
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_population import Actor, Population
from audit.evaluate.reach_steps import Steps
from audit.evaluate.reach_trust import ASSUMPTIONS, EntryType, Trust, TrustStatement
from audit.model.entitlement import PolicyType, StatementRef
from audit.model.reach import DeletedTrust, Refusal

_SAID = {
    PolicyType.MANAGED: "identity-based policies",
    PolicyType.RESOURCE: "trust policy",
    PolicyType.BOUNDARY: "permissions boundary",
    PolicyType.SCP: "service control policy",
    PolicyType.RCP: "resource control policy",
}


def refusals_of(population: Population, decisions: Decisions, steps: Steps) -> tuple[Refusal, ...]:
    """Both kinds, by principal and role."""
    found = [*_granted(population, decisions, steps), *_trusted(population, decisions, steps)]
    return tuple(sorted(found, key=lambda one: (one.principal_arn, one.role_arn, one.refused_by)))


def _granted(population: Population, decisions: Decisions, steps: Steps) -> Iterator[Refusal]:
    """Identity-based policies that name a role which refuses."""
    for actor in population.actors:
        of_class = decisions.callers.of(actor)
        for target, access in of_class.explicit.items():
            role = population.actors[target]
            if access.granted is Grade.NO or decisions.grade(actor, role) is not Grade.NO:
                continue
            for ref in steps.granting_on(actor, role.arn):
                yield _refusal(decisions, actor, role, ref)
                break


def _trusted(population: Population, decisions: Decisions, steps: Steps) -> Iterator[Refusal]:
    """Trust policies that name a principal which its own side does not let."""
    named: dict[tuple[str, int], tuple[tuple[TrustStatement, int], ...]] = {}
    for role in population.actors:
        if role.role is None:
            continue
        key = (role.account.account_id, decisions.trust_number(role))
        found = named.get(key)
        if found is None:
            found = named[key] = tuple(_named(population, decisions.trust(role)))
        for one, number in found:
            actor = population.actors[number]
            if number != role.id and decisions.grade(actor, role) is Grade.NO:
                ref = steps.trust_ref(role, one.statement.index, one.statement.sid)
                yield _refusal(decisions, actor, role, ref)


def _named(population: Population, trust: Trust) -> Iterator[tuple[TrustStatement, int]]:
    """The principals that a trust policy names: the same of all roles that have it."""
    for one in trust.allows:
        for entry in one.entries:
            number = population.by_arn.get(entry.value)
            if number is not None:
                yield one, number


def _refusal(decisions: Decisions, actor: Actor, role: Actor, ref: StatementRef) -> Refusal:
    blocked = decisions.decide(actor, role).answer.blocked_by
    return Refusal(
        principal_arn=actor.arn,
        role_arn=role.arn,
        granted_by=ref,
        refused_by=" and ".join(dict.fromkeys(_SAID.get(kind, kind.value) for kind in blocked)) or "its conditions",
    )


def deleted_of(population: Population, decisions: Decisions, steps: Steps) -> tuple[DeletedTrust, ...]:
    """Trust policies that show a unique id where the principal is gone, by role and id."""
    found: dict[tuple[str, str], DeletedTrust] = {}
    gone: dict[tuple[str, int], tuple[tuple[TrustStatement, str], ...]] = {}
    for role in population.actors:
        if role.role is None:
            continue
        key = (role.account.account_id, decisions.trust_number(role))
        those = gone.get(key)
        if those is None:
            those = gone[key] = tuple(_gone(decisions, role))
        for one, unique_id in those:
            ref = steps.trust_ref(role, one.statement.index, one.statement.sid)
            row = DeletedTrust(unique_id=unique_id, role_arn=role.arn, statement=ref)
            found.setdefault((role.arn, unique_id), row)
    return tuple(found[pair] for pair in sorted(found))


def _gone(decisions: Decisions, role: Actor) -> Iterator[tuple[TrustStatement, str]]:
    """The unique ids in a trust policy: the same of all roles that have it."""
    for action in ASSUMPTIONS:
        for one in decisions.trust(role, action).allows:
            yield from ((one, entry.value) for entry in one.entries if entry.type is EntryType.DELETED)
