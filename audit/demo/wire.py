"""Requests and replies of the local AWS as they cross the wire.

The query protocol (IAM, STS), JSON 1.1 (MTurk, CloudTrail, Organizations, Athena) and S3's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

import msgspec

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
_CLIENTS = {"mturk-requester": "mturk"}
"""Signing names that differ from the name of boto3's client."""
_JSON = "application/x-amz-json-1.1"
_NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}


class Credential(msgspec.Struct, frozen=True):
    """What the Authorization header of Signature Version 4 tells. The signature itself is not checked.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
    """

    access_key_id: str
    region: str
    service: str
    """The name of boto3's client: `iam`, `sts`, `mturk`."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever signed a request."""

    account_id: str
    arn: str
    """Of the user or the role session."""
    unique_id: str
    """AIDA… of a user, `AROA…:session` of a role session."""
    session: bool = False


NOBODY = Caller(account_id="", arn="", unique_id="")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request that reached the local AWS with a known access key."""

    number: int
    """From 1, in the order of arrival."""
    account_id: str
    caller: Caller = NOBODY
    service: str
    operation: str
    parameters: Mapping[str, Any]
    """As they came: JSON values, or the form's fields (`Filter.member.1`)."""
    received_at: datetime
    """By the local AWS's own clock; UTC."""
    request_id: str

    @property
    def name(self) -> str:
        """`mturk:ListHITs`."""
        return f"{self.service}:{self.operation}"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    """Further ones; length and request id are added when it is sent."""


class ServiceError(Exception):
    """A request that the service refuses; `fields` are further members of the error, such as TurkErrorCode."""

    def __init__(self, code: str, message: str, *, status: int = 400, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = dict(fields or {})


def read_credential(authorization: str) -> Credential | None:
    """Return who signs, or None where the header is no Signature Version 4."""
    found = _CREDENTIAL.search(authorization)
    if found is None:
        return None
    access_key_id, region, service = found.groups()
    return Credential(access_key_id, region, _CLIENTS.get(service, service))


def read_operation(target: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the operation and its parameters, from X-Amz-Target and JSON, or from the form of the query protocol.

    Raises ServiceError where the body is not of its protocol.
    """
    if not target:
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return form.pop("Action", ""), form
    try:
        parameters = msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ServiceError("SerializationException", f"the request body is not a JSON object ({error})") from error
    return target.rpartition(".")[2], parameters


_S3_OPERATIONS = {
    ("GET", False): "ListObjectsV2",
    ("GET", True): "GetObject",
    ("HEAD", False): "HeadBucket",
    ("HEAD", True): "HeadObject",
}


def read_s3_operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the operation and its parameters, from a path-style address and its query.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access
    """
    address, _, query = path.partition("?")
    bucket, _, key = unquote(address).lstrip("/").partition("/")
    operation = _S3_OPERATIONS.get((method, bool(key)), f"{method} of a {'n object' if key else ' bucket'}")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if operation == "ListObjectsV2" and asked.pop("list-type", "") != "2":
        operation = "ListObjects"
    return operation, {"Bucket": bucket, **({"Key": key} if key else {}), **asked}


def speaks_json(service: str) -> bool:
    """Whether the service answers in JSON; the others use XML."""
    return service not in _NAMESPACES and service != "s3"


def namespace(service: str) -> str:
    """The XML namespace of a service of the query protocol."""
    return _NAMESPACES[service]


def json_reply(content: Any) -> Reply:
    """A success of the JSON protocol."""
    return Reply(status=200, body=msgspec.json.encode(content), content_type=_JSON)


def error_reply(call: Call, error: ServiceError) -> Reply:
    """An error in the protocol of the call's service. MTurk ends its messages with the time in milliseconds.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """
    if speaks_json(call.service):
        stamp = f" ({int(call.received_at.timestamp() * 1000)})" if "TurkErrorCode" in error.fields else ""
        body = msgspec.json.encode({"__type": error.code, "Message": error.message + stamp, **error.fields})
        return Reply(status=error.status, body=body, content_type=_JSON)
    if call.service == "s3":
        return _s3_error_reply(call, error)
    fault = "Receiver" if error.status >= 500 else "Sender"
    xml = (
        f'<ErrorResponse xmlns="{namespace(call.service)}"><Error><Type>{fault}</Type><Code>{escape(error.code)}</Code>'
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{call.request_id}</RequestId></ErrorResponse>"
    )
    return Reply(status=error.status, body=xml.encode(), content_type="text/xml")


def _s3_error_reply(call: Call, error: ServiceError) -> Reply:
    """Write S3's form of an error.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{call.request_id}</RequestId></Error>"
    )
    return Reply(status=error.status, body=xml.encode(), content_type="application/xml")
