"""What a step stands on: statements that it needs together, and which others may stand in for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from audit.catalog.escalations import Gain
from audit.evaluate.reach_population import Actor
from audit.evaluate.reach_shared import Technique
from audit.evaluate.reach_trust import EntryType
from audit.model.entitlement import PolicyType, StatementRef

if TYPE_CHECKING:
    from audit.evaluate.reach import ReachBook

StatementKey = tuple[str, str, int]
"""The managed policy's ARN, or the owner of an inline or trust policy; the policy's name; the statement's place."""
Support = frozenset[StatementKey]
Needs = tuple[tuple[StatementKey, ...], ...]
"""All are needed; of each, any one."""


def statement_key(ref: StatementRef) -> StatementKey:
    """A statement, however a principal comes by its policy."""
    policy = ref.policy
    return policy.arn or policy.owner_arn, "" if policy.arn else policy.name, ref.index


class Supports:
    """The supports of hops, each worked out once."""

    def __init__(self, book: ReachBook) -> None:
        self._book = book
        self._found: dict[tuple[int, int, int], tuple[Needs, ...]] = {}
        self._refs: dict[StatementKey, StatementRef] = {}

    def __len__(self) -> int:
        """How many hops were looked at."""
        return len(self._found)

    def ref(self, key: StatementKey) -> StatementRef:
        """The statement of a key."""
        return self._refs[key]

    def standing(self, hop: tuple[int, ...], removed: Support) -> Support | None:
        """Statements that the hop stands on when some are removed; None where it falls."""
        for needs in self._alternatives(hop):
            used = [next((key for key in need if key not in removed), None) for need in needs]
            if None not in used:
                return frozenset(key for key in used if key is not None)
        return None

    def _alternatives(self, hop: tuple[int, ...]) -> tuple[Needs, ...]:
        key = (hop[0], hop[1], hop[-1])
        found = self._found.get(key)
        if found is None:
            source, target = self._book.population.actor(hop[0]), self._book.population.actor(hop[-1])
            assert source is not None and target is not None  # noqa: S101, PT018 - a hop leads from actor to actor
            techniques = self._book.escalation.alternatives.get((hop[0], hop[1]))
            if techniques is None:
                found = self._assume(source, target, hop)
            else:
                found = tuple(self._escalate(source, target, technique) for technique in techniques)
            self._found[key] = found
        return found

    def _assume(self, source: Actor, target: Actor, hop: tuple[int, ...]) -> tuple[Needs, ...]:
        step = self._book.steps.of(hop)
        trusting = [ref for ref in step.statements if ref.policy.type is PolicyType.RESOURCE]
        own = self.keys([ref for ref in step.statements if ref.policy.type is not PolicyType.RESOURCE])
        crossing = source.account.account_id != target.account.account_id
        direct = [ref for ref in trusting if not crossing and self._names(target, ref.index, source.arn)]
        delegating = [ref for ref in trusting if ref not in direct]
        ways: list[Needs] = [(self.keys(direct),)] if direct else []
        if delegating:
            # What one writes oneself is always there again.
            ways.append((self.keys(delegating),) if source.gained else (self.keys(delegating), own))
        return tuple(ways)

    def _names(self, role: Actor, index: int, arn: str) -> bool:
        """Whether a statement of a trust policy names the caller, or everybody."""
        account = self._book.population
        for one in self._book.decisions.trust(role).statements:
            if one.statement.index == index:
                return one.excluding or any(
                    each.type in (EntryType.EVERYBODY, EntryType.SESSION) or each.value == arn
                    for each in one.entries
                    if each.value in ("*", arn) or account.by_arn.get(each.value) is None
                )
        return False

    def _escalate(self, source: Actor, target: Actor, technique: Technique) -> Needs:
        row = technique.row
        steps = self._book.steps
        needs = [] if source.gained else [self.keys(list(steps.granting(source, (one,)))) for one in row.needs]
        if row.target in (Gain.PASS_ROLE, Gain.RUNNING) and target.role is not None:
            needs.append(self.keys(list(steps.trusting(target, row.service))))
        return tuple(needs)

    def keys(self, refs: Iterable[StatementRef]) -> tuple[StatementKey, ...]:
        """The keys of statements, which `ref` leads back from."""
        found = {statement_key(ref): ref for ref in refs}
        for key, ref in found.items():
            self._refs.setdefault(key, ref)
        return tuple(found)
