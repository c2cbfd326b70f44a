"""Sessions of the AWS SDK: the one of the given credentials, and one for each role that is assumed with them.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.session import Session
from botocore.utils import parse_timestamp

from audit.collect.interface import Clock, CollectOptions

_FAR = timedelta(days=366)
"""Later than any session lasts."""

Fetch = Callable[[], Mapping[str, str]]
"""Assumes the role anew: access_key, secret_key, token and expiry_time, as botocore takes them."""


def caller_session(options: CollectOptions) -> Session:
    """Open the session of the credentials that the standard settings, or the profile, name."""
    session = Session(profile=options.profile)
    # The global endpoint of STS lies in one region and stands for none; older settings would still name it.
    session.set_config_variable("sts_regional_endpoints", "regional")
    # botocore's own reader takes a page of HITs 40 ms, which every call in flight waits for, and gives local times.
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=utc_of)
    return session


def role_session(options: CollectOptions, caller: Session, credentials: RefreshableCredentials) -> Session:
    """Open a session with the credentials of a role, and everything else as the caller's session has it."""
    session = caller_session(options)
    session.register_component("credential_provider", CredentialResolver([_Given(credentials)]))
    # The service models are some megabytes, and the same for every account.
    session.register_component("data_loader", caller.get_component("data_loader"))
    return session


def utc_of(value: Any) -> datetime:
    """Read a timestamp of any protocol: seconds since 1970, or a text; UTC. Raises what botocore's reader raises."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return parse_timestamp(value).astimezone(UTC)


class RoleCredentials:
    """Credentials of an assumed role, renewed before they expire, and when a service says that they have."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        """Assume the role for the first time. Raises what `fetch` raises."""
        self._fetch = fetch
        self._clock = clock
        self._refused = False
        first = fetch()
        self.credentials = RefreshableCredentials(
            access_key=first["access_key"],
            secret_key=first["secret_key"],
            token=first["token"],
            expiry_time=datetime.fromisoformat(first["expiry_time"]),
            refresh_using=self._renew,
            method="assume-role",
            time_fetcher=self._now,
        )

    def refuse(self) -> None:
        """Take them for expired: a service has refused them before their time."""
        self._refused = True

    def _renew(self) -> Mapping[str, str]:
        renewed = self._fetch()
        self._refused = False
        return renewed

    def _now(self) -> datetime:
        return self._clock.now() + (_FAR if self._refused else timedelta())


class _Given(CredentialProvider):
    """Offers one set of credentials and no other."""

    METHOD = "assume-role"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Any:
        """As botocore's resolver asks for it."""
        return self._credentials
