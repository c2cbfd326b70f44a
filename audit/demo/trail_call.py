"""One call that was made, and CloudTrail's record of it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
AWS shows no record of Mechanical Turk: the names of its parameters follow its API, in the case that CloudTrail uses for
other services.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from audit.demo.account import TrailRecord
from audit.demo.identifiers import access_key_id, request_id, unique_id
from audit.demo.trail_plan import Cast

MTURK = "mturk-requester.amazonaws.com"
_HOSTS = {
    "production": "mturk-requester.us-east-1.amazonaws.com",
    "sandbox": "mturk-requester-sandbox.us-east-1.amazonaws.com",
}
_READS = ("Get", "List", "Describe", "Lookup")


class MadeCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call, as far as the company's story tells it."""

    key: str
    """Tells it apart from all others of the account: its ids are made of it."""
    at: datetime
    action: str
    by: Cast
    source: str = MTURK
    parameters: Mapping[str, Any] = {}
    response: Mapping[str, Any] | None = None
    error_code: str = ""
    error_message: str = ""
    environment: str = "production"


def record_of(call: MadeCall, account_id: str) -> TrailRecord:
    """Write the record of a call that was received in the account."""
    identity = _identity(call, account_id)
    event_id = request_id("event", account_id, call.key)
    read_only = call.action.startswith(_READS)
    record = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": f"{call.at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": call.source,
        "eventName": call.action,
        "awsRegion": "us-east-1",
        "sourceIPAddress": call.by.source_ip,
        "userAgent": call.by.user_agent,
        **({"errorCode": call.error_code, "errorMessage": call.error_message} if call.error_code else {}),
        "requestParameters": call.parameters or None,
        "responseElements": call.response,
        "requestID": request_id("request of event", account_id, call.key),
        "eventID": event_id,
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account_id,
        "eventCategory": "Management",
    }
    if call.source == MTURK:
        host = _HOSTS[call.environment]
        record["tlsDetails"] = {"tlsVersion": "TLSv1.3", "clientProvidedHostHeader": host}
    return TrailRecord(
        event_id=event_id,
        at=call.at.replace(microsecond=0),
        name=call.action,
        source=call.source,
        read_only=read_only,
        user_name=call.by.session or call.by.principal.rpartition("/")[2],
        access_key_id=str(identity.get("accessKeyId", "")),
        record=msgspec.Raw(msgspec.json.encode(record)),
    )


def principal_arn(cast: Cast, account_id: str) -> str:
    """The ARN of who calls; those of another account and those who are gone stand with theirs."""
    if cast.principal.startswith("arn:"):
        return cast.principal
    return f"arn:aws:iam::{account_id}:{cast.principal}"


def _identity(call: MadeCall, account_id: str) -> dict[str, Any]:
    arn = principal_arn(call.by, account_id)
    owner, _, resource = arn.removeprefix("arn:aws:iam::").partition(":")
    kind, _, name = resource.partition("/")
    name = name.rpartition("/")[2]
    if kind == "root":
        return {"type": "Root", "principalId": owner, "arn": arn, "accountId": owner, "accessKeyId": ""}
    if kind == "user":
        return {
            "type": "IAMUser",
            "principalId": unique_id("AIDA", owner, name),
            "arn": arn,
            "accountId": owner,
            "accessKeyId": access_key_id("AKIA", owner, name),
            "userName": name,
        }
    role_id = unique_id("AROA", owner, name)
    session = call.by.session
    begun_at = call.at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session}",
        "arn": f"arn:aws:sts::{owner}:assumed-role/{name}/{session}",
        "accountId": owner,
        "accessKeyId": access_key_id("ASIA", owner, name, f"{begun_at:%Y%m%d%H}"),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": arn,
                "accountId": owner,
                "userName": name,
            },
            "attributes": {"creationDate": f"{begun_at:%Y-%m-%dT%H:%M:%SZ}", "mfaAuthenticated": "false"},
            **({"sourceIdentity": call.by.source_identity} if call.by.source_identity else {}),
        },
    }
