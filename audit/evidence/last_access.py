"""What IAM itself saw of principals: Access Advisor and the credential report, each within its own meaning.

Both know the service and not the action, count attempts too, and have windows of their own, so they prove no use of a
privilege. They can contradict the events, and then the entitlement says so.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from audit.model.arn import parse_arn
from audit.model.last_access import CredentialUse, ServiceLastAccess
from audit.model.snapshot import Window
from audit.model.usage import Usage


def accesses_of(rows: Iterable[ServiceLastAccess], service: str) -> tuple[ServiceLastAccess, ...]:
    """What Access Advisor says of the service, by principal."""
    return tuple(
        sorted((row for row in rows if row.service == service), key=lambda row: (row.principal_arn, row.region))
    )


def credentials_of(rows: Iterable[CredentialUse], holders: Collection[str]) -> tuple[CredentialUse, ...]:
    """The credentials of root users and of those who hold a privilege, by ARN."""
    return tuple(
        sorted(
            (row for row in rows if row.principal_arn in holders or _is_root(row.principal_arn)),
            key=lambda row: (row.principal_arn, row.name),
        )
    )


def contradictions(
    accesses: Iterable[ServiceLastAccess],
    credentials: Iterable[CredentialUse],
    usage: Iterable[Usage],
    window: Window | None,
    service: str,
) -> Mapping[str, str]:
    """By principal: an attempt at the service in the window of which the events hold nothing, in words."""
    if window is None:
        return {}
    named = {row.principal_arn for row in usage}
    seen = [*_attempts(accesses), *_key_uses(credentials, service)]
    return {
        arn: f"{who} names an attempt at the service on {moment:%Y-%m-%d}, of which the events hold nothing"
        for arn, who, moment in reversed(seen)
        if arn not in named and window.holds(moment)
    }


def _attempts(accesses: Iterable[ServiceLastAccess]) -> Iterator[tuple[str, str, datetime]]:
    for row in accesses:
        if row.last_attempt_at is not None:
            yield row.principal_arn, "Access Advisor", row.last_attempt_at


def _key_uses(credentials: Iterable[CredentialUse], service: str) -> Iterator[tuple[str, str, datetime]]:
    for row in credentials:
        for key in row.keys:
            if key.last_used_at is not None and key.last_used_service == service:
                yield row.principal_arn, "the credential report", key.last_used_at


def _is_root(arn: str) -> bool:
    parsed = parse_arn(arn)
    return parsed is not None and parsed.resource == "root"
