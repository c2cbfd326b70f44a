"""Clients of the AWS SDK for one set of options: region, endpoints, timeouts and retries.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_MakingRequestsArticle.html
"""

from __future__ import annotations

import os
import threading
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from audit.collect.failure import unusable_settings
from audit.collect.interface import ENVIRONMENTS, REGION, CollectOptions, Progress
from audit.collect.session import caller_session
from audit.model.error import InputError

SANDBOX_ENDPOINT = f"https://mturk-requester-sandbox.{REGION}.amazonaws.com"
_PRODUCTION_ENDPOINT = f"https://mturk-requester.{REGION}.amazonaws.com"
_SANDBOX_HOST = "mturk-requester-sandbox."
_AWS_HOSTS = (".amazonaws.com", ".api.aws", ".amazonaws.com.cn")
_ALWAYS = ("sts", "iam", "mturk")


class Clients:
    """The clients of one AWS account, all of them in us-east-1. Threads share them.

    Mechanical Turk is nowhere else, and botocore would build a host for any other region without complaint.
    """

    def __init__(self, options: CollectOptions, progress: Progress, session: Session | None = None) -> None:
        """Open the clients of `session`, or of the credentials that the options name where none is given.

        Raises InputError for options that contradict each other, CollectError for settings botocore cannot use.
        """
        check_options(options)
        self._environment = options.environment
        self._endpoint_url = options.endpoint_url
        self._config = _config(options)
        self._clients: dict[str, Any] = {}
        self._creation = threading.Lock()
        try:
            self.session = session or caller_session(options)
            if session is None:
                self._note_region(progress)
            # A wrong setting shows before anything is asked; the other services are opened when they are needed.
            self._clients = {name: self._client(name) for name in _ALWAYS}
        except BotoCoreError as error:
            raise unusable_settings(error) from error
        except ValueError as error:
            raise InputError(
                f"the endpoint setting is no URL ({error}); write it like http://127.0.0.1:5000"
            ) from error

    def __getitem__(self, service: str) -> Any:
        """The client of `service`; untyped, since `Api` calls operations by their names."""
        with self._creation:
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return self._clients[service]

    def endpoint(self, service: str) -> str:
        """The URL that `service` is asked at: scheme, host and port, without any credentials in it."""
        return _without_credentials(self[service].meta.endpoint_url)

    @property
    def other_endpoints(self) -> tuple[str, ...]:
        """The endpoints in use that are not AWS's own, sorted and without their ports.

        A local AWS has another port each time, and the same evidence gives the same bytes.
        """
        with self._creation:
            parts = [urlsplit(client.meta.endpoint_url) for client in self._clients.values()]
        hosts = {(part.scheme, part.hostname or "") for part in parts}
        return tuple(sorted(f"{scheme}://{host}" for scheme, host in hosts if not host.endswith(_AWS_HOSTS)))

    def _note_region(self, progress: Progress) -> None:
        # botocore knows AWS_DEFAULT_REGION and the profile; other SDKs, and so people, AWS_REGION.
        configured = os.environ.get("AWS_REGION") or self.session.get_config_variable("region")
        if configured not in (None, REGION):
            progress.note(f"the configured region {configured} is ignored: Mechanical Turk is in {REGION} only")

    def _client(self, service: str) -> Any:
        client = self._open(service, self._endpoint_url)
        if service != "mturk":
            return client
        configured = client.meta.endpoint_url
        if self._environment == "sandbox":
            return self._open(service, SANDBOX_ENDPOINT) if configured == _PRODUCTION_ENDPOINT else client
        if _SANDBOX_HOST in configured:
            raise InputError(
                f"the endpoint `{_without_credentials(configured)}` is the sandbox of Mechanical Turk, "
                "where no money moves; say that the sandbox is meant, or remove the endpoint setting"
            )
        return client

    def _open(self, service: str, endpoint_url: str | None) -> Any:
        return self.session.create_client(service, region_name=REGION, endpoint_url=endpoint_url, config=self._config)


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def check_options(options: CollectOptions) -> None:
    """Raise InputError for options that make no sense or contradict each other."""
    if options.region not in (None, REGION):
        raise InputError(
            f"the region `{options.region}` has no Mechanical Turk; it is in {REGION} only, so leave `--region` out"
        )
    if options.environment not in ENVIRONMENTS:
        raise InputError(f"`{options.environment}` is no environment of Mechanical Turk; use production or sandbox")
    for value, name in (
        (options.max_concurrency, "--max-concurrency"),
        (options.max_attempts, "the number of attempts"),
        (options.connect_timeout, "the connect timeout"),
        (options.read_timeout, "the read timeout"),
        (1 if options.calls_per_second is None else options.calls_per_second, "the calls a second"),
    ):
        if value <= 0:
            raise InputError(f"`{value}` for {name} must be more than 0")


def _config(options: CollectOptions) -> Config:
    return Config(
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        retries={"mode": "standard", "total_max_attempts": options.max_attempts},
        max_pool_connections=max(options.max_concurrency, 10),
        tcp_keepalive=True,
        # Each parameter is made here and checked by the service; the check costs a third of a call's processor time.
        parameter_validation=False,
        user_agent_extra=options.tool.replace(" ", "/"),
    )
