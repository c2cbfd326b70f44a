"""What callers may do to targets by their own policies: identity-based ones, boundary and SCPs, resource by resource.

Callers whose policies say the same of an action are one class. Its answer is one grade for each account, and an own
one for the targets that some pattern names: short for whoever has `*`, exact for whoever has role ARNs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import msgspec

from audit.evaluate.compile import Condition
from audit.evaluate.outcomes import Outcomes
from audit.evaluate.reach_population import Actor
from audit.evaluate.reach_profiles import Profile
from audit.evaluate.reach_sayings import AllSaid, Bearing, Saying, Sayings, keys_of, known_of_keys
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
    """What a statement says of the action, and of which targets."""

    saying: Saying
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
        self.explicit: Mapping[int, Access] = self._explicit()
        """The answer for each target that some pattern names one by one."""

    @cached_property
    def keys(self) -> frozenset[str]:
        """The condition keys that its policies look at."""
        return frozenset(
            key
            for one in self._said
            for term in one.saying.condition
            for key in (term.key, *map(canonical, term.references))
        )

    def _explicit(self) -> Mapping[int, Access]:
        targets = sorted({target for one in self._said for taken in one.takes for target in taken.targets})
        if len(self._said) == 1 and targets:
            # One statement is about all that its patterns name, or about none of it.
            return dict.fromkeys(targets, self._settled_of((not self._said[0].saying.negated,)))
        return {target: self._access(self._space.account_of[target], target) for target in targets}

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
        return self._settled_of(tuple([_is_about(one, account_id, target) for one in self._said]))

    def _settled_of(self, vector: tuple[bool, ...]) -> Access:
        found = self._settled.get(vector)
        if found is None:
            about = tuple(one for one, takes in zip(self._said, vector, strict=True) if takes)
            found = self._settled[vector] = self._settle(about)
        return found


def _is_about(said: Said, account_id: str, target: int) -> bool:
    if not said.takes:
        return True
    for one in said.takes:
        if account_id in one.accounts or target in one.targets:
            return not said.saying.negated
    return said.saying.negated


_NOTHING_TOLD = Known()


class Callers:
    """The classes of all callers of one action on targets of one kind."""

    def __init__(self, action: str, space: TargetSpace, told: Known = _NOTHING_TOLD) -> None:
        """`told`: what is known of every such request besides."""
        self.action = action
        self.space = space
        self._told = told
        self._outcomes = Outcomes()
        self._sayings = Sayings((action,))
        self._classes: dict[Hashable, CallerClass] = {}
        self._of_actor: dict[int, CallerClass] = {}
        self._of_bearing: dict[Bearing, CallerClass] = {}
        self._of_profile: dict[int, CallerClass] = {}

    def of(self, actor: Actor) -> CallerClass:
        """The class of a caller; its members have the same documents."""
        found = self._of_actor.get(actor.id)
        if found is None:
            bearing = self._sayings.bearing(actor)
            found = self._of_bearing.get(bearing) or self._found(actor, bearing)
            self._of_actor[actor.id] = found
        return found

    def of_profile(self, profile: Profile) -> CallerClass:
        """The class of the callers of a profile; the documents of its members say the same."""
        found = self._of_profile.get(profile.number)
        if found is None:
            bit = profile.account.index.bit(self.action)
            sayings = [saying for saying, mask in profile.sayings.items() if mask & bit]
            alike = known_of_keys(profile.known, keys_of(sayings))
            key = (profile.account.account_id, profile.layers, profile.bounded, frozenset(sayings), alike)
            found = self._classes.get(key)
            if found is None:
                known = self._with_told(profile.known)
                found = self._class(profile.representative, known, sayings, profile.layers, bounded=profile.bounded)
                self._classes[key] = found
            self._of_profile[profile.number] = found
        return found

    def _found(self, actor: Actor, bearing: Bearing) -> CallerClass:
        said = self._sayings.of(actor, bearing, None if self._told is _NOTHING_TOLD else self._known(actor))
        found = self._classes.get(said.key)
        if found is None:
            found = self._classes[said.key] = self._class_of(actor, said)
        if said.key is bearing:
            # It hangs on nothing that tells callers apart.
            self._of_bearing[bearing] = found
        return found

    def _class_of(self, actor: Actor, said: AllSaid) -> CallerClass:
        sayings = [saying for saying, _ in said.rows]
        asking = any(saying.condition or saying.variables for saying in sayings)
        known = self._known(actor) if asking else self._told
        return self._class(actor, known, sayings, said.layers, bounded=said.bounded)

    def _known(self, actor: Actor) -> Known:
        return self._with_told(actor.account.known_of(actor))

    def _with_told(self, known: Known) -> Known:
        if self._told is _NOTHING_TOLD:
            return known
        return msgspec.structs.replace(
            known,
            values=tuple(sorted({**dict(known.values), **dict(self._told.values)}.items())),
            absent=known.absent | self._told.absent,
        )

    def _class(
        self, actor: Actor, known: Known, sayings: Iterable[Saying], layers: int, *, bounded: bool
    ) -> CallerClass:
        """`known`: of the actor's requests; asked where a condition or a variable is."""
        context = base_context(known)

        def settle(about: tuple[Said, ...]) -> Access:
            return _settle(about, layers, bounded, known, self._outcomes)

        return CallerClass(actor, tuple([self._say(one, context, known) for one in sayings]), self.space, settle)

    def _say(self, saying: Saying, context: Context, known: Known) -> Said:
        takes: list[Taken] = []
        vague = False
        for pattern in saying.resources:
            if not saying.variables or "${" not in pattern:
                takes.append(self.space.taken(pattern))
                continue
            parts = expand_value(pattern, VERSION_WITH_VARIABLES, context)
            if parts is not None:
                text = "".join(part if isinstance(part, str) else part.text for part in parts)
                takes.append(self.space.taken(text))
            elif not all(known.is_absent(canonical(key)) for key in variable_keys(pattern)):
                vague = True
                takes.append(self.space.taken(_without_variables(pattern)))
            else:
                takes.append(Taken(frozenset(), frozenset()))
        return Said(saying, tuple(takes), vague)


def _without_variables(pattern: str) -> str:
    """The pattern with `*` for each variable: what it can be about at most."""
    head, mark, rest = pattern.partition("${")
    return head + "*" + _without_variables(rest.partition("}")[2]) if mark else head


def _settle(about: tuple[Said, ...], layers: int, bounded: bool, known: Known, outcomes: Outcomes) -> Access:
    """The answer where these statements are about the target."""
    if not about and layers == 1:
        return _UNSAID
    vague = any(one.vague for one in about)
    doubtful = any(one.saying.doubtful and one.saying.deny for one in about)
    conditions = tuple(dict.fromkeys([one.saying.condition for one in about if one.saying.condition]))
    if not conditions and not vague:
        # As most: there is one answer to all requests.
        return _graded([_once(about, layers, bounded, lambda _: True)], doubtful=doubtful)
    found = outcomes.of(conditions, known) if conditions else ((),)
    if found is None:
        # Too many requests to tell apart: every Allow taken to hold, and no Deny.
        most = _once(about, layers, bounded, lambda one: not one.saying.condition or not one.saying.deny)
        return _graded([most], doubtful=True)
    answers = [
        _once(about, layers, bounded, _holding(dict(zip(conditions, outcome, strict=True)), clear))
        for outcome in found
        for clear in ((True, False) if vague else (True,))
    ]
    return _graded(answers, doubtful=doubtful)


def _holding(truth: Mapping[Condition, bool], clear: bool) -> Callable[[Said], bool]:
    """Which statements hold; `clear`: those whose resources hang on a variable are about the target."""

    def holds(one: Said) -> bool:
        return (clear or not one.vague) and (not one.saying.condition or truth[one.saying.condition])

    return holds


def _once(
    about: tuple[Said, ...], layers: int, bounded: bool, holds: Callable[[Said], bool]
) -> tuple[bool, bool, bool]:
    """Granted, permitted and undenied in one request."""
    allowed = [False] * layers
    for one in about:
        if one.saying.doubtful or not holds(one):
            continue
        if one.saying.deny:
            return False, False, False
        allowed[one.saying.layer] = True
    above = all(allowed[1 + bounded :])
    within = above and (not bounded or allowed[1])
    return within and allowed[0], within, above


def _graded(answers: list[tuple[bool, bool, bool]], *, doubtful: bool) -> Access:
    grades = [
        Grade.SURE if all(column) and not doubtful else Grade.OPEN if any(column) else Grade.NO
        for column in zip(*answers, strict=True)
    ]
    return Access(*grades)
