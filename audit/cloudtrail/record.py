"""One record of CloudTrail as AWS writes it, as far as it is read.

Whatever member has another type than AWS documents is read as if it were not there: one odd member must not cost the
event. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


class SessionIssuer(msgspec.Struct, frozen=True, rename="camel"):
    """The role, user or root user that issued the temporary credentials."""

    type: str = ""
    principal_id: str = ""
    arn: str = ""
    account_id: str = ""
    user_name: str = ""


class SessionContext(msgspec.Struct, frozen=True, rename="camel"):
    """Of temporary credentials."""

    session_issuer: SessionIssuer = SessionIssuer()
    source_identity: str = ""


class UserIdentity(msgspec.Struct, frozen=True, rename="camel"):
    """Who made the call."""

    type: str = ""
    principal_id: str = ""
    arn: str = ""
    account_id: str = ""
    access_key_id: str = ""
    user_name: str = ""
    invoked_by: str = ""
    session_context: SessionContext = SessionContext()


class TlsDetails(msgspec.Struct, frozen=True, rename="camel"):
    client_provided_host_header: str = ""


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """One record. What it lacks is empty, or None."""

    event_source: str = ""
    event_name: str = ""
    event_time: datetime | None = None
    event_id: str = msgspec.field(name="eventID", default="")
    event_type: str = ""
    event_category: str = ""
    user_identity: UserIdentity = UserIdentity()
    aws_region: str = ""
    source_ip: str = msgspec.field(name="sourceIPAddress", default="")
    user_agent: str = ""
    error_code: Any = ""
    """A text where AWS writes it; anything else but null is an error too."""
    error_message: str = ""
    read_only: bool | None = None
    recipient_account_id: str = ""
    request_parameters: msgspec.Raw = msgspec.Raw(b"null")
    response_elements: msgspec.Raw = msgspec.Raw(b"null")
    tls_details: TlsDetails = TlsDetails()


_STRICT = msgspec.json.Decoder(Record)


def decode_record(raw: bytes | msgspec.Raw) -> Record:
    """Decode one record. Raises msgspec.DecodeError where it is no JSON object."""
    try:
        try:
            return _STRICT.decode(raw)
        except msgspec.ValidationError:
            return _leniently(raw, Record)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError("the record is no JSON that can be read") from error


def _leniently(raw: bytes | msgspec.Raw, type_: type[S]) -> S:
    """Decode member by member; one that is not of its type keeps its default."""
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(type_):
        if field.encode_name not in members:
            continue
        member = members[field.encode_name]
        try:
            values[field.name] = msgspec.json.decode(member, type=field.type)
        except msgspec.ValidationError:
            if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct) and bytes(member)[:1] == b"{":
                values[field.name] = _leniently(member, field.type)
    return type_(**values)
