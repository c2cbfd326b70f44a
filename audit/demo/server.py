"""The local AWS: one HTTP endpoint that answers IAM, STS and Mechanical Turk for all accounts of a company.

    with local_aws(company) as aws:
        os.environ.update(aws.environment("111122223333"))
        boto3.client("mturk").list_hits(MaxResults=100)

The account is told by the access key in the request, as in AWS.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from threading import Lock

from audit.demo.account import Company
from audit.demo.dispatch import Dispatch
from audit.demo.endpoint import LOOPBACK, Endpoint
from audit.demo.faults import Faults
from audit.demo.iam import Iam
from audit.demo.moto_iam import backend_of, fill, forget
from audit.demo.moto_server import MotoServer
from audit.demo.mturk import REGION, MTurk
from audit.demo.requester import Requester
from audit.demo.wire import Call
from audit.model.error import InputError

_served: set[str] = set()
_served_lock = Lock()


class LocalAws:
    """A running local AWS, as `local_aws` gives it."""

    def __init__(self, url: str, dispatch: Dispatch, keys: Mapping[str, tuple[str, str]]) -> None:
        """`keys`: id and secret of the access key by account id."""
        self.url = url
        self._dispatch = dispatch
        self._keys = keys

    @property
    def account_ids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call that came with a valid key, in the order of arrival; also those that met a fault."""
        return self._dispatch.calls

    def count(self, name: str) -> int:
        """How many calls of one operation came: `mturk:ListHITs`."""
        return sum(call.name == name for call in self.calls)

    def environment(self, account_id: str) -> dict[str, str]:
        """Environment variables with which boto3 speaks to this account here, and to nothing else.

        They do not take away AWS_PROFILE and AWS_SESSION_TOKEN, which a caller that adds them to its own environment
        must do.
        """
        access_key_id, secret_access_key = self._keys[account_id]
        return {
            "AWS_ACCESS_KEY_ID": access_key_id,
            "AWS_SECRET_ACCESS_KEY": secret_access_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_MTURK": self.url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": LOOPBACK,
            "no_proxy": LOOPBACK,
        }


@contextmanager
def local_aws(
    company: Company,
    *,
    latency: float = 0.0,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    hang: float = 600.0,
) -> Iterator[LocalAws]:
    """Serve a company on a free loopback port until the block ends.

    `latency` is added to every answer, seconds. `faults` is asked about every call. `clock` is the moment in there;
    without one it stands still at `company.as_of`. `hang` is how long a call that hangs is held, seconds.

    Raises MissingLibraryError without the extra `demo`, and InputError where one of the accounts is already served in
    this process (moto keeps one state a process).
    """
    moto = MotoServer()
    now = clock or (lambda: company.as_of)
    with ExitStack() as stack:
        for account in company.accounts:
            stack.enter_context(_claimed(account.account_id))
        iam = Iam({account.account_id: fill(account) for account in company.accounts})
        mturk = MTurk(
            {
                account.account_id: Requester(account.account_id, account.marketplace, now)
                for account in company.accounts
                if account.marketplace is not None
            }
        )
        keys = {account.account_id: _new_key(account.account_id, account.collector) for account in company.accounts}
        dispatch = Dispatch(
            account_ids=keys,
            iam=iam,
            mturk=mturk,
            moto=moto,
            clock=now,
            faults=faults,
            latency=latency,
            hang=hang,
        )
        endpoint = Endpoint(dispatch.answer)
        endpoint.start()
        stack.callback(endpoint.stop)
        stack.callback(dispatch.stop)
        yield LocalAws(endpoint.url, dispatch, keys)


@contextmanager
def _claimed(account_id: str) -> Iterator[None]:
    """Hold an account's place in moto's state, which is empty before and after."""
    with _served_lock:
        if account_id in _served:
            raise InputError(
                f"account `{account_id}` is already served by a local AWS of this process; stop that one first, or "
                "give the company other account ids"
            )
        _served.add(account_id)
    try:
        forget(account_id)
        yield
    finally:
        forget(account_id)
        with _served_lock:
            _served.discard(account_id)


def _new_key(account_id: str, user_name: str) -> tuple[str, str]:
    key = backend_of(account_id).create_access_key(user_name)
    return key.access_key_id, key.secret_access_key
