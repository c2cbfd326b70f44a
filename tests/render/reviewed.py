"""A result with a review: exceptions in every state, and a comparison with every change."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from audit.model.result import AuditResult
from audit.model.review import Change, Comparison, ExceptionRow, ExceptionState, FindingChange, ReviewException
from tests.render.factory import typical_result
from tests.render.records import AS_OF

GONE = "0123456789abcdef" * 2
"""The fingerprint of a finding that the earlier review had and this one does not."""
STATES = (ExceptionState.ACTIVE, ExceptionState.EXPIRING, ExceptionState.EXPIRED)
CHANGES = (Change.NEW, Change.UNCHANGED, Change.SEVERITY, Change.REOPENED)


def reviewed_result(reason: str = "The payroll team decided so.") -> AuditResult:
    """The first three findings are under an exception of each state; changes alternate over all of them."""
    result = typical_result()
    changes = [
        FindingChange(
            fingerprint=finding.fingerprint,
            rule=finding.rule,
            title=finding.title,
            change=CHANGES[place % len(CHANGES)],
            severity=finding.severity,
            account_id=finding.account_id,
        )
        for place, finding in enumerate(result.findings)
    ]
    first = result.findings[0]
    gone = FindingChange(
        fingerprint=GONE,
        rule=first.rule,
        title="One user could pay workers",
        change=Change.RESOLVED,
        severity=first.severity,
        account_id=first.account_id,
        because="The policy was detached.",
    )
    exceptions = [
        _exception(f"EX-{place}", state, finding.fingerprint, reason)
        for place, (state, finding) in enumerate(zip(STATES, result.findings, strict=False), start=1)
    ]
    return msgspec.structs.replace(
        result,
        exceptions=(*exceptions, _exception("EX-9", ExceptionState.UNUSED, "", reason)),
        comparison=Comparison(
            earlier_name="2026-Q2",
            earlier_sha256="ab" * 32,
            earlier_as_of=AS_OF - timedelta(days=92),
            findings=(*changes, gone),
        ),
    )


def _exception(name: str, state: ExceptionState, fingerprint: str, reason: str) -> ExceptionRow:
    return ExceptionRow(
        exception=ReviewException(
            id=name,
            subject="arn:aws:iam::111122223333:role/*",
            rule="can-pay-money",
            reason=reason,
            owner="maria.keller",
            approver="olga.brandt",
            ticket="SEC-1",
            created=date(2026, 7, 1),
            expires=date(2026, 12, 31),
        ),
        state=state,
        fingerprints=(fingerprint,) if fingerprint else (),
    )
