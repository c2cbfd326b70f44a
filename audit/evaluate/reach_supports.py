"""What a step stands on: statements that it needs together, and which others may stand in for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from audit.catalog.escalations import Gain
from audit.evaluate.reach_population import Actor
from audit.evaluate.reach_techniques import Technique
from audit.evaluate.reach_trust import EntryType
from audit.model.entitlement import StatementRef

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


class Side(NamedTuple):
    """What one technique stands on at its source, where it stands."""

    support: Support
    service: str
    """The service that the target must trust; empty: it need trust none."""


Sides = tuple[Side, ...] | None
"""The techniques of an edge that stand at their source; None: the edge is no escalation."""


class Supports:
    """The supports of hops, each worked out once; those that stand without some statements, for one set at a time."""

    def __init__(self, book: ReachBook) -> None:
        self._book = book
        self._assumed: dict[tuple[int, int, int], tuple[Needs, ...]] = {}
        self._granted: dict[tuple[int, str], tuple[StatementKey, ...]] = {}
        self._trusted: dict[tuple[int, str], tuple[StatementKey, ...]] = {}
        self._refs: dict[StatementKey, StatementRef] = {}
        self._removed: Support = frozenset()
        self._owners: frozenset[str] = frozenset()
        """The managed policies, or owners of other ones, of which something was removed."""
        self._letting: dict[tuple[int, str], Support | None] = {}
        self._touched: dict[int, bool] = {}

    def ref(self, key: StatementKey) -> StatementRef:
        """The statement of a key."""
        return self._refs[key]

    def take_away(self, removed: Support) -> None:
        """Ask from now on about what stands without these statements."""
        if removed != self._removed:
            self._removed = removed
            self._owners = frozenset(owner for owner, _, _ in removed)
            self._letting.clear()
            self._touched.clear()

    def stands(self, sides: Sides, hop: tuple[int, int, int]) -> bool:
        """Whether a hop is left, as far as that is known without working out what it stands on.

        What an assumption stands on takes a decision, and most of those that a search looks at are on no way that it
        finds: one of whose policies nothing was removed is left. `of` has the last word.
        """
        if sides is not None:
            return any(not side.service or self._at_target(hop[-1], side.service) is not None for side in sides)
        if hop not in self._assumed and not self._is_touched(hop[0]) and self._actor(hop[-1]).arn not in self._owners:
            return True
        return self.of(sides, hop) is not None

    def _is_touched(self, node: int) -> bool:
        """Whether something of an actor's own policies was removed."""
        found = self._touched.get(node)
        if found is None:
            policies = self._book.steps.policies_of(self._actor(node))
            found = self._touched[node] = not self._owners.isdisjoint(policies)
        return found

    def of(self, sides: Sides, hop: tuple[int, int, int]) -> Support | None:
        """Statements that a hop stands on, its source, edge and end; None where it falls. `sides`: of its edge."""
        if sides is None:
            return next((left for needs in self._assuming(hop) if (left := self._left(needs)) is not None), None)
        for side in sides:
            if not side.service:
                return side.support
            letting = self._at_target(hop[-1], side.service)
            if letting is not None:
                return side.support | letting
        return None

    def _left(self, needs: Needs) -> Support | None:
        """A statement of each need that was not removed; None where one has none."""
        used = [next((key for key in need if key not in self._removed), None) for need in needs]
        return None if None in used else frozenset(key for key in used if key is not None)

    def at_source(self, node: int, first: int) -> Sides:
        """What stands of the edge from an actor to a first node, at its source."""
        named = self._book.escalation.techniques.of(node, first)
        if named is None:
            return None
        source = self._actor(node)
        sides = ((technique.row, self._left(self._granting(source, technique))) for technique in named.all)
        return tuple(
            Side(left, row.service if row.target in (Gain.PASS_ROLE, Gain.RUNNING) else "")
            for row, left in sides
            if left is not None
        )

    def _granting(self, source: Actor, technique: Technique) -> Needs:
        # What one writes oneself is always there again.
        if source.gained:
            return ()
        needs = []
        for action in technique.row.needs:
            found = self._granted.get((source.id, action))
            if found is None:
                found = self._granted[source.id, action] = self.keys(self._book.steps.granting(source, (action,)))
            needs.append(found)
        return tuple(needs)

    def _at_target(self, node: int, service: str) -> Support | None:
        """The statement by which an actor trusts a service; None where none is left."""
        key = (node, service)
        if key not in self._letting:
            found = self._trusted.get(key)
            if found is None:
                found = self._trusted[key] = self.keys(self._book.steps.trusting(self._actor(node), service))
            left = next((one for one in found if one not in self._removed), None)
            self._letting[key] = None if left is None else frozenset((left,))
        return self._letting[key]

    def _assuming(self, hop: tuple[int, int, int]) -> tuple[Needs, ...]:
        found = self._assumed.get(hop)
        if found is None:
            found = self._assumed[hop] = self._assume(self._actor(hop[0]), self._actor(hop[-1]))
        return found

    def _actor(self, node: int) -> Actor:
        found = self._book.population.actor(node)
        assert found is not None  # noqa: S101 - a hop leads from actor to actor
        return found

    def _assume(self, source: Actor, target: Actor) -> tuple[Needs, ...]:
        _, trusting, own_refs, _ = self._book.steps.assumption(source, target)
        own = self.keys(own_refs)
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

    def keys(self, refs: Iterable[StatementRef]) -> tuple[StatementKey, ...]:
        """The keys of statements, which `ref` leads back from."""
        found = {statement_key(ref): ref for ref in refs}
        for key, ref in found.items():
            self._refs.setdefault(key, ref)
        return tuple(found)
