"""How several conditions can turn out together: every combination of true and false that some request gives.

Two conditions are not independent: `aws:SourceIp is in 10.0.0.0/8` and `is not in 10.0.0.0/8` never hold together,
and a privilege that needs both is no privilege.
"""

from __future__ import annotations

from collections.abc import Iterable

from audit.evaluate.compile import Condition
from audit.policy.classes import TooManyContextsError, contexts
from audit.policy.known import Known, canonical

Outcome = tuple[bool, ...]
"""One truth value a condition, in the order they were asked."""


class Outcomes:
    """The combinations, remembered: many principals share their conditions and what is known of the keys in them."""

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[Condition, ...], Known], tuple[Outcome, ...] | None] = {}

    def of(self, conditions: tuple[Condition, ...], known: Known) -> tuple[Outcome, ...] | None:
        """All combinations that occur; None where there are too many contexts to tell."""
        key = (conditions, narrowed(known, keys_of(conditions)))
        if key not in self._found:
            self._found[key] = _outcomes(*key)
        return self._found[key]


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
