"""What callers may do to targets by their own policies: identity-based ones, boundary and SCPs, resource by resource.

Callers whose policies say the same of an action are one class. Its answer is one grade for each account, and an own
one for the targets that some pattern names: short for whoever has `*`, exact for whoever has role ARNs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

import msgspec

from audit.evaluate.compile import CompiledDocument, CompiledStatement, Condition
from audit.evaluate.holders import NO_DOCUMENT
from audit.evaluate.outcomes import Outcomes
from audit.evaluate.reach_population import Actor, ReachAccount
from audit.evaluate.reach_targets import Taken, TargetSpace
from audit.policy.classes import base_context
from audit.policy.condition import Context, expand_value
from audit.policy.known import Known, canonical
from audit.policy.variables import VERSION_WITH_VARIABLES, variable_keys


class Grade(IntEnum):
    """How sure an answer is."""

    NO = 0
    OPEN = 1
    """In some requests and not in others, or too much to tell."""
    SURE = 2


class Access(NamedTuple):
    """What one class of callers may do to a target."""

    granted: Grade
    """Its own policies grant it: what a target needs that leaves the matter to the caller's account."""
    permitted: Grade
    """Nothing refuses it: what a target needs that names the caller."""
    undenied: Grade
    """The same, a boundary's silence aside: a trust policy of its account that names a user goes past that."""


_UNSAID = Access(Grade.NO, Grade.SURE, Grade.SURE)
"""Of callers whose policies say nothing of the action."""


class Said(NamedTuple):
    """One statement that bears on the action, and on which targets."""

    layer: int
    """0 identity-based, 1 the boundary where there is one, then SCPs level by level."""
    statement: CompiledStatement
    takes: tuple[Taken, ...]
    vague: bool = False
    """Its resources hang on a variable whose value is not known."""


class CallerClass:
    """Callers of one account whose policies say the same of one action."""

    def __init__(
        self,
        representative: Actor,
        said: tuple[Said, ...],
        space: TargetSpace,
        settle: Callable[[tuple[Said, ...]], Access],
    ) -> None:
        self.representative = representative
        """Any of its members."""
        self.silent = not said
        """Whether its identity-based policies and boundary say nothing of the action."""
        self._said = said
        self._space = space
        self._settle = settle
        self._defaults: dict[str, Access] = {}
        self._settled: dict[tuple[bool, ...], Access] = {}
        self.keys = frozenset(
            key
            for one in said
            for term in one.statement.condition
            for key in (term.key, *map(canonical, term.references))
        )
        """The condition keys that its policies look at."""
        self.explicit: Mapping[int, Access] = {
            target: self._access(space.account_of[target], target)
            for target in sorted({target for one in said for taken in one.takes for target in taken.targets})
        }
        """The answer for each target that some pattern names one by one."""

    def default(self, account_id: str) -> Access:
        """The answer for the targets of an account that no pattern names one by one."""
        found = self._defaults.get(account_id)
        if found is None:
            found = self._defaults[account_id] = self._access(account_id, -1)
        return found

    def on(self, target: int) -> Access:
        """The answer for one target."""
        found = self.explicit.get(target)
        return self.default(self._space.account_of[target]) if found is None else found

    def vector(self, target: int) -> tuple[bool, ...]:
        """Which of the class's statements are about the target: targets with the same have the same answer."""
        account_id = self._space.account_of[target]
        return tuple(_is_about(one, account_id, target) for one in self._said)

    def _access(self, account_id: str, target: int) -> Access:
        vector = tuple(_is_about(one, account_id, target) for one in self._said)
        found = self._settled.get(vector)
        if found is None:
            about = tuple(one for one, takes in zip(self._said, vector, strict=True) if takes)
            found = self._settled[vector] = self._settle(about)
        return found


def _is_about(said: Said, account_id: str, target: int) -> bool:
    if not said.takes:
        return True
    taken = any(account_id in one.accounts or target in one.targets for one in said.takes)
    return taken is not said.statement.negated


_NOTHING_TOLD = Known()


class Callers:
    """The classes of all callers of one action on targets of one kind."""

    def __init__(self, action: str, space: TargetSpace, told: Known = _NOTHING_TOLD) -> None:
        """`told`: what is known of every such request besides."""
        self.action = action
        self.space = space
        self._told = told
        self._outcomes = Outcomes()
        self._bearing: dict[tuple[str, int], tuple[CompiledStatement, ...]] = {}
        self._levels: dict[str, tuple[tuple[CompiledStatement, ...], ...]] = {}
        self._classes: dict[tuple[object, ...], CallerClass] = {}
        self._of_actor: dict[int, CallerClass] = {}
        self._keys: dict[tuple[object, ...], frozenset[str]] = {}

    def of(self, actor: Actor) -> CallerClass:
        """The class of a caller."""
        found = self._of_actor.get(actor.id)
        if found is None:
            found = self._of_actor[actor.id] = self._found(actor)
        return found

    def _found(self, actor: Actor) -> CallerClass:
        account, holder = actor.account, actor.holder
        own = holder.identity
        identity = tuple([number for number in own if self._statements(account, number)]) if own else ()
        # Only what SCPs do not bound must be told apart.
        linked = bool(account.policies.scps) and holder.service_linked
        key: tuple[object, ...] = (account.account_id, identity, holder.boundary, linked)
        mentioned = self._keys.get(key)
        if mentioned is None:
            mentioned = self._keys[key] = frozenset(_mentioned(self._documents(actor, identity, linked)))
        if mentioned:
            key = (*key, _narrowed(self._known(actor), mentioned))
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = self._class(actor, identity, linked)
        return found

    def _known(self, actor: Actor) -> Known:
        known = actor.account.known_of(actor)
        if self._told is _NOTHING_TOLD:
            return known
        return msgspec.structs.replace(
            known,
            values=tuple(sorted({**dict(known.values), **dict(self._told.values)}.items())),
            absent=known.absent | self._told.absent,
        )

    def _statements(self, account: ReachAccount, number: int) -> tuple[CompiledStatement, ...]:
        key = (account.account_id, number)
        found = self._bearing.get(key)
        if found is None:
            compiled = account.evaluator.compiled(number)
            found = self._bearing[key] = self._about(compiled, account)
        return found

    def _about(self, document: CompiledDocument, account: ReachAccount) -> tuple[CompiledStatement, ...]:
        if not document.statements:
            return ()
        bit = account.index.bit(self.action)
        return tuple(one for one in document.statements if (one.mask | one.partial) & bit)

    def _scps(self, account: ReachAccount) -> tuple[tuple[CompiledStatement, ...], ...]:
        found = self._levels.get(account.account_id)
        if found is None:
            found = self._levels[account.account_id] = tuple(
                tuple(
                    statement
                    for attachment in level
                    for statement in self._about(account.evaluator.compiled_of(attachment), account)
                )
                for level in account.policies.scps
            )
        return found

    def _documents(
        self, actor: Actor, identity: tuple[int, ...], linked: bool
    ) -> list[tuple[str, tuple[CompiledStatement, ...]]]:
        """The statements of each layer, with the Version of their document where variables can stand in it."""
        account, boundary = actor.account, actor.holder.boundary
        documents = account.policies.documents
        numbers = list(identity) if boundary == NO_DOCUMENT else [*identity, boundary]
        layers = [0] * len(identity) + ([] if boundary == NO_DOCUMENT else [1])
        found = [
            (documents.parsed(number).version if self._has_variables(account, number) else "", number, layer)
            for number, layer in zip(numbers, layers, strict=True)
        ]
        rows = [(version, self._statements(account, number)) for version, number, _ in found]
        if not linked:
            rows += [(VERSION_WITH_VARIABLES, level) for level in self._scps(account)]
        return rows

    def _has_variables(self, account: ReachAccount, number: int) -> bool:
        return any("${" in pattern for one in self._statements(account, number) for pattern in one.resources)

    def _class(self, actor: Actor, identity: tuple[int, ...], linked: bool) -> CallerClass:
        known = self._known(actor)
        context = base_context(known)
        bounded = actor.holder.boundary != NO_DOCUMENT
        said: list[Said] = []
        rows = self._documents(actor, identity, linked)
        for at, (version, statements) in enumerate(rows):
            layer = 0 if at < len(identity) else 1 + at - len(identity)
            said.extend(self._say(layer, one, version, context, known) for one in statements)
        layers = 1 + len(rows) - len(identity)

        def settle(about: tuple[Said, ...]) -> Access:
            return _settle(about, layers, bounded, known, self._outcomes)

        return CallerClass(actor, tuple(said), self.space, settle)

    def _say(self, layer: int, statement: CompiledStatement, version: str, context: Context, known: Known) -> Said:
        takes: list[Taken] = []
        vague = False
        for pattern in statement.resources:
            if version != VERSION_WITH_VARIABLES or "${" not in pattern:
                takes.append(self.space.taken(pattern))
                continue
            parts = expand_value(pattern, version, context)
            if parts is not None:
                text = "".join(part if isinstance(part, str) else part.text for part in parts)
                takes.append(self.space.taken(text))
            elif not all(known.is_absent(canonical(key)) for key in variable_keys(pattern)):
                vague = True
                takes.append(self.space.taken(_without_variables(pattern)))
            else:
                takes.append(Taken(frozenset(), frozenset()))
        return Said(layer, statement, tuple(takes), vague)


def _without_variables(pattern: str) -> str:
    """The pattern with `*` for each variable: what it can be about at most."""
    head, mark, rest = pattern.partition("${")
    return head + "*" + _without_variables(rest.partition("}")[2]) if mark else head


def _mentioned(rows: Iterable[tuple[str, tuple[CompiledStatement, ...]]]) -> Iterator[str]:
    """The condition keys on which the statements hang."""
    for _, statements in rows:
        for statement in statements:
            for term in statement.condition:
                yield term.key
                yield from map(canonical, term.references)
            for pattern in statement.resources:
                yield from map(canonical, variable_keys(pattern))


def _narrowed(known: Known, keys: frozenset[str]) -> tuple[object, ...]:
    """What is known of some keys: callers alike there are alike."""
    return (
        tuple(pair for pair in known.values if pair[0] in keys),
        frozenset(key for key in keys if known.is_absent(key)),
        known.present & keys,
    )


def _settle(about: tuple[Said, ...], layers: int, bounded: bool, known: Known, outcomes: Outcomes) -> Access:
    """The answer where these statements are about the target."""
    if not about and layers == 1:
        return _UNSAID
    conditions = tuple(dict.fromkeys(one.statement.condition for one in about if one.statement.condition))
    found = outcomes.of(conditions, known) if conditions else ((),)
    vague = any(one.vague for one in about)
    if found is None:
        # Too many requests to tell apart: every Allow taken to hold, and no Deny.
        most = _once(about, layers, bounded, lambda one: not one.statement.condition or not one.statement.deny)
        return _graded([most], doubtful=True)
    answers = [
        _once(about, layers, bounded, _holding(dict(zip(conditions, outcome, strict=True)), clear))
        for outcome in found
        for clear in ((True, False) if vague else (True,))
    ]
    return _graded(answers, doubtful=any(one.statement.doubtful and one.statement.deny for one in about))


def _holding(truth: Mapping[Condition, bool], clear: bool) -> Callable[[Said], bool]:
    """Which statements hold; `clear`: those whose resources hang on a variable are about the target."""

    def holds(one: Said) -> bool:
        return (clear or not one.vague) and (not one.statement.condition or truth[one.statement.condition])

    return holds


def _once(
    about: tuple[Said, ...], layers: int, bounded: bool, holds: Callable[[Said], bool]
) -> tuple[bool, bool, bool]:
    """Granted, permitted and undenied in one request."""
    allowed = [False] * layers
    for one in about:
        if one.statement.doubtful or not holds(one):
            continue
        if one.statement.deny:
            return False, False, False
        allowed[one.layer] = True
    above = all(allowed[1 + bounded :])
    within = above and (not bounded or allowed[1])
    return within and allowed[0], within, above


def _graded(answers: list[tuple[bool, bool, bool]], *, doubtful: bool) -> Access:
    grades = [
        Grade.SURE if all(column) and not doubtful else Grade.OPEN if any(column) else Grade.NO
        for column in zip(*answers, strict=True)
    ]
    return Access(*grades)
