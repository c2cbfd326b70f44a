"""What the policies that bear on an actor say of some actions, statement by statement.

Statements are told apart by what they mean for these actions, so that policies in other words come out alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from audit.evaluate.compile import CompiledStatement, Condition
from audit.evaluate.holders import NO_DOCUMENT
from audit.evaluate.reach_population import Actor, ReachAccount
from audit.policy.known import Known, canonical
from audit.policy.variables import VERSION_WITH_VARIABLES, variable_keys


class Saying(NamedTuple):
    """What a statement says, whatever its actions."""

    layer: int
    """0 identity-based, 1 the boundary where there is one, then SCPs level by level."""
    deny: bool
    doubtful: bool
    condition: Condition
    resources: tuple[str, ...]
    negated: bool
    variables: bool
    """Whether variables can stand in the resources."""

    @property
    def grants_everything(self) -> bool:
        """Whether it allows its actions on all resources in every request."""
        return not (self.deny or self.doubtful or self.condition or self.resources or self.negated)


class Bearing(NamedTuple):
    """The documents that bear on an actor: those of whom all are the same are told the same."""

    account_id: str
    identity: tuple[int, ...]
    """Those that say anything of the actions."""
    boundary: int
    linked: bool
    """Whether SCPs do not bound it, where there are any."""


class Sayings:
    """Finds what is said of some actions, each document once."""

    def __init__(self, actions: Iterable[str]) -> None:
        self._actions = tuple(actions)
        self._masks: dict[str, int] = {}
        self._statements: dict[tuple[str, int], tuple[CompiledStatement, ...]] = {}
        self._levels: dict[str, tuple[tuple[CompiledStatement, ...], ...]] = {}

    def mask(self, account: ReachAccount) -> int:
        """The bits of the actions."""
        found = self._masks.get(account.account_id)
        if found is None:
            found = 0
            for action in self._actions:
                found |= account.index.bit(action)
            self._masks[account.account_id] = found
        return found

    def bearing(self, actor: Actor) -> Bearing:
        """The documents that bear on an actor."""
        account, holder = actor.account, actor.holder
        own = holder.identity
        identity = tuple([number for number in own if self.statements(account, number)]) if own else ()
        # Only what SCPs do not bound must be told apart.
        linked = bool(account.policies.scps) and holder.service_linked
        return Bearing(account.account_id, identity, holder.boundary, linked)

    def statements(self, account: ReachAccount, number: int) -> tuple[CompiledStatement, ...]:
        """The statements of a document about any of the actions."""
        key = (account.account_id, number)
        found = self._statements.get(key)
        if found is None:
            found = self._statements[key] = self._about(account, account.evaluator.compiled(number).statements)
        return found

    def _about(self, account: ReachAccount, statements: tuple[CompiledStatement, ...]) -> tuple[CompiledStatement, ...]:
        if not statements:
            return ()
        mask = self.mask(account)
        return tuple(one for one in statements if (one.mask | one.partial) & mask)

    def _scps(self, account: ReachAccount) -> tuple[tuple[CompiledStatement, ...], ...]:
        found = self._levels.get(account.account_id)
        if found is None:
            found = self._levels[account.account_id] = tuple(
                tuple(
                    statement
                    for attachment in level
                    for statement in self._about(account, account.evaluator.compiled_of(attachment).statements)
                )
                for level in account.policies.scps
            )
        return found

    def layers(self, account: ReachAccount, bearing: Bearing) -> int:
        """How many layers there are, all of which must allow."""
        return 1 + (bearing.boundary != NO_DOCUMENT) + (0 if bearing.linked else len(account.policies.scps))

    def of(self, account: ReachAccount, bearing: Bearing) -> Iterator[tuple[Saying, int]]:
        """What is said, each with the bits of all its actions; the same may come twice."""
        for number in bearing.identity:
            yield from self._said(account, 0, number)
        if bearing.boundary != NO_DOCUMENT:
            yield from self._said(account, 1, bearing.boundary)
        if not bearing.linked:
            first = 1 + (bearing.boundary != NO_DOCUMENT)
            for layer, level in enumerate(self._scps(account), first):
                yield from (_row(layer, one, variables=_has_variables(one)) for one in level)

    def _said(self, account: ReachAccount, layer: int, number: int) -> Iterator[tuple[Saying, int]]:
        for one in self.statements(account, number):
            variables = _has_variables(one) and (
                account.policies.documents.parsed(number).version == VERSION_WITH_VARIABLES
            )
            yield _row(layer, one, variables=variables)


def _has_variables(statement: CompiledStatement) -> bool:
    return any("${" in pattern for pattern in statement.resources)


def _row(layer: int, one: CompiledStatement, *, variables: bool) -> tuple[Saying, int]:
    saying = Saying(layer, one.deny, one.doubtful, one.condition, one.resources, one.negated, variables)
    return saying, one.mask | one.partial


def keys_of(sayings: Iterable[Saying]) -> frozenset[str]:
    """The condition keys on which they hang."""
    return frozenset(_keys_of(sayings))


def _keys_of(sayings: Iterable[Saying]) -> Iterator[str]:
    for saying in sayings:
        for term in saying.condition:
            yield term.key
            yield from map(canonical, term.references)
        for pattern in saying.resources:
            if "${" in pattern:
                yield from map(canonical, variable_keys(pattern))


def known_of_keys(known: Known, keys: frozenset[str]) -> tuple[object, ...]:
    """What is known of some keys: callers alike there are alike."""
    return (
        tuple(pair for pair in known.values if pair[0] in keys),
        frozenset(key for key in keys if known.is_absent(key)),
        known.present & keys,
    )
