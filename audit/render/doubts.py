"""What a report must say beside its findings wherever it goes: whose answer is not complete, account by account."""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.render.view_words import count, number, sentence


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be evaluated in one account."""

    account_id: str
    principals: tuple[str, ...]
    """ARNs of those whose answer is not complete, sorted."""
    population: int
    partial: tuple[CoverageRow, ...]
    """The parts of the question that were answered in part."""
    gaps: int
    defects: int

    @property
    def stands(self) -> bool:
        """Whether there is one at all."""
        return bool(self.principals or self.partial or self.gaps or self.defects or not self.population)

    @property
    def words(self) -> str:
        """One sentence with its numbers."""
        return sentence(
            (
                self._unevaluated(),
                f"{count(self.defects, 'policy defect')}" if self.defects else "",
                f"{count(self.gaps, 'gap')} in the evidence" if self.gaps else "",
                *(f"{row.part} answered in part" for row in self.partial),
            )
        )

    def _unevaluated(self) -> str:
        if not self.population:
            return "no user, group or role of the account is known"
        if not self.principals:
            return ""
        return f"{number(len(self.principals))} of {count(self.population, 'principal')} could not be fully evaluated"


def doubts(result: AuditResult) -> tuple[Doubt, ...]:
    """One for every account of which not all was evaluated, in the order of the accounts."""
    accounts = {principal.arn: principal.account_id for principal in result.principals}
    incomplete: dict[str, list[str]] = defaultdict(list)
    for arn in result.not_evaluated:
        incomplete[accounts.get(arn, "")].append(arn)
    partial: dict[str, list[CoverageRow]] = defaultdict(list)
    for row in result.coverage:
        if row.state is CoverageState.PARTIAL:
            partial[row.account_id].append(row)
    population = Counter(accounts.values())
    gaps = Counter(gap.account_id for gap in result.gaps)
    defects = Counter(defect.account_id for defect in result.defects)
    ids = [account.account_id for account in result.header.accounts]
    found = (
        Doubt(
            account_id=account_id,
            principals=tuple(incomplete.get(account_id, ())),
            population=population[account_id],
            partial=tuple(partial.get(account_id, ())),
            gaps=gaps[account_id],
            defects=defects[account_id],
        )
        for account_id in (*ids, *sorted({*incomplete, *partial, *gaps, *defects} - {*ids}))
    )
    return tuple(doubt for doubt in found if doubt.stands)
