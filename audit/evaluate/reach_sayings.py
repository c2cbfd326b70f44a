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


Rows = tuple[tuple[Saying, int], ...]
"""Statements, each with the bits of its actions."""


class AllSaid(NamedTuple):
    """What is said of an actor's requests: where two have the same key, all of it is the same."""

    key: Hashable
    """The bearing alone, where nothing else tells actors apart; else a number."""
    rows: Rows
    """Each with the bits of all its actions; the same may come twice."""
    layers: int
    """How many there are, all of which must allow."""
    bounded: bool
    """Whether the second is a boundary."""


class _Opened(NamedTuple):
    """What is left of some statements, where that of their conditions is settled which is known."""

    number: int
    """Another for all that is left otherwise."""
    rows: Rows
    keys: frozenset[str]
    """The condition keys on which it hangs still."""


class _Opening:
    """Settles statements for one actor after another, once for all who are alike."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._conditions = tuple(dict.fromkeys(saying.condition for saying, _ in rows if saying.condition))
        # What stands in resources, and what stays in doubt, is not settled: there the very values count.
        kept = (saying if saying.doubtful else saying._replace(condition=()) for saying, _ in rows)
        self.likeness = Likeness(self._conditions, keys_of(kept))
        self._alike: dict[Hashable, _Opened] = {}
        self._found: dict[tuple[Condition | None, ...], _Opened] = {}

    def of(self, actor: Actor, alike: Hashable, known: Known | None) -> _Opened:
        """What is left for an actor, and all who are `alike`. `known`: as `Sayings.of` takes it."""
        found = self._alike.get(alike)
        if found is None:
            found = self._alike[alike] = self._opened(actor.account.known_of(actor) if known is None else known)
        return found

    def _opened(self, known: Known) -> _Opened:
        base = base_context(known)
        left = tuple([open_part(condition, known, base) for condition in self._conditions])
        found = self._found.get(left)
        if found is None:
            rows = tuple(_under(dict(zip(self._conditions, left, strict=True)), self._rows))
            found = self._found[left] = _Opened(len(self._found), rows, keys_of(saying for saying, _ in rows))
        return found


class _Part(NamedTuple):
    """What some documents say."""

    whole: _Opened
    opening: _Opening | None
    """None: nothing of it hangs on a condition."""

    @staticmethod
    def of(rows: Rows) -> _Part:
        keys = keys_of(saying for saying, _ in rows)
        return _Part(_Opened(0, rows, keys), _Opening(rows) if keys else None)


class Sayings:
    """Finds what is said of some actions, each document once."""

    def __init__(self, actions: Iterable[str]) -> None:
        self._actions = tuple(actions)
        self._masks: dict[str, int] = {}
        self._silent: dict[str, Bearing] = {}
        self._about: dict[str, About] = {}
        self._levels: dict[str, tuple[tuple[CompiledStatement, ...], ...]] = {}
        self._own: dict[Bearing, _Part] = {}
        self._above: dict[tuple[str, int], _Part] = {}
        self._said: dict[tuple[Bearing, Hashable, Hashable], AllSaid] = {}
        self._numbers: dict[tuple[object, ...], int] = {}

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
        account, holder = actor.account, actor.holder
        own = self._own.get(bearing)
        if own is None:
            own = self._own[bearing] = _Part.of(tuple(self._found(account, bearing)))
        bounded = bearing.boundary != NO_DOCUMENT
        above = _NOTHING if bearing.linked else self._over(account, 1 + bounded)
        layers = 1 + bounded + (0 if bearing.linked else len(account.policies.scps))
        if own.opening is None and above.opening is None:
            return AllSaid(bearing, own.whole.rows + above.whole.rows, layers, bounded)
        mine = own.opening.likeness.of(holder, account.known) if own.opening else None
        theirs = above.opening.likeness.of(holder, account.known) if above.opening else None
        said = self._said.get((bearing, mine, theirs))
        if said is None:
            left = own.opening.of(actor, mine, known) if own.opening else own.whole
            left_above = above.opening.of(actor, theirs, known) if above.opening else above.whole
            keys = left.keys | left_above.keys
            alike = known_of_keys(account.known.told(holder, keys) if known is None else known, keys)
            key = (bearing, left.number, left_above.number, alike)
            number = self._numbers.setdefault(key, len(self._numbers))
            said = self._said[bearing, mine, theirs] = AllSaid(number, left.rows + left_above.rows, layers, bounded)
        return said

    def _found(self, account: ReachAccount, bearing: Bearing) -> Iterator[tuple[Saying, int]]:
        for number in bearing.identity:
            yield from self._said_in(account, 0, number)
        if bearing.boundary != NO_DOCUMENT:
            yield from self._said_in(account, 1, bearing.boundary)

    def _said_in(self, account: ReachAccount, layer: int, number: int) -> Iterator[tuple[Saying, int]]:
        for one in self.about(account)[number]:
            variables = _has_variables(one) and (
                account.policies.documents.parsed(number).version == VERSION_WITH_VARIABLES
            )
            yield _row(layer, one, variables=variables)

    def _over(self, account: ReachAccount, first: int) -> _Part:
        """What SCPs say, of which the root's are the layer `first`: the same of nearly all actors of an account."""
        found = self._above.get((account.account_id, first))
        if found is None:
            rows = tuple(
                _row(layer, one, variables=_has_variables(one))
                for layer, level in enumerate(self._scps(account), first)
                for one in level
            )
            found = self._above[account.account_id, first] = _Part.of(rows)
        return found


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


_NOTHING = _Part.of(())
"""Of SCPs, where none bound the actor."""
