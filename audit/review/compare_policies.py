"""Which change gave or took a privilege: of a policy, of its attachment, of a group, a boundary or an SCP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from audit.model.entitlement import Entitlement, StatementRef
from audit.model.finding import Finding
from audit.policy.document import Effect
from audit.policy.matching import action_matches
from audit.review.compare_account import AccountBook, Difference
from audit.review.compare_evidence import Side
from audit.review.compare_organization import control_differences
from audit.rules.grant import statement_name

PrincipalKey = tuple[str, str]


class PolicyHistory:
    """The policies of the accounts that both sides hold, each read when the first change in it is asked for."""

    def __init__(self, now: Side, then: Side) -> None:
        self._now, self._then = now, then
        self._books: dict[str, tuple[AccountBook, AccountBook]] = {}
        self._differences: dict[PrincipalKey, tuple[Difference, ...]] = {}

    def because(self, key: PrincipalKey, action: str, held: Entitlement | None, had: Entitlement | None) -> str:
        """The one change that explains best why a principal's privilege is another one; empty where none is found."""
        then, now = self._account(key[0])
        if key[1] not in then.holders:
            return now.created(key[1], then)
        if key[1] not in now.holders:
            return then.deleted(key[1], now)
        found = self._of_principal(key)
        gained = had is None or (held is not None and len(held.grants) > len(had.grants))
        for wanted in _wanted(action, gained=gained):
            for difference in found:
                if wanted(difference):
                    return difference.sentence
        return ""

    def of_policy(self, account_id: str, cause: StatementRef) -> str:
        """What became of the policy that holds a statement; empty where it is as it was, or where that is not known."""
        if account_id not in self._now.accounts & self._then.accounts:
            return ""
        then, now = self._account(account_id)
        return now.policy_sentence(cause.policy, then)

    def still_stands(self, finding: Finding) -> bool:
        """Whether everything that caused an earlier finding is in the present policies too, or it names no cause."""
        then, now = self._account(finding.account_id)
        return all(self._stands(cause, then, now) for cause in finding.causes)

    def _stands(self, cause: StatementRef, then: AccountBook, now: AccountBook) -> bool:
        before, after = then.document(cause.policy), now.document(cause.policy)
        if before is None or after is None or not 0 <= cause.index < len(before.statements):
            return False
        name = statement_name(before.statements[cause.index])
        return name in {statement_name(statement) for statement in after.statements}

    def _of_principal(self, key: PrincipalKey) -> tuple[Difference, ...]:
        found = self._differences.get(key)
        if found is None:
            then, now = self._account(key[0])
            found = self._differences[key] = (*now.differences(key[1], then), *self._of_account(key[0]))
        return found

    def _of_account(self, account_id: str) -> Iterable[Difference]:
        return self._controls.get(account_id, ())

    @cached_property
    def _controls(self) -> dict[str, tuple[Difference, ...]]:
        then, now = self._then.snapshot.organization, self._now.snapshot.organization
        if then is None or now is None:
            return {}
        return {
            account_id: tuple(control_differences(then, now, account_id))
            for account_id in self._now.accounts & self._then.accounts
        }

    def _account(self, account_id: str) -> tuple[AccountBook, AccountBook]:
        found = self._books.get(account_id)
        if found is None:
            found = self._books[account_id] = (_book(self._then, account_id), _book(self._now, account_id))
        return found


def _book(side: Side, account_id: str) -> AccountBook:
    (details,) = (
        evidence.authorization
        for evidence in side.snapshot.accounts
        if evidence.account.account_id == account_id and evidence.authorization is not None
    )
    return AccountBook(details)


class _Wanted:
    """A kind of difference that may explain a change: an effect that stands on a side, or a bound."""

    def __init__(self, action: str, effect: Effect | None, *, after: bool) -> None:
        self._action, self._effect, self._after = action, effect, after

    def __call__(self, difference: Difference) -> bool:
        if self._effect is None or difference.bounds:
            return self._effect is None and difference.bounds
        document = difference.after if self._after else difference.before
        return document is not None and any(
            statement.effect is self._effect and (statement.broken or action_matches(statement, self._action))
            for statement in document.statements
        )


def _wanted(action: str, *, gained: bool) -> Iterator[_Wanted]:
    """What explains best first: who gained was allowed by something new, or is no longer denied by something old."""
    yield _Wanted(action, Effect.ALLOW, after=gained)
    yield _Wanted(action, Effect.DENY, after=not gained)
    yield _Wanted(action, None, after=True)
    yield _Wanted(action, Effect.ALLOW, after=not gained)
    yield _Wanted(action, Effect.DENY, after=gained)
