"""The answer of GetAccountAuthorizationDetails, typed, with policy documents left as the bytes they came in.

The same shape is what ``aws iam get-account-authorization-details`` prints and what a snapshot holds.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from audit.model.error import InputError

_NO_DOCUMENT = msgspec.Raw(b"")


class AwsRecord(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """Base of the wire records. ``gc=False``: an account holds millions of them, and none holds a cycle."""


class AttachedPolicy(AwsRecord, frozen=True, gc=False):
    policy_name: str = ""
    policy_arn: str = ""


class InlinePolicy(AwsRecord, frozen=True, gc=False):
    policy_name: str = ""
    policy_document: msgspec.Raw = _NO_DOCUMENT


class Boundary(AwsRecord, frozen=True, gc=False):
    permissions_boundary_type: str = ""
    permissions_boundary_arn: str = ""


class Tag(AwsRecord, frozen=True, gc=False):
    key: str = ""
    value: str = ""


class RoleLastUsed(AwsRecord, frozen=True, gc=False):
    last_used_date: str = ""
    region: str = ""


class UserDetail(AwsRecord, frozen=True, gc=False):
    user_name: str
    arn: str
    path: str = "/"
    user_id: str = ""
    create_date: str = ""
    user_policy_list: tuple[InlinePolicy, ...] = ()
    group_list: tuple[str, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: Boundary | None = None
    tags: tuple[Tag, ...] = ()


class GroupDetail(AwsRecord, frozen=True, gc=False):
    group_name: str
    arn: str
    path: str = "/"
    group_id: str = ""
    create_date: str = ""
    group_policy_list: tuple[InlinePolicy, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()


class RoleDetail(AwsRecord, frozen=True, gc=False):
    role_name: str
    arn: str
    path: str = "/"
    role_id: str = ""
    create_date: str = ""
    assume_role_policy_document: msgspec.Raw = _NO_DOCUMENT
    role_policy_list: tuple[InlinePolicy, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: Boundary | None = None
    tags: tuple[Tag, ...] = ()
    role_last_used: RoleLastUsed | None = None
    """None: AWS was not asked; without a date: no use in its tracking period."""


class PolicyVersion(AwsRecord, frozen=True, gc=False):
    version_id: str = ""
    is_default_version: bool = False
    document: msgspec.Raw = _NO_DOCUMENT


class ManagedPolicyDetail(AwsRecord, frozen=True, gc=False):
    arn: str
    policy_name: str = ""
    policy_id: str = ""
    path: str = "/"
    default_version_id: str = ""
    attachment_count: int = 0
    permissions_boundary_usage_count: int = 0
    policy_version_list: tuple[PolicyVersion, ...] = ()


class AuthorizationDetails(AwsRecord, frozen=True, gc=False):
    """The four lists of one account."""

    user_detail_list: tuple[UserDetail, ...]
    group_detail_list: tuple[GroupDetail, ...]
    role_detail_list: tuple[RoleDetail, ...]
    policies: tuple[ManagedPolicyDetail, ...]
    is_truncated: bool = False
    """A page that was saved alone: the file is not the whole account."""


def decode_authorization(raw: bytes, name: str) -> AuthorizationDetails:
    """Decode `raw`, the file called `name`.

    Raises InputError where it is not JSON, or JSON of another kind.
    """
    try:
        return _decode(raw)
    except msgspec.ValidationError as error:
        raise InputError(
            f"`{name}` is JSON, but not the output of `aws iam get-account-authorization-details` ({error}); "
            "save that command's output and give the file again"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"`{name}` is not JSON ({error}); give a snapshot folder or the saved output of "
            "`aws iam get-account-authorization-details`"
        ) from error


def _decode(raw: bytes) -> AuthorizationDetails:
    try:
        return msgspec.json.decode(raw, type=AuthorizationDetails)
    except msgspec.ValidationError:
        # Some tools write null where AWS leaves a member out: read it as left out, at the price of a second look.
        without_nulls = _without_nulls(msgspec.json.decode(raw))
        return msgspec.json.decode(msgspec.json.encode(without_nulls), type=AuthorizationDetails)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {
            name: member if name in _DOCUMENTS else _without_nulls(member)
            for name, member in value.items()
            if member is not None
        }
    return value


_DOCUMENTS = frozenset({"AssumeRolePolicyDocument", "Document", "PolicyDocument"})
"""A policy's own nulls are the policy's matter."""


def parse_time(text: str) -> datetime | None:
    """Read a timestamp as AWS, its CLI or Python writes it; UTC. None where there is none or it is no timestamp."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is UTC:
        # As AWS writes it.
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_builtins(record: AwsRecord) -> Any:
    """The record as plain JSON values, for tests and for the local AWS."""
    return msgspec.json.decode(msgspec.json.encode(record))
