"""Whom a trust policy can let in at most, where its conditions tell principals of one account apart.

A condition that asks for an ARN or a tag names few of many: they are found by the value that it asks for, so that
nobody else is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from audit.evaluate.reach_population import Actor, Population
from audit.evaluate.reach_targets import values_index
from audit.evaluate.reach_trust import EntryType, Trust, TrustStatement
from audit.policy.classes import Term
from audit.policy.condition import clause_holds

_ARN = "aws:principalarn"
_TAG = "aws:principaltag/"
_ASKING = frozenset({"stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase"})
_PATTERNS = frozenset({"stringlike", "arnequals", "arnlike"})
_CASED = _ASKING - {"stringequalsignorecase"}


class Candidates:
    """Finds candidates in a population."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._by_term: dict[Term, frozenset[int]] = {}
        self._by_key: dict[str, tuple[dict[str, tuple[int, ...]], frozenset[int]]] = {}

    def of(self, trust: Trust, role_account: str) -> list[int]:
        """Actors by number: everybody whom an Allow statement can let in, and perhaps more."""
        found: set[int] = set()
        for one in trust.statements:
            if not one.deny:
                found.update(self._of(one))
        return sorted(found)

    def certain(self, trust: Trust) -> bool:
        """Whether every candidate is let in for certain: one statement, which asks everybody for an ARN and no more."""
        if len(trust.statements) != 1 or trust.undecided:
            return False
        (statement,) = trust.statements
        everybody = any(one.type is EntryType.EVERYBODY for one in statement.entries)
        return (
            everybody
            and not statement.deny
            and not statement.excluding
            and all(
                _asks(term) and term.key == _ARN and term.clause.operator.lower() in _PATTERNS
                for term in statement.condition
            )
        )

    def _of(self, statement: TrustStatement) -> set[int]:
        narrowed = [self._holding(term) for term in statement.condition if _asks(term)]
        if narrowed:
            fewest, *others = sorted(narrowed, key=len)
            mine = set(fewest.intersection(*others))
            if statement.excluding or any(one.type is EntryType.EVERYBODY for one in statement.entries):
                return mine
            return {number for number in mine if self._named(statement, self._population.actors[number])}
        return {actor.id for actor in self._base(statement)}

    def _base(self, statement: TrustStatement) -> Iterator[Actor]:
        everybody = statement.excluding or statement.statement.broken
        if everybody or any(one.type is EntryType.EVERYBODY for one in statement.entries):
            yield from self._population.actors
            return
        for one in statement.entries:
            if one.type is EntryType.ACCOUNT:
                yield from self._population.of_account(one.value)
            elif one.type is EntryType.PRINCIPAL and one.value in self._population.by_arn:
                yield self._population.actors[self._population.by_arn[one.value]]

    @staticmethod
    def _named(statement: TrustStatement, actor: Actor) -> bool:
        return any(one.value in (actor.arn, actor.account.account_id) for one in statement.entries)

    def _holding(self, term: Term) -> frozenset[int]:
        """Actors for whom the term may hold."""
        found = self._by_term.get(term)
        if found is None and term.key == _ARN and term.clause.operator.lower() in _CASED:
            found = self._by_term[term] = frozenset(self._by_pattern(term))
        if found is None:
            values, unknown = self._values(term.key)
            matching = (
                number
                for value, numbers in values.items()
                if clause_holds(term.clause, term.version, {term.key: value})
                for number in numbers
            )
            found = self._by_term[term] = unknown.union(matching)
        return found

    def _by_pattern(self, term: Term) -> Iterator[int]:
        for space in (self._population.roles, self._population.users):
            for pattern in term.clause.values:
                taken = space.taken(pattern)
                yield from taken.targets
                for account_id in taken.accounts:
                    yield from space.of_account(account_id)

    def _values(self, key: str) -> tuple[dict[str, tuple[int, ...]], frozenset[int]]:
        """Actors by the value of a key, and those of whom it is not known."""
        found = self._by_key.get(key)
        if found is None:
            known: list[tuple[str, int]] = []
            unknown: set[int] = set()
            for actor in self._population.actors:
                told = actor.account.known_of(actor)
                value = actor.arn if key == _ARN else told.value(key)
                if isinstance(value, str):
                    known.append((value, actor.id))
                elif not told.is_absent(key):
                    unknown.add(actor.id)
            found = self._by_key[key] = (dict(values_index(known)), frozenset(unknown))
        return found


def _asks(term: Term) -> bool:
    """Whether the term asks for certain values of what is known of principals."""
    return (
        term.clause.operator.lower() in _ASKING
        and (term.key == _ARN or term.key.startswith(_TAG))
        and not term.references
    )
