"""Asking AWS one thing: under the rate limit, again where that may help, and with an answer that was looked at."""

from __future__ import annotations

import threading

from botocore import xform_name

from audit.collect.clients import Clients
from audit.collect.failure import CredentialsError, failure_of, invalid_answer, no_start
from audit.collect.in_flight import InFlight
from audit.collect.interface import (
    AccountError,
    Answer,
    ApiCall,
    CallError,
    Clock,
    CollectOptions,
    Complaint,
    Failure,
)
from audit.collect.rate import RateLimit
from audit.collect.session import RoleCredentials
from audit.model.error import CollectError
from audit.model.snapshot import GapReason

_ROUNDS = 3
"""How often a call is started again after botocore's own attempts. They share a quota among all threads, which a burst
of throttling uses up, and they take an unreadable answer for an empty one."""
_FIRST_BREAK = 1.0
"""Seconds before the second round; doubled for the next."""


class AwsApi:
    """The APIs of one account, over botocore. Threads share it."""

    def __init__(
        self,
        clients: Clients,
        options: CollectOptions,
        clock: Clock,
        in_flight: InFlight,
        role: RoleCredentials | None = None,
    ) -> None:
        """`role`: the credentials that `clients` use, where they are those of an assumed role."""
        self._clients = clients
        self._attempts = options.max_attempts
        self._per_second = options.calls_per_second
        self._clock = clock
        self._in_flight = in_flight
        self._role = role
        self._first: Answer | None = None
        self._limits: dict[str, RateLimit] = {}
        self._lock = threading.Lock()

    def ask(self, call: ApiCall, complaint: Complaint, **parameters: object) -> Answer:
        limit = self._limit(call)
        round_ = 1
        renewed = False
        while True:
            limit.wait()
            try:
                with self._in_flight.place():
                    outcome = self._attempt(call, complaint, parameters)
            except CredentialsError as error:
                if self._role is None:
                    raise
                if renewed:
                    raise AccountError(Failure(reason=GapReason.DENIED, detail=str(error))) from error
                self._role.refuse()
                renewed = True
                continue
            if not isinstance(outcome, Failure):
                return outcome
            if not outcome.transient or round_ == _ROUNDS:
                raise CallError(outcome)
            limit.pause(_FIRST_BREAK * 2 ** (round_ - 1))
            round_ += 1

    def ask_first(self, call: ApiCall, complaint: Complaint) -> Answer:
        if self._first is None:
            try:
                self._first = self.ask(call, complaint)
            except CallError as error:
                if self._role is not None:
                    raise AccountError(error.failure) from error
                raise no_start(error.failure) from error
        return self._first

    def _attempt(self, call: ApiCall, complaint: Complaint, parameters: dict[str, object]) -> Answer | Failure:
        endpoint = self._clients.endpoint(call.service)
        operation = getattr(self._clients[call.service], xform_name(call.operation))
        try:
            answer: Answer = _read(operation(**parameters))
        except (AccountError, CollectError):
            # Of the credentials, which were renewed on the way.
            raise
        except Exception as error:
            # Beside its own errors botocore raises whatever its parser stumbles over in a damaged body: ValueError,
            # TypeError, AttributeError, RuntimeError have been seen. Each is a failed call; none may end the rest.
            return failure_of(error, call, endpoint, self._attempts)
        wrong = _page(answer) or complaint(answer)
        return invalid_answer(call, endpoint, wrong) if wrong else answer

    def _limit(self, call: ApiCall) -> RateLimit:
        with self._lock:
            if call.source not in self._limits:
                self._limits[call.source] = self._new_limit(call)
            return self._limits[call.source]

    def _new_limit(self, call: ApiCall) -> RateLimit:
        if call.per_second is None:
            return RateLimit(self._per_second, self._clock)
        # What AWS counts out by the second leaves nothing to save up.
        per_second = call.per_second if self._per_second is None else min(call.per_second, self._per_second)
        return RateLimit(per_second, self._clock, burst_seconds=0.0)


def _read(answer: Answer) -> Answer:
    """Read a body that comes as a stream, since it may break off too."""
    body = answer.get("Body")
    return answer if body is None else {**answer, "Body": body.read()}


def _page(answer: Answer) -> str | None:
    """Recognize a web page: botocore reads one that comes with status 200 as an answer without members."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return "a web page (HTML)" if kind == "text/html" else None
