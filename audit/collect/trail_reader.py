"""Whose credentials read the trail.

The bucket of an organization's trail, and a table over it, is one place for all accounts, which the members' roles may
seldom read. So it is read with the caller's credentials, with those of the account that keeps it, or, where each
account has a trail of its own, with that account's.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from audit.collect.interface import (
    OF_ACCOUNT,
    OF_CALLER,
    AccountError,
    Answer,
    Api,
    ApiCall,
    CallError,
    CollectOptions,
    Complaint,
    EventOptions,
)
from audit.model.error import InputError
from audit.snapshot.layout import is_account_id


def check_reader(options: EventOptions) -> None:
    """Raise InputError for a reader that nobody can be."""
    if options.reader not in (OF_CALLER, OF_ACCOUNT) and not is_account_id(options.reader):
        raise InputError(
            f"`{options.reader}` reads no trail; write `{OF_CALLER}`, `{OF_ACCOUNT}`, or the twelve digits of the "
            "account that keeps it"
        )


def reading_account(options: CollectOptions, account_id: str, caller_account_id: str) -> str:
    """The account whose credentials read the trail for `account_id`.

    Raises InputError where that takes a role and none is named.
    """
    reader = options.events.reader
    if not options.events.in_one_place or reader == OF_ACCOUNT:
        return account_id
    if reader == OF_CALLER:
        return caller_account_id
    if reader != caller_account_id and not options.accounts.role_name:
        raise InputError(
            f"the trail is to be read from the account {reader}, which is not that of the credentials "
            f"({caller_account_id}); name the role to assume there with `--role-name`"
        )
    return reader


class TrailReader:
    """The APIs of whoever reads the trail, for one account: `audit.collect.interface.Api`. Threads share it.

    What ends the reader leaves a gap in the account's events, and does not end the account.
    """

    def __init__(self, open_api: Callable[[], Api]) -> None:
        """`open_api` is called with the first question. It may raise AccountError."""
        self._open_api = open_api
        self._api: Api | None = None
        self._opening = threading.Lock()

    def ask(self, call: ApiCall, complaint: Complaint, **parameters: object) -> Answer:
        try:
            return self._opened().ask(call, complaint, **parameters)
        except AccountError as error:
            raise CallError(error.failure) from error

    def ask_first(self, call: ApiCall, complaint: Complaint) -> Answer:
        return self.ask(call, complaint)

    def _opened(self) -> Api:
        with self._opening:
            if self._api is None:
                self._api = self._open_api()
            return self._api
