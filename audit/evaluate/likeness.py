"""Who is told apart by conditions: principals of whom the same is known, as far as the conditions ask."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from audit.evaluate.compile import Condition
from audit.evaluate.holders import Holder
from audit.evaluate.known import PRINCIPAL_ARN, KnownContexts, is_of_one_principal
from audit.evaluate.outcomes import keys_of
from audit.model.principal import PrincipalType

_ACCOUNT = "aws:principalaccount"


class Likeness:
    """What some conditions, and keys that are asked for besides, tell apart."""

    def __init__(self, conditions: Iterable[Condition], keys: frozenset[str] = frozenset()) -> None:
        conditions = tuple(conditions)
        self._keys = keys_of(conditions) | keys
        terms = dict.fromkeys(term for condition in conditions for term in condition)
        of_arn = [term for term in terms if term.key == PRINCIPAL_ARN]
        referred = any(PRINCIPAL_ARN in term.references for term in terms)
        if PRINCIPAL_ARN in keys or referred or any(term.references for term in of_arn):
            of_arn, self._rest = [], self._keys
        else:
            # Principals are told apart by what their ARN matches, not by their ARN.
            self._rest = self._keys - {PRINCIPAL_ARN}
        self._tests = [term.text_test() for term in of_arn]
        self._personal = any(map(is_of_one_principal, self._rest))
        self._of_account = _ACCOUNT in self._rest

    def of(self, holder: Holder, known: KnownContexts) -> Hashable:
        """The same of two holders of one account where the conditions cannot tell one from the other."""
        if not self._keys:
            return None
        if holder.type is PrincipalType.GROUP:
            return known.told(holder, self._keys)
        arn = holder.record.arn
        rest: Hashable = known.told(holder, self._rest) if self._personal else holder.type
        if self._of_account:
            # The account is the one in the principal's ARN, which may be none, or of another account.
            rest = (rest, arn.rpartition(":")[0])
        return (rest, *[test(arn) for test in self._tests])
