"""How several conditions can turn out together: every combination of true and false that some request gives.

Two conditions are not independent: `aws:SourceIp is in 10.0.0.0/8` and `is not in 10.0.0.0/8` never hold together,
and a privilege that needs both is no privilege.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, product

from audit.evaluate.compile import Condition
from audit.evaluate.sampling import either_way
from audit.policy.classes import TooManyContextsError, contexts
from audit.policy.known import Known, canonical

_MAX_ASKED = 8_192
Outcome = tuple[bool, ...]
"""One truth value a condition, in the order they were asked."""


class Outcomes:
    """The combinations, remembered: many principals share their conditions and what is known of the keys in them."""

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[Condition, ...], Known], tuple[Outcome, ...] | None] = {}
        """By what is known of the conditions' keys alone."""
        self._asked: dict[tuple[tuple[Condition, ...], Known], tuple[Outcome, ...] | None] = {}
        self._keys: dict[Condition, frozenset[str]] = {}

    def of(self, conditions: tuple[Condition, ...], known: Known) -> tuple[Outcome, ...] | None:
        """All combinations that occur; None where there are too many contexts to tell.

        Conditions that share no unknown key turn out independently of one another.
        """
        asked = (conditions, known)
        try:
            return self._asked[asked]
        except KeyError:
            if len(self._asked) == _MAX_ASKED:
                # Who knows more of a principal than the conditions ask never asks the same again.
                self._asked.clear()
            found = self._asked[asked] = self._of(conditions, known)
            return found

    def _of(self, conditions: tuple[Condition, ...], known: Known) -> tuple[Outcome, ...] | None:
        if len(conditions) == 1:
            return self._together(conditions, known)
        found: list[tuple[tuple[Condition, ...], tuple[Outcome, ...]]] = []
        for group in self._dependent(conditions, known):
            outcomes = self._together(group, known)
            if outcomes is None:
                return None
            found.append((group, outcomes))
        if len(found) == 1:
            return found[0][1]
        # The groups' conditions stand in another order than they were asked in.
        order = [condition for group, _ in found for condition in group]
        places = [order.index(condition) for condition in conditions]
        joined = (tuple(chain.from_iterable(parts)) for parts in product(*(outcomes for _, outcomes in found)))
        return tuple(sorted(tuple(outcome[place] for place in places) for outcome in joined))

    def _together(self, conditions: tuple[Condition, ...], known: Known) -> tuple[Outcome, ...] | None:
        key = (conditions, narrowed(known, frozenset().union(*map(self._keys_of, conditions))))
        if key not in self._found:
            self._found[key] = (len(conditions) == 1 and either_way(conditions[0], key[1])) or _outcomes(*key)
        return self._found[key]

    def _dependent(self, conditions: tuple[Condition, ...], known: Known) -> list[tuple[Condition, ...]]:
        """The conditions in groups: those of two groups share no key whose value is open."""
        told = dict(known.values)
        groups: list[tuple[set[str], list[Condition]]] = []
        for condition in conditions:
            open_keys = {key for key in self._keys_of(condition) if key not in told and not known.is_absent(key)}
            members = [condition]
            for group in [group for group in groups if group[0] & open_keys]:
                groups.remove(group)
                open_keys |= group[0]
                members = [*group[1], *members]
            groups.append((open_keys, members))
        return [tuple(members) for _, members in groups]

    def _keys_of(self, condition: Condition) -> frozenset[str]:
        found = self._keys.get(condition)
        if found is None:
            found = self._keys[condition] = keys_of((condition,))
        return found


def _outcomes(conditions: tuple[Condition, ...], known: Known) -> tuple[Outcome, ...] | None:
    terms = tuple(term for condition in conditions for term in condition)
    try:
        found = {
            tuple(all(term.holds(context) for term in condition) for condition in conditions)
            for context in contexts(terms, known)
        }
    except TooManyContextsError:
        return None
    return tuple(sorted(found))


def keys_of(conditions: Iterable[Condition]) -> frozenset[str]:
    """The keys that conditions look at, those of variables too."""
    return frozenset(
        key
        for condition in conditions
        for term in condition
        for key in (term.key, *(canonical(reference) for reference in term.references))
    )


def narrowed(known: Known, keys: frozenset[str]) -> Known:
    """What is known of some keys, so that principals alike there share an answer."""
    values = tuple(pair for pair in known.values if pair[0] in keys)
    spoken = {key for key, _ in values}
    return Known(
        values=values,
        absent=frozenset(key for key in keys - spoken if known.is_absent(key)),
        present=known.present & keys,
        not_before=known.not_before,
    )
