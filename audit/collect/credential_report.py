"""When passwords and access keys were used last: iam:GenerateCredentialReport, then iam:GetCredentialReport.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import msgspec

from audit.collect.interface import Answer, ApiCall, CallError, Collected, Run, missing
from audit.collect.job import wait_for
from audit.snapshot.credential_report import decode_credential_report
from audit.snapshot.layout import CREDENTIAL_REPORT

FILE = CREDENTIAL_REPORT
GENERATE_CREDENTIAL_REPORT = ApiCall(
    service="iam",
    operation="GenerateCredentialReport",
    permission="iam:GenerateCredentialReport",
    reason="have IAM prepare the report, which it does at most every four hours",
    how_often="a few times, until the report is ready",
)
GET_CREDENTIAL_REPORT = ApiCall(
    service="iam",
    operation="GetCredentialReport",
    permission="iam:GetCredentialReport",
    reason="when each password and access key was used last, and for which service",
    how_often="once",
)
CALLS = (GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT)

_STATES = ("STARTED", "INPROGRESS", "COMPLETE")
_TRIES = 3
"""A report may expire between the two calls."""


def collect(run: Run) -> Collected:
    """Have the report made, and keep it as IAM gives it."""
    run.progress.start(FILE.source, 1)
    try:
        raw = _report(run)
    except CallError as error:
        return Collected(content=None, gaps=(missing(FILE, run.account_id, error.failure),))
    finally:
        run.progress.finish(FILE.source)
    return Collected(content=[raw], rows=len(decode_credential_report(raw)), api_calls=1)


def _report(run: Run) -> bytes:
    for last in (*(False for _ in range(_TRIES - 1)), True):
        wait_for(GENERATE_CREDENTIAL_REPORT, run.clock, lambda: _is_complete(run) or None)
        try:
            answer = run.api.ask(GET_CREDENTIAL_REPORT, _complaint)
        except CallError as error:
            if last or not error.failure.transient:
                raise
        else:
            content: bytes = answer["Content"]
            return content
    raise AssertionError  # the last try returns or raises


def _is_complete(run: Run) -> bool:
    answer = run.api.ask(GENERATE_CREDENTIAL_REPORT, _state_complaint)
    return bool(answer["State"] == "COMPLETE")


def _state_complaint(answer: Answer) -> str | None:
    return None if answer.get("State") in _STATES else "no state of the report, as a damaged body looks"


def _complaint(answer: Answer) -> str | None:
    try:
        decode_credential_report(msgspec.convert(answer.get("Content"), bytes))
    except (msgspec.ValidationError, UnicodeDecodeError):
        return "something that is no credential report"
    return None
