"""What the policies that bear on an actor say of some actions, statement by statement.

Statements are told apart by what they mean for these actions, so that policies in other words come out alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

from audit.evaluate.compile import CompiledStatement, Condition
from audit.evaluate.holders import NO_DOCUMENT
from audit.evaluate.likeness import Likeness
from audit.evaluate.reach_population import Actor, ReachAccount
from audit.policy.classes import Term, base_context
from audit.policy.condition import Context
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


class About(dict[int, tuple[CompiledStatement, ...]]):
    """By a document's number, its statements about some actions; each found when it is first asked for."""

    def __init__(self, account: ReachAccount, mask: int) -> None:
        super().__init__()
        self._compiled = account.evaluator.compiled
        self._mask = mask

    def __missing__(self, number: int) -> tuple[CompiledStatement, ...]:
        found = self[number] = self.of(self._compiled(number).statements)
        return found

    def of(self, statements: tuple[CompiledStatement, ...]) -> tuple[CompiledStatement, ...]:
        """Those about the actions."""
        return tuple(one for one in statements if (one.mask | one.partial) & self._mask) if statements else ()


class AllSaid(NamedTuple):
    """What is said of an actor's requests: where two have the same key, all of it is the same."""

    key: Hashable
    """The bearing alone, where nothing else tells actors apart; else a number."""
    rows: tuple[tuple[Saying, int], ...]
    """Each with the bits of all its actions; the same may come twice."""
    layers: int
    """How many there are, all of which must allow."""
    bounded: bool
    """Whether the second is a boundary."""


class _Rows(NamedTuple):
    """What is said of all on whom the same documents bear."""

    rows: tuple[tuple[Saying, int], ...]
    conditions: tuple[Condition, ...]
    keys: frozenset[str]
    layers: int


class _Apart(NamedTuple):
    """How those are told apart on whom the same documents bear."""

    likeness: Likeness
    said: dict[Hashable, AllSaid]


class Sayings:
    """Finds what is said of some actions, each document once."""

    def __init__(self, actions: Iterable[str]) -> None:
        self._actions = tuple(actions)
        self._masks: dict[str, int] = {}
        self._silent: dict[str, Bearing] = {}
        self._about: dict[str, About] = {}
        self._levels: dict[str, tuple[tuple[CompiledStatement, ...], ...]] = {}
        self._rows: dict[Bearing, _Rows] = {}
        self._apart: dict[Bearing, _Apart] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._open: dict[tuple[Bearing, tuple[Condition | None, ...]], _Rows] = {}

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
        if own:
            about = self.about(account)
            own = tuple([number for number in own if about[number]])
        # Only what SCPs do not bound must be told apart.
        linked = bool(account.scps) and holder.service_linked
        if not own and not linked and holder.boundary == NO_DOCUMENT:
            # As of most: one record for all of them.
            silent = self._silent.get(account.account_id)
            if silent is None:
                silent = Bearing(account.account_id, (), NO_DOCUMENT, linked=False)
                self._silent[account.account_id] = silent
            return silent
        return Bearing(account.account_id, own, holder.boundary, linked)

    def about(self, account: ReachAccount) -> About:
        """The statements of an account's documents about any of the actions."""
        found = self._about.get(account.account_id)
        if found is None:
            found = self._about[account.account_id] = About(account, self.mask(account))
        return found

    def _scps(self, account: ReachAccount) -> tuple[tuple[CompiledStatement, ...], ...]:
        found = self._levels.get(account.account_id)
        if found is None:
            about = self.about(account)
            found = self._levels[account.account_id] = tuple(
                tuple(
                    statement
                    for attachment in level
                    for statement in about.of(account.evaluator.compiled_of(attachment).statements)
                )
                for level in account.policies.scps
            )
        return found

    def of(self, actor: Actor, bearing: Bearing, known: Known | None = None) -> AllSaid:
        """What is said of an actor's requests, of which `known` is known: by default what is of all of its requests.

        What a condition says of the actor itself is settled here, so that actors who meet it alike are alike.
        """
        account = actor.account
        found = self._rows.get(bearing)
        if found is None:
            found = self._rows[bearing] = self._rowed(account, bearing, tuple(self._found(account, bearing)))
        if not found.keys:
            return AllSaid(bearing, found.rows, found.layers, bearing.boundary != NO_DOCUMENT)
        apart = self._apart.get(bearing)
        if apart is None:
            apart = self._apart[bearing] = _Apart(_likeness(found), {})
        alike = apart.likeness.of(actor.holder, account.known)
        said = apart.said.get(alike)
        if said is None:
            said = apart.said[alike] = self._settled(actor, bearing, found, known)
        return said

    def _settled(self, actor: Actor, bearing: Bearing, found: _Rows, known: Known | None) -> AllSaid:
        account = actor.account
        if known is None:
            known = account.known_of(actor)
        base = base_context(known)
        left = tuple([open_part(condition, known, base) for condition in found.conditions])
        opened = self._open.get((bearing, left))
        if opened is None:
            settled = dict(zip(found.conditions, left, strict=True))
            opened = self._rowed(account, bearing, tuple(_under(settled, found.rows)))
            self._open[bearing, left] = opened
        key = (bearing, left, known_of_keys(known, opened.keys))
        number = self._numbers.setdefault(key, len(self._numbers))
        return AllSaid(number, opened.rows, opened.layers, bearing.boundary != NO_DOCUMENT)

    @staticmethod
    def _rowed(account: ReachAccount, bearing: Bearing, rows: tuple[tuple[Saying, int], ...]) -> _Rows:
        conditions = tuple(dict.fromkeys(saying.condition for saying, _ in rows if saying.condition))
        layers = 1 + (bearing.boundary != NO_DOCUMENT) + (0 if bearing.linked else len(account.policies.scps))
        return _Rows(rows, conditions, keys_of(saying for saying, _ in rows), layers)

    def _found(self, account: ReachAccount, bearing: Bearing) -> Iterator[tuple[Saying, int]]:
        for number in bearing.identity:
            yield from self._said(account, 0, number)
        if bearing.boundary != NO_DOCUMENT:
            yield from self._said(account, 1, bearing.boundary)
        if not bearing.linked:
            first = 1 + (bearing.boundary != NO_DOCUMENT)
            for layer, level in enumerate(self._scps(account), first):
                yield from (_row(layer, one, variables=_has_variables(one)) for one in level)

    def _said(self, account: ReachAccount, layer: int, number: int) -> Iterator[tuple[Saying, int]]:
        for one in self.about(account)[number]:
            variables = _has_variables(one) and (
                account.policies.documents.parsed(number).version == VERSION_WITH_VARIABLES
            )
            yield _row(layer, one, variables=variables)


def _likeness(found: _Rows) -> Likeness:
    # What stands in resources, and what stays in doubt, is not settled: there the very values count.
    kept = (saying if saying.doubtful else saying._replace(condition=()) for saying, _ in found.rows)
    return Likeness(found.conditions, keys_of(kept))


def _has_variables(statement: CompiledStatement) -> bool:
    return any("${" in pattern for pattern in statement.resources)


def _row(layer: int, one: CompiledStatement, *, variables: bool) -> tuple[Saying, int]:
    saying = Saying(layer, one.deny, one.doubtful, one.condition, one.resources, one.negated, variables)
    return saying, one.mask | one.partial


def open_part(condition: Condition, known: Known, base: Context) -> Condition | None:
    """What is open of a condition, without the terms that hold in all such requests; None: it never holds.

    `base`: the context of what is known alone.
    """
    left: list[Term] = []
    for term in condition:
        if any(key not in base and not known.is_absent(key) for key in (term.key, *term.references)):
            left.append(term)
        elif not term.holds(base):
            return None
    return condition if len(left) == len(condition) else tuple(left)


def _under(
    settled: Mapping[Condition, Condition | None], rows: Iterable[tuple[Saying, int]]
) -> Iterator[tuple[Saying, int]]:
    """The rows with what is open of their conditions. What cannot be evaluated stays in doubt."""
    for saying, mask in rows:
        if not saying.condition or saying.doubtful:
            yield saying, mask
            continue
        left = settled[saying.condition]
        if left is not None:
            yield saying if left is saying.condition else saying._replace(condition=left), mask


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
