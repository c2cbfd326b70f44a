"""Applying a worksheet to the evidence that it was exported from, as the command does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.model.result import AuditResult
from audit.model.review import Decision
from audit.review.answers import AnswerFile, ProblemsError
from audit.review.check_answers import AnswerCheck, Terms
from audit.review.folder import ReviewFolder
from tests.unit.evaluate.accounts import Account, allow, document
from tests.unit.review.audits import BONUS, CREATE

APPLIED = datetime(2026, 10, 7, 12, tzinfo=UTC)
TERMS = Terms(applied_at=APPLIED)
NOTHING = ReviewFolder(name="review")


def reviewed_account() -> Account:
    account = Account()
    account.user("maria.keller", document(allow(BONUS, CREATE)), UserId="AIDAMARIA")
    account.role("payroll", document(allow(BONUS)), RoleId="AROAPAYROLL")
    return account


def applied(
    result: AuditResult, file: AnswerFile, present: ReviewFolder = NOTHING, terms: Terms = TERMS
) -> tuple[Decision, ...]:
    return AnswerCheck(result, terms).decisions(file, present)


def problems(result: AuditResult, file: AnswerFile, present: ReviewFolder = NOTHING, terms: Terms = TERMS) -> list[str]:
    with pytest.raises(ProblemsError) as error:
        applied(result, file, present, terms)
    return list(error.value.problems)
