"""Whose credentials these are: sts:GetCallerIdentity, the call that everything else depends on.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

import msgspec

from audit.collect.interface import AccountError, Answer, Api, ApiCall, Collected, Failure, Run
from audit.model.arn import parse_arn
from audit.model.snapshot import GapReason
from audit.snapshot.layout import CALLER_IDENTITY, is_account_id
from audit.snapshot.writer import canonical

FILE = CALLER_IDENTITY
GET_CALLER_IDENTITY = ApiCall(
    service="sts",
    operation="GetCallerIdentity",
    permission="sts:GetCallerIdentity",
    reason="which account is collected, and who collects it",
    how_often="once at every start",
)
CALLS = (GET_CALLER_IDENTITY,)


class Caller(msgspec.Struct, frozen=True):
    """The identity behind the credentials."""

    account_id: str
    arn: str
    user_id: str


def ask(api: Api) -> Caller:
    """Ask who it is. Raises CollectError where AWS cannot be asked at all."""
    answer = api.ask_first(GET_CALLER_IDENTITY, _complaint)
    return Caller(account_id=answer["Account"], arn=answer["Arn"], user_id=answer.get("UserId", ""))


def collect(run: Run) -> Collected:
    """Keep who it is."""
    caller = ask(run.api)
    if caller.account_id != run.account_id:
        detail = f"the credentials for the account {run.account_id} turned out to be of {caller.account_id}"
        raise AccountError(Failure(reason=GapReason.FAILED, detail=detail))
    content = canonical({"Account": caller.account_id, "Arn": caller.arn, "UserId": caller.user_id})
    return Collected(content=[content, b"\n"], rows=1, api_calls=1)


def _complaint(answer: Answer) -> str | None:
    account, arn = answer.get("Account"), answer.get("Arn")
    if isinstance(account, str) and is_account_id(account) and isinstance(arn, str) and parse_arn(arn):
        return None
    return "an answer that names no account"
