"""The prepaid balance: mturk:GetAccountBalance. Asked first, it tells whether Mechanical Turk answers at all.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_GetAccountBalanceOperation.html
"""

from __future__ import annotations

import msgspec

from audit.collect.interface import Answer, ApiCall, CallError, Collected, Failure, Run, missing
from audit.model.snapshot import GapReason
from audit.snapshot.layout import ACCOUNT_BALANCE, MTURK_FILES
from audit.snapshot.rows import BalanceRow
from audit.snapshot.writer import canonical

FILE = ACCOUNT_BALANCE
GET_ACCOUNT_BALANCE = ApiCall(
    service="mturk",
    operation="GetAccountBalance",
    permission="mechanicalturk:GetAccountBalance",
    reason="the money that is left to pay with, and whether Mechanical Turk answers",
    how_often="once",
)
CALLS = (GET_ACCOUNT_BALANCE,)

_KEPT = ("AvailableBalance", "OnHoldBalance")


def collect(run: Run) -> Collected:
    """Ask for the balance.

    Where the failure means that no other call of the service can succeed, its gaps are those of all the service's
    files: nobody waits through the same failure four times.
    """
    try:
        answer = run.api.ask(GET_ACCOUNT_BALANCE, _complaint)
    except CallError as error:
        failure = error.failure
        files = MTURK_FILES if _is_final(failure) else (FILE,)
        return Collected(content=None, gaps=tuple(missing(file, run.account_id, failure) for file in files))
    content = canonical({name: answer[name] for name in _KEPT if name in answer})
    return Collected(content=[content, b"\n"], rows=1, api_calls=1)


def _is_final(failure: Failure) -> bool:
    return failure.unreachable or failure.reason in (GapReason.RETIRED, GapReason.NOT_APPLICABLE)


def _complaint(answer: Answer) -> str | None:
    try:
        msgspec.convert({name: answer[name] for name in _KEPT if name in answer}, BalanceRow).record()
    except msgspec.ValidationError:
        return "an answer without an AvailableBalance"
    return None
