"""Reaching another account: sts:AssumeRole with the caller's credentials, and again before the session expires.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from audit.collect.interface import AccountError, Answer, Api, ApiCall, CallError, CollectOptions
from audit.collect.session import Fetch

ASSUME_ROLE = ApiCall(
    service="sts",
    operation="AssumeRole",
    permission="sts:AssumeRole",
    reason="to collect other accounts than that of the credentials",
    how_often="once for every other account, and again before its session expires",
)
_SESSION_NAME = "mturk-audit"
"""By which the accounts' own logs show who it was."""
_PARTS = {"access_key": "AccessKeyId", "secret_key": "SecretAccessKey", "token": "SessionToken"}


def fetch_role(api: Api, options: CollectOptions, partition: str, account_id: str) -> Fetch:
    """Build what assumes the role in `account_id`, for the first time and each time after. `api` is the caller's.

    It raises AccountError where the role cannot be assumed, CollectError where the caller's credentials no longer work.
    """
    name = options.accounts.role_name
    parameters = {"RoleArn": f"arn:{partition}:iam::{account_id}:role/{name}", "RoleSessionName": _SESSION_NAME}
    if options.accounts.external_id:
        parameters["ExternalId"] = options.accounts.external_id

    def fetch() -> Mapping[str, str]:
        try:
            answer = api.ask(ASSUME_ROLE, _complaint, **parameters)
        except CallError as error:
            detail = f"the role `{name}` of the account {account_id} cannot be assumed: {error.failure.detail}"
            secret = options.accounts.external_id
            detail = detail.replace(secret, "…") if secret else detail
            raise AccountError(msgspec.structs.replace(error.failure, detail=detail)) from error
        credentials = answer["Credentials"]
        expires_at: datetime = credentials["Expiration"]
        return {**{ours: credentials[theirs] for ours, theirs in _PARTS.items()}, "expiry_time": expires_at.isoformat()}

    return fetch


def _complaint(answer: Answer) -> str | None:
    credentials = answer.get("Credentials", {})
    if all(isinstance(credentials.get(name), str) for name in _PARTS.values()) and isinstance(
        credentials.get("Expiration"), datetime
    ):
        return None
    return "an answer without credentials"
