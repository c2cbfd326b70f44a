"""What has no answer, or only half of one, in sentences: an account that could not be reached is one of them.

Of such an account every part of the question lacks for the one reason; the coverage table has each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.render.view_index import Index
from audit.render.view_open import OpenCause, OpenPart, open_causes, open_parts, part_sentence
from audit.render.view_words import count, listing, number, sentence

OPEN = (CoverageState.PARTIAL, CoverageState.NOT_COLLECTED)
POLICIES = "IAM policies"
ACCOUNTS = "accounts"
_FEWEST_PARTS = 3
"""An account is told as one where so many parts lack for the same reason."""


def unanswered(result: AuditResult, index: Index) -> tuple[str, ...]:
    """For each part that is not, or not wholly, answered: which, where, and what that means; silent accounts first."""
    reasons = _silent(result.coverage)
    parts = by_part(result, _others(result.coverage, reasons), index)
    return (*_reached(result.coverage, reasons), *_accounts(result, reasons, index), *parts)


def by_part(result: AuditResult, rows: Iterable[CoverageRow], index: Index) -> tuple[str, ...]:
    """What lacks alike in the same accounts once: its parts, where, and what that means."""
    alike: dict[OpenPart, list[str]] = {}
    for part in open_parts(result, rows, index):
        alike.setdefault(msgspec.structs.replace(part, name=""), []).append(part.name)
    return tuple(part_sentence(msgspec.structs.replace(part, name=listing(names))) for part, names in alike.items())


def unanswered_causes(result: AuditResult, index: Index) -> tuple[OpenCause, ...]:
    """The same by cause, each with its parts; how many accounts were reached first."""
    reasons = _silent(result.coverage)
    reached = (OpenCause(what=words.removesuffix(".")) for words in _reached(result.coverage, reasons))
    silent = (_silent_cause(result, group, index) for group in _groups(result, reasons))
    return (*reached, *silent, *open_causes(open_parts(result, _others(result.coverage, reasons), index)))


def _silent(coverage: Sequence[CoverageRow]) -> dict[str, str]:
    """The accounts whose policies and most else were not collected for one reason, and that reason."""
    policies = {row.account_id: row.detail for row in coverage if row.part == POLICIES and row.state in OPEN[1:]}
    alike = dict.fromkeys(policies, 0)
    for row in coverage:
        reason = policies.get(row.account_id)
        alike[row.account_id] = alike.get(row.account_id, 0) + bool(reason and row.detail.startswith(reason))
    return {account_id: reason for account_id, reason in policies.items() if alike[account_id] >= _FEWEST_PARTS}


def _others(coverage: Sequence[CoverageRow], reasons: dict[str, str]) -> list[CoverageRow]:
    """What is open besides the silent accounts, and the count of accounts that `_reached` then tells."""
    rows = (row for row in coverage if row.state in OPEN and row.account_id not in reasons)
    return [row for row in rows if not (reasons and row.part == ACCOUNTS)]


def _reached(coverage: Sequence[CoverageRow], reasons: dict[str, str]) -> tuple[str, ...]:
    """How many accounts there are, without the reasons that follow for each."""
    row = next((row for row in coverage if row.part == ACCOUNTS and row.state in OPEN), None)
    if row is None or not reasons or row.total is None or row.answered is None:
        return ()
    return (f"Accounts: {number(row.answered)} of {number(row.total)} were collected.",)


class _Silent(msgspec.Struct, frozen=True):
    """Accounts of which as many parts lack for the same reason."""

    account_ids: tuple[str, ...]
    parts: int
    """Of each of them."""
    reason: str

    def words(self, index: Index) -> str:
        """`Account 222211110000: not collected, 11 parts of the question`."""
        many = len(self.account_ids) > 1
        named = listing([index.account(each) for each in self.account_ids], limit=4)
        lacking = f"not collected, {count(self.parts, 'part')} of the question{' each' if many else ''}"
        return f"{'Accounts' if many else 'Account'} {named}: {lacking}"


def _groups(result: AuditResult, reasons: dict[str, str]) -> tuple[_Silent, ...]:
    lacking = Counter(row.account_id for row in result.coverage if row.state in OPEN)
    alike: dict[tuple[str, int], list[str]] = {}
    for account_id, reason in reasons.items():
        alike.setdefault((reason, lacking[account_id]), []).append(account_id)
    return tuple(_Silent(tuple(ids), parts, reason) for (reason, parts), ids in alike.items())


def _accounts(result: AuditResult, reasons: dict[str, str], index: Index) -> tuple[str, ...]:
    return tuple(f"{group.words(index)}. {sentence((group.reason,))}" for group in _groups(result, reasons))


def _silent_cause(result: AuditResult, group: _Silent, index: Index) -> OpenCause:
    """Its parts with what is to be said of each beyond the reason that they share."""
    reason = sentence((group.reason,))
    rows = [row for row in result.coverage if row.state in OPEN and row.account_id in group.account_ids]
    said = (
        f"{sentence((f'{part.name}: {part.state.value}',))} {part.detail.removeprefix(reason).strip()}".rstrip()
        for part in open_parts(result, rows, index)
    )
    return OpenCause(what=group.words(index), reason=reason, parts=tuple(dict.fromkeys(said)))
