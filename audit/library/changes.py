"""What changed between two audits, as records that draw themselves."""

from __future__ import annotations

from audit.model.review import Comparison, EntitlementChange, FindingChange, PrincipalChange


class Changes:
    """One audit held against an earlier one."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        """Everything, as one record."""

    @property
    def findings(self) -> tuple[FindingChange, ...]:
        """Of each finding of either side, also those that are unchanged."""
        return self.comparison.findings

    @property
    def principals(self) -> tuple[PrincipalChange, ...]:
        """Who came and who went."""
        return self.comparison.principals

    @property
    def entitlements(self) -> tuple[EntitlementChange, ...]:
        """Which privileges somebody gained, lost or holds otherwise, and the change of a policy behind it."""
        return self.comparison.entitlements

    @property
    def notes(self) -> tuple[str, ...]:
        """What weakens the comparison."""
        return self.comparison.notes

    def __repr__(self) -> str:
        from audit.review.words import against_last_review

        return against_last_review(self.comparison)

    def _repr_html_(self) -> str:
        from audit.render.notebook import comparison_html

        return comparison_html(self.comparison)
