"""A row of Athena put together again as a record of CloudTrail: its own names, and objects in place of their text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

_NAMES = (
    *("eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress"),
    *("userAgent", "errorCode", "errorMessage", "requestParameters", "responseElements", "requestID", "eventID"),
    *("readOnly", "eventType", "recipientAccountId", "tlsDetails"),
)
_INNER_NAMES = (
    *("type", "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy", "onBehalfOf", "userId"),
    *("identityStoreArn", "sessionContext", "attributes", "mfaAuthenticated", "creationDate", "sessionIssuer"),
    *("sourceIdentity", "ec2RoleDelivery", "webIdFederationData", "federatedProvider", "identityProvider"),
    *("credentialId", "tlsVersion", "cipherSuite", "clientProvidedHostHeader"),
)
_OBJECTS = ("userIdentity", "tlsDetails", "requestParameters", "responseElements")
_KEPT_NULL = ("requestParameters", "responseElements")
"""Members that CloudTrail writes where there is nothing, too."""
_TRUTHS = {"true": True, "false": False}


def record_of(row: Mapping[str, str | None]) -> dict[str, Any]:
    """Build the record. Text that is no JSON where an object is meant stays text: it tells nothing then."""
    record: dict[str, Any] = {}
    for name in _NAMES:
        text = row.get(name.lower())
        value: Any = None
        if text is not None and name in _OBJECTS:
            value = _object(text)
            # What a caller sent has its own names; the others were put into lower case by the table.
            value = value if name in _KEPT_NULL else _renamed(value)
        elif text is not None:
            value = _TRUTHS.get(text.lower()) if name == "readOnly" else text
        if value is not None or name in _KEPT_NULL:
            record[name] = value
    return record


def _object(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


_CASE = {name.lower(): name for name in _INNER_NAMES}


def _renamed(value: Any) -> Any:
    """Give members their names, and leave out those that the record did not have."""
    if isinstance(value, dict):
        return {_CASE.get(name, name): _renamed(item) for name, item in value.items() if item is not None}
    return value
