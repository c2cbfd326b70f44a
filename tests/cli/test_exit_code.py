"""Exit codes: what a script may rely on."""

from __future__ import annotations

from datetime import date

import pytest

from audit.cli.exit_code import ExitCode, of_gaps, of_result
from audit.model.privilege import Severity
from audit.model.review import ExceptionState, ReviewException
from audit.model.snapshot import Gap, GapReason
from audit.review.attach import with_exceptions, with_review
from audit.review.exceptions_file import ExceptionsFile
from audit.review.folder import ReviewFolder
from tests.unit.review.audits import audited, payer, snapshot
from tests.unit.review.exceptions import exception


def _gap(reason: GapReason) -> Gap:
    return Gap(account_id="111122223333", source="mturk:ListHITs", reason=reason, detail="It is missing.")


def test_codes_do_not_change() -> None:
    """Scripts hold them."""
    assert {code.name: int(code) for code in ExitCode} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INCOMPLETE": 3,
        "STRICT": 4,
        "NOT_VERIFIED": 5,
        "DEFECT": 70,
        "INTERRUPTED": 130,
        "READER_GONE": 141,
    }


@pytest.mark.parametrize("reason", GapReason)
def test_any_gap_makes_incomplete(reason: GapReason) -> None:
    """Also one that nobody can fill: a closed service did not say that nothing was paid."""
    assert of_gaps((_gap(reason),)) == ExitCode.INCOMPLETE


def test_no_gap_is_clean() -> None:
    assert of_gaps(()) == ExitCode.CLEAN


def test_excepted_findings_do_not_count_until_the_exception_expires() -> None:
    result = audited(snapshot(payer()))
    low = Severity.LOW
    assert of_result(result, low) is ExitCode.FINDINGS
    every = [
        exception(rule=finding.rule, id=f"EX-{place}", subject="*") for place, finding in enumerate(result.findings)
    ]
    excepted = with_exceptions(result, ExceptionsFile(name="e", sha256="", exceptions=tuple(every)))
    assert of_result(excepted, low) is not ExitCode.FINDINGS
    assert len(excepted.findings) == len(result.findings)
    expired = with_exceptions(
        result, ExceptionsFile(name="e", sha256="", exceptions=tuple(exception(**_ended(each)) for each in every))
    )
    assert {row.state for row in expired.exceptions} == {ExceptionState.EXPIRED}
    assert of_result(expired, low) is ExitCode.FINDINGS
    assert of_result(expired, None, strict=True) is ExitCode.STRICT


def _ended(one: ReviewException) -> dict[str, object]:
    return {"id": one.id, "rule": one.rule, "subject": "*", "created": date(2026, 1, 1), "expires": date(2026, 10, 5)}


def test_strict_asks_for_a_decision_on_every_privilege() -> None:
    result = audited(snapshot(payer()))
    assert of_result(result, None) is not ExitCode.STRICT
    assert of_result(result, None, strict=True) is ExitCode.STRICT
    undecided = with_review(result, ReviewFolder(name="review"))
    assert of_result(undecided, None, strict=True) is ExitCode.STRICT
    nobody = audited(snapshot(payer(actions=("s3:GetObject",))))
    assert of_result(nobody, None, strict=True) is not ExitCode.STRICT
