"""The local AWS: one HTTP endpoint that answers all services for all accounts of a company.

    with local_aws(company) as aws:
        os.environ.update(aws.environment("111122223333"))
        boto3.client("mturk").list_hits(MaxResults=100)

The account is told by the access key in the request, as in AWS.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from threading import Lock

import msgspec

from audit.demo.account import Company
from audit.demo.athena import athena_service
from audit.demo.athena_table import Table
from audit.demo.callers import Callers
from audit.demo.cloudtrail import cloudtrail_service
from audit.demo.credential_report import CredentialReports
from audit.demo.dispatch import Dispatch
from audit.demo.endpoint import LOOPBACK, Endpoint
from audit.demo.faults import Faults
from audit.demo.iam import Iam
from audit.demo.last_accessed import LastAccessed
from audit.demo.moto_iam import backend_of, fill, forget
from audit.demo.moto_server import MotoServer
from audit.demo.mturk import REGION, MTurk
from audit.demo.organizations import organizations_service
from audit.demo.requester import Requester
from audit.demo.s3 import S3
from audit.demo.service import Service
from audit.demo.sts import Sts
from audit.demo.wire import Call
from audit.model.error import InputError


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Habits of single services."""

    unfinished: int = 1
    """How many times a job, report or query is asked for before it has finished."""
    lookups_per_second: float | None = None
    """More calls of LookupEvents in an account and second are throttled, AWS's own limit being 2; None: never."""
    session_seconds: float | None = None
    """How long the sessions of AssumeRole last, by the real clock, whatever they were asked for; None: as asked."""
    athena_workgroups: Mapping[str, str] = msgspec.field(default_factory=lambda: {"primary": ""})
    """By name, where each leaves its results; empty: the query must say."""
    athena_tables: tuple[Table, ...] = ()
    """Tables that are there already."""


USUAL = Settings()
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
    settings: Settings = USUAL,
) -> Iterator[LocalAws]:
    """Serve a company on a free loopback port until the block ends.

    `latency` is added to every answer, seconds. `faults` is asked about every call. `clock` is the moment in there;
    without one it stands still at `company.as_of`. `hang` is how long a call that hangs is held, seconds. `settings`
    are habits of single services.

    Raises MissingLibraryError without the extra `demo`, and InputError where one of the accounts is already served in
    this process (moto keeps one state a process).
    """
    moto = MotoServer()
    now = clock or (lambda: company.as_of)
    with ExitStack() as stack:
        for account in company.accounts:
            stack.enter_context(_claimed(account.account_id))
        boundaries = {account.account_id: fill(account) for account in company.accounts}
        keys = {account.account_id: _new_key(account.account_id, account.collector) for account in company.accounts}
        callers = Callers(keys, lambda: datetime.now(UTC))
        dispatch = Dispatch(
            callers=callers,
            services=_services(company, settings, callers, boundaries, now),
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


def _services(
    company: Company,
    settings: Settings,
    callers: Callers,
    boundaries: Mapping[str, dict[str, str]],
    clock: Callable[[], datetime],
) -> dict[str, Service]:
    """Everything that is answered here and not by moto, by the names of boto3's clients."""
    accounts, unfinished = company.accounts, settings.unfinished
    requesters = {
        account.account_id: Requester(account.account_id, account.marketplace, clock)
        for account in accounts
        if account.marketplace is not None
    }
    return {
        "athena": athena_service(
            company.buckets, settings.athena_tables, settings.athena_workgroups, clock, settings.unfinished
        ),
        "cloudtrail": cloudtrail_service(accounts, clock, settings.lookups_per_second),
        "iam": Iam(
            boundaries,
            LastAccessed(accounts, clock, unfinished),
            CredentialReports(accounts, clock, unfinished),
        ),
        "mturk": MTurk(requesters),
        "organizations": organizations_service(company.organization),
        "s3": S3(company.buckets),
        "sts": Sts(callers, frozenset(account.account_id for account in accounts), settings.session_seconds),
    }


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
