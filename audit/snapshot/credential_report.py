"""IAM's credential report: the passwords and access keys of the users and of the root user.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime

import msgspec

from audit.model.last_access import AccessKeyUse, CredentialUse
from audit.snapshot.rows import in_utc

_NEEDED = ("user", "arn")
_KEYS = (1, 2)


def decode_credential_report(raw: bytes) -> tuple[CredentialUse, ...]:
    """Decode credential-report.csv, sorted by ARN.

    Raises msgspec.ValidationError or UnicodeDecodeError where it is something else. A column that the report lacks, and
    a value such as `N/A`, `no_information` or `not_supported`, is not told.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True, restval=""))
    except csv.Error as error:
        raise msgspec.ValidationError(f"the credential report is no CSV: {error}") from error
    if not rows or any(not row.get(name) for row in rows for name in _NEEDED):
        raise msgspec.ValidationError("a credential report has a row for the root user at least, with user and arn")
    return tuple(sorted((_credentials(row) for row in rows), key=lambda each: each.principal_arn))


def _credentials(row: Mapping[str, str]) -> CredentialUse:
    return CredentialUse(
        principal_arn=row["arn"],
        name=row["user"],
        password_enabled=_flag(row.get("password_enabled", "")),
        password_last_used_at=_moment(row.get("password_last_used", "")),
        mfa_active=_flag(row.get("mfa_active", "")) is True,
        keys=tuple(key for number in _KEYS if (key := _key(row, number)) is not None),
    )


def _key(row: Mapping[str, str], number: int) -> AccessKeyUse | None:
    """The key in one of the two places; None where there is none."""
    column = f"access_key_{number}_"
    active = _flag(row.get(f"{column}active", "")) is True
    rotated = _moment(row.get(f"{column}last_rotated", ""))
    if not active and rotated is None:
        return None
    service = row.get(f"{column}last_used_service", "")
    return AccessKeyUse(
        number=number,
        active=active,
        last_rotated_at=rotated,
        last_used_at=_moment(row.get(f"{column}last_used_date", "")),
        last_used_service="" if service == "N/A" else service,
    )


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _moment(text: str) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(text))
    except ValueError:
        return None
