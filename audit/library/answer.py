"""The answer to one question, why somebody may or may not do something, drawn with all that was weighed."""

from __future__ import annotations

from audit.evaluate.explain import Explanation
from audit.model.entitlement import Verdict


class Answer:
    """Of one principal and one privilege."""

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        """Every policy and statement, as records."""

    @property
    def verdict(self) -> Verdict:
        """Allow, conditional, denied, or not evaluated."""
        return self.explanation.verdict

    @property
    def conditions(self) -> tuple[str, ...]:
        """In words, what is left open."""
        return self.explanation.conditions

    def __repr__(self) -> str:
        return f"{self.explanation.principal_arn} {self.explanation.action}: {self.verdict.value}"

    def _repr_html_(self) -> str:
        from audit.render.notebook import explanation_html

        return explanation_html(self.explanation)
