"""Findings as a list that can be narrowed down, and that draws itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import overload

from audit.model.finding import Finding
from audit.model.privilege import Severity
from audit.model.result import AuditResult


class Findings(Sequence[Finding]):
    """Some findings of one audit, the most severe first."""

    def __init__(self, result: AuditResult, findings: Sequence[Finding]) -> None:
        self._result = result
        self._findings = tuple(findings)

    def where(
        self, *, rule: str | None = None, severity: str | None = None, account: str | None = None, about: str = ""
    ) -> Findings:
        """Those of a rule, of a severity, of an account, or about a principal whose ARN holds the text `about`.

        Raises ValueError for a severity that is none.
        """
        wanted = Severity(severity) if severity else None
        return Findings(
            self._result,
            [
                finding
                for finding in self._findings
                if (rule is None or finding.rule == rule)
                and (wanted is None or finding.severity is wanted)
                and (account is None or finding.account_id == account)
                and (not about or any(about in arn for arn in finding.subjects))
            ],
        )

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> Findings: ...
    def __getitem__(self, place: int | slice) -> Finding | Findings:
        if isinstance(place, slice):
            return Findings(self._result, self._findings[place])
        return self._findings[place]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)

    def __repr__(self) -> str:
        counts = Counter(finding.severity for finding in self._findings)
        return f"{len(self)} findings: {', '.join(f'{counts[each]} {each.value}' for each in Severity)}"

    def _repr_html_(self) -> str:
        from audit.render.notebook import findings_html

        return f"<p>{self!r}</p>{findings_html(self._result, self._findings)}"
