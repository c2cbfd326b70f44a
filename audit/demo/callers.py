"""Who calls: the users whose access keys moto keeps, and the role sessions that AssumeRole opened here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock

import msgspec

from audit.demo.identifiers import request_id
from audit.demo.moto_iam import backend_of
from audit.demo.wire import Caller, Credential, ServiceError, speaks_json


class SessionCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """What AssumeRole hands out."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime
    caller: Caller


class Callers:
    """Knows every access key, from any thread."""

    def __init__(self, account_ids: Iterable[str], clock: Callable[[], datetime]) -> None:
        """`clock` is what sessions expire by: the real one, since the SDK looks at its own."""
        self._account_ids = tuple(account_ids)
        self._clock = clock
        self._sessions: dict[str, SessionCredentials] = {}
        self._lock = Lock()

    def find(self, credential: Credential | None, token: str) -> Caller:
        """Return who signs. Raises ServiceError for a key that is unknown, or a session that has expired."""
        if credential is None:
            raise ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)
        with self._lock:
            session = self._sessions.get(credential.access_key_id)
        if session is not None and session.session_token == token:
            if self._clock() >= session.expires_at:
                raise _expired(credential.service)
            return session.caller
        for account_id in self._account_ids:
            key = backend_of(account_id).access_keys.get(credential.access_key_id)
            if key is not None and key.user_name is not None:
                user = backend_of(account_id).users[key.user_name]
                return Caller(account_id=account_id, arn=user.arn, unique_id=user.id)
        raise _unknown(credential.service)

    def open_session(self, role_arn: str, unique_id: str, session_name: str, seconds: float) -> SessionCredentials:
        """Open a session of a role that exists."""
        account_id = role_arn.split(":")[4]
        # moto tells accounts apart by its own keys, so the key is made by it.
        key = backend_of(account_id).create_temp_access_key()
        name = role_arn.rpartition("/")[2]
        session = SessionCredentials(
            access_key_id=key.access_key_id,
            secret_access_key=key.secret_access_key,
            session_token="local-" + request_id(key.access_key_id, session_name),
            expires_at=self._clock() + timedelta(seconds=seconds),
            caller=Caller(
                account_id=account_id,
                arn=f"arn:aws:sts::{account_id}:assumed-role/{name}/{session_name}",
                unique_id=f"{unique_id}:{session_name}",
                session=True,
            ),
        )
        with self._lock:
            self._sessions[session.access_key_id] = session
        return session


def _expired(service: str) -> ServiceError:
    message = "The security token included in the request is expired"
    if service == "s3":
        return ServiceError("ExpiredToken", "The provided token has expired.")
    if speaks_json(service):
        return ServiceError("ExpiredTokenException", message)
    return ServiceError("ExpiredToken", message, status=403)


def _unknown(service: str) -> ServiceError:
    message = "The security token included in the request is invalid."
    if service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return ServiceError("InvalidAccessKeyId", text, status=403)
    if speaks_json(service):
        return ServiceError("UnrecognizedClientException", message)
    return ServiceError("InvalidClientTokenId", message, status=403)
