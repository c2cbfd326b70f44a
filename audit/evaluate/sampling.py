"""A quick look whether a condition can hold and can fail: a few contexts that its own values suggest.

Most conditions can do both, which two contexts show; only the others need every class of contexts (`audit.policy`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from audit.evaluate.compile import Condition
from audit.policy.classes import Term, base_context
from audit.policy.condition import Value
from audit.policy.known import ALWAYS_SENT, BOOLEAN_KEYS, MOMENT, SEVERAL_VALUES, Known
from audit.policy.operators import Kind, Quantifier

BOTH = ((False,), (True,))
_MAX_CONTEXTS = 16


def either_way(condition: Condition, known: Known) -> tuple[tuple[bool, ...], ...] | None:
    """Both outcomes where both are met at once; None where that is not seen so quickly."""
    base = dict(base_context(known))
    samples: dict[str, list[Value | None]] = {}
    for term in condition:
        if not _is_plain(term):
            return None
        key = term.key
        if key not in base and not known.is_absent(key):
            samples.setdefault(key, []).extend(_values(term))
    for key, values in samples.items():
        if key not in ALWAYS_SENT and key not in known.present:
            values.append(None)
    seen: set[bool] = set()
    for count, context in enumerate(_contexts(base, samples)):
        if count == _MAX_CONTEXTS:
            return None
        seen.add(all(term.holds(context) for term in condition))
        if len(seen) == len(BOTH):
            return BOTH
    return None


def _is_plain(term: Term) -> bool:
    """Whether a value of the term's key can be drawn up from its own values."""
    operator = term.operator
    return (
        operator is not None
        and operator.quantifier is Quantifier.ONE
        and operator.kind is not Kind.NULL
        and not term.references
        and term.key != MOMENT
        and term.key not in SEVERAL_VALUES
    )


def _values(term: Term) -> Iterator[str]:
    """Values that the term tells apart, or may."""
    if term.key in BOOLEAN_KEYS or (term.operator is not None and term.operator.kind is Kind.BOOL):
        yield from ("true", "false")
        return
    for value in term.clause.values[:2]:
        # The first address of a range, and a text that a pattern takes in.
        yield value.partition("/")[0] if term.operator and term.operator.kind is Kind.IP else value.replace("*", "x")


def _contexts(base: dict[str, Value], samples: dict[str, list[Value | None]]) -> Iterator[dict[str, Value]]:
    for values in product(*samples.values()):
        yield base | {key: value for key, value in zip(samples, values, strict=True) if value is not None}
