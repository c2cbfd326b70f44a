"""An audit result with the review's part filled in: the order in which its pieces depend on one another."""

from __future__ import annotations

import msgspec

from audit.model.result import AuditResult
from audit.review.closing_plan import closing_plan
from audit.review.controls import control_results


def with_standing(result: AuditResult) -> AuditResult:
    """The result with what follows from it alone: the controls, and the plan for closing the service down."""
    return msgspec.structs.replace(result, controls=control_results(result), closing_plan=closing_plan(result))
