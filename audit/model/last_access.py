"""When IAM last saw a principal or a credential: coarser than CloudTrail, and with windows of its own. Times are UTC.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class ServiceLastAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What Access Advisor says of one principal and one service.

    It counts attempts, also denied ones, and looks back 400 days or more; it does not tell the action.
    """

    principal_arn: str
    service: str
    """IAM prefix: `mechanicalturk`."""
    last_attempt_at: datetime | None
    """None: no attempt in the tracking period."""
    region: str = ""


class CredentialUse(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the credential report: a user's, or the root user's, password and access keys.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
    """

    principal_arn: str
    name: str
    """`<root_account>` for the root user."""
    password_enabled: bool | None = None
    """None where the report says neither, as for the root user."""
    password_last_used_at: datetime | None = None
    mfa_active: bool = False
    keys: tuple[AccessKeyUse, ...] = ()


class AccessKeyUse(msgspec.Struct, frozen=True, kw_only=True):
    """One of a user's two access keys; its id is not in the report."""

    number: int
    """1 or 2."""
    active: bool
    last_rotated_at: datetime | None = None
    last_used_at: datetime | None = None
    """None: never, or not since AWS records it."""
    last_used_service: str = ""
    """IAM prefix of the service it was last used for."""
