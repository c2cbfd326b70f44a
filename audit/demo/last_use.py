"""What AWS remembers of the last use of roles, services and keys, so that it agrees with the calls that were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from audit.demo.source import AccountSource, LoginSource
from audit.demo.trail_call import MTURK, MadeCall, principal_arn
from audit.model.last_access import AccessKeyUse, CredentialUse, ServiceLastAccess
from audit.snapshot.authorization import AuthorizationDetails, RoleDetail, RoleLastUsed, parse_time

LastCalls = Mapping[str, datetime]
"""Time of the last call to Mechanical Turk by the ARN of who made it, refused ones included."""


def last_calls(calls: Iterable[MadeCall], account_id: str) -> LastCalls:
    """When each principal of the account last called Mechanical Turk."""
    found: dict[str, datetime] = {}
    for call in calls:
        if call.source == MTURK:
            arn = principal_arn(call.by, account_id)
            found[arn] = max(call.at.replace(microsecond=0), found.get(arn, datetime.min.replace(tzinfo=UTC)))
    return found


def with_last_use(details: AuthorizationDetails, last: LastCalls) -> AuthorizationDetails:
    """Let no role have been used last before its last call."""
    roles = tuple(_role(role, last.get(role.arn)) for role in details.role_detail_list)
    return msgspec.structs.replace(details, role_detail_list=roles)


def _role(role: RoleDetail, called_at: datetime | None) -> RoleDetail:
    used = role.role_last_used
    told_at = parse_time(used.last_used_date) if used is not None else None
    if called_at is None or (told_at is not None and told_at >= called_at):
        return role
    return msgspec.structs.replace(role, role_last_used=RoleLastUsed(last_used_date=f"{called_at:%Y-%m-%dT%H:%M:%SZ}"))


def last_accesses(last: LastCalls) -> tuple[ServiceLastAccess, ...]:
    """What Access Advisor knows of Mechanical Turk: attempts count, refused ones too."""
    return tuple(
        ServiceLastAccess(principal_arn=arn, service="mechanicalturk", last_attempt_at=at, region="us-east-1")
        for arn, at in sorted(last.items())
    )


def credentials_of(source: AccountSource, last: LastCalls) -> tuple[CredentialUse, ...]:
    """The rows of the credential report: the root user's, then each user's."""
    return tuple(_credentials(source, last))


def _credentials(source: AccountSource, last: LastCalls) -> Iterator[CredentialUse]:
    prefix = f"arn:aws:iam::{source.account_id}"
    yield _credential(f"{prefix}:root", "<root_account>", source.root_login, None)
    for user in source.users:
        arn = f"{prefix}:user{user.path}{user.name}"
        yield _credential(arn, user.name, user.login, last.get(arn))


def _credential(arn: str, name: str, login: LoginSource, called_at: datetime | None) -> CredentialUse:
    keys = tuple(
        AccessKeyUse(
            number=number,
            active=key.active,
            last_rotated_at=key.rotated,
            last_used_at=called_at if number == 1 and called_at is not None else key.used,
            last_used_service=_service(key.used, key.service, called_at if number == 1 else None),
        )
        for number, key in enumerate(login.keys, start=1)
    )
    return CredentialUse(
        principal_arn=arn,
        name=name,
        password_enabled=None if name == "<root_account>" else login.password,
        password_last_used_at=login.signed_in,
        mfa_active=login.mfa,
        keys=keys,
    )


def _service(used_at: datetime | None, service: str, called_at: datetime | None) -> str:
    if called_at is not None:
        return "mechanicalturk"
    return service if used_at is not None else ""
