"""Callers whose policies say the same of all actions of escalations, looked at once.

Large accounts have hundreds of policies that grant everything, each in other words.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import msgspec

from audit.evaluate.reach_population import Actor, ReachAccount
from audit.evaluate.reach_sayings import AllSaid, Saying, Sayings, keys_of, known_of_keys
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
        self._alike: dict[Hashable, Profile] = {}
        self._found: dict[tuple[object, ...], Profile] = {}
        self._of_actor: dict[int, Profile] = {}

    def of(self, actor: Actor) -> Profile:
        """The profile of an actor."""
        found = self._of_actor.get(actor.id)
        if found is None:
            found = self._of_actor[actor.id] = self._profile(actor)
        return found

    def _profile(self, actor: Actor) -> Profile:
        said = self._sayings.of(actor, self._sayings.bearing(actor))
        found = self._alike.get(said.key)
        if found is None:
            found = self._alike[said.key] = self._told_apart(actor, said)
        return found

    def _told_apart(self, actor: Actor, said: AllSaid) -> Profile:
        """The profile by what is said, in whichever documents."""
        sayings = self._without_idle(said, self._sayings.mask(actor.account))
        known = actor.account.known_of(actor)
        alike = known_of_keys(known, keys_of(sayings))
        key = (actor.account.account_id, said.layers, said.bounded, frozenset(sayings.items()), alike)
        found = self._found.get(key)
        if found is None:
            number = len(self._found)
            found = Profile(number, actor.account, actor, sayings, said.layers, said.bounded, known)
            self._found[key] = found
        return found

    @staticmethod
    def _without_idle(said: AllSaid, wanted: int) -> Mapping[Saying, int]:
        """What is said of the wanted actions, each once, without what an Allow of everything beside it makes idle."""
        masks: dict[Saying, int] = {}
        whole: dict[int, int] = {}
        for saying, mask in said.rows:
            masks[saying] = masks.get(saying, 0) | mask & wanted
            if saying.grants_everything:
                whole[saying.layer] = whole.get(saying.layer, 0) | mask
        return {
            saying: left
            for saying, mask in masks.items()
            if (left := mask if saying.deny or saying.grants_everything else mask & ~whole.get(saying.layer, 0))
        }
