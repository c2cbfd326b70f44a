"""Callers whose policies say the same of all actions of escalations, looked at once.

Large accounts have hundreds of policies that grant everything, each in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from audit.evaluate.holders import NO_DOCUMENT
from audit.evaluate.reach_population import Actor, ReachAccount
from audit.evaluate.reach_sayings import Bearing, Saying, Sayings, keys_of, known_of_keys
from audit.policy.known import Known


class Profile(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Actors of one account for whom the policies say the same."""

    number: int
    account: ReachAccount
    representative: Actor
    """Any of its members."""
    sayings: Mapping[Saying, int]
    """What is said, and the bits of the actions it is said of."""
    layers: int
    bounded: bool
    """Whether its second layer is a boundary."""
    known: Known
    """Of the representative: its members are alike in the keys that are asked for."""


class Profiles:
    """Finds the profile of each actor."""

    def __init__(self, actions: Iterable[str]) -> None:
        """`actions`: those whose resources and conditions are looked at."""
        self._sayings = Sayings(actions)
        self._said: dict[Bearing, tuple[Mapping[Saying, int], frozenset[str]]] = {}
        self._found: dict[tuple[object, ...], Profile] = {}
        self._of_actor: dict[int, Profile] = {}

    def of(self, actor: Actor) -> Profile:
        """The profile of an actor."""
        found = self._of_actor.get(actor.id)
        if found is None:
            found = self._of_actor[actor.id] = self._profile(actor)
        return found

    def _profile(self, actor: Actor) -> Profile:
        bearing = self._sayings.bearing(actor)
        said = self._said.get(bearing)
        if said is None:
            sayings = self._told_apart(actor.account, bearing)
            said = self._said[bearing] = (sayings, keys_of(sayings))
        sayings, keys = said
        layers, bounded = self._sayings.layers(actor.account, bearing), bearing.boundary != NO_DOCUMENT
        known = actor.account.known_of(actor)
        alike = known_of_keys(known, keys) if keys else None
        key = (bearing.account_id, layers, bounded, frozenset(sayings.items()), alike)
        found = self._found.get(key)
        if found is None:
            found = Profile(len(self._found), actor.account, actor, sayings, layers, bounded, known)
            self._found[key] = found
        return found

    def _told_apart(self, account: ReachAccount, bearing: Bearing) -> Mapping[Saying, int]:
        """What is said, each once, without what an Allow of everything in the same layer makes idle."""
        wanted = self._sayings.mask(account)
        masks: dict[Saying, int] = {}
        whole: dict[int, int] = {}
        for saying, mask in self._sayings.of(account, bearing):
            masks[saying] = masks.get(saying, 0) | mask & wanted
            if saying.grants_everything:
                whole[saying.layer] = whole.get(saying.layer, 0) | mask
        return {
            saying: left
            for saying, mask in masks.items()
            if (left := mask if saying.deny or saying.grants_everything else mask & ~whole.get(saying.layer, 0))
        }
