"""sts:AssumeRole as AWS decides it, by the role's trust policy and the caller's own, and who a session is.

SCPs and permissions boundaries are not looked at here; moto answers what else STS is asked.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from audit.demo.callers import Callers
from audit.demo.faults import Fault
from audit.demo.moto_iam import backend_of
from audit.demo.shapes import to_xml
from audit.demo.wire import Call, Caller, Reply, ServiceError
from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.condition import context_of
from audit.policy.decision import Policy, PolicySet, Request, decide
from audit.policy.parse import parse_document

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, Role, User

_LEAST, _MOST, _USUAL = 900, 43200, 3600
"""Seconds of a session."""
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


class Sts:
    """Answers AssumeRole, and GetCallerIdentity for sessions."""

    def __init__(self, callers: Callers, account_ids: frozenset[str], session_seconds: float | None) -> None:
        """`session_seconds`: how long sessions last, whatever they were asked for; None: as asked."""
        self._callers = callers
        self._account_ids = account_ids
        self._session_seconds = session_seconds

    def answers(self, call: Call) -> bool:
        """AssumeRole of anybody, GetCallerIdentity of sessions."""
        return call.operation == "AssumeRole" or (call.operation == "GetCallerIdentity" and call.caller.session)

    def answer(self, call: Call, fault: Fault | None = None) -> Reply:
        """Perform the call; STS has no pages. Raises ServiceError where STS would refuse it."""
        result = self._assume_role(call) if call.operation == "AssumeRole" else _identity(call.caller)
        body = to_xml("sts", call.operation, result, call.request_id)
        return Reply(status=200, body=body, content_type="text/xml")

    def _assume_role(self, call: Call) -> dict[str, Any]:
        arn = str(call.parameters.get("RoleArn", ""))
        name = str(call.parameters.get("RoleSessionName", ""))
        seconds = str(call.parameters.get("DurationSeconds", _USUAL))
        if _SESSION_NAME.fullmatch(name) is None:
            raise _unfit("roleSessionName", name)
        if not seconds.isdecimal() or not _LEAST <= int(seconds) <= _MOST:
            raise _unfit("durationSeconds", seconds)
        role = self._role(arn)
        if role is None or not self._permitted(call, role):
            # AWS does not tell a role that is missing from one that refuses.
            message = f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise ServiceError("AccessDenied", message, status=403)
        lifetime = float(seconds) if self._session_seconds is None else self._session_seconds
        session = self._callers.open_session(role.arn, role.id, name, lifetime)
        return {
            "Credentials": {
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": session.secret_access_key,
                "SessionToken": session.session_token,
                "Expiration": session.expires_at,
            },
            "AssumedRoleUser": {"AssumedRoleId": session.caller.unique_id, "Arn": session.caller.arn},
        }

    def _role(self, arn: str) -> Role | None:
        parts = arn.split(":")
        if len(parts) != 6 or parts[4] not in self._account_ids:
            return None
        roles = backend_of(parts[4]).roles.values()
        return next((role for role in roles if role.arn == arn), None)

    def _permitted(self, call: Call, role: Role) -> bool:
        caller = call.caller
        context = {
            "aws:PrincipalArn": _principal(caller),
            "aws:PrincipalAccount": caller.account_id,
            "aws:PrincipalType": "AssumedRole" if caller.session else "User",
            "aws:SecureTransport": "true",
            "aws:userid": caller.unique_id,
            "sts:RoleSessionName": str(call.parameters.get("RoleSessionName", "")),
        }
        for name, key in (("ExternalId", "sts:ExternalId"), ("SourceIdentity", "sts:SourceIdentity")):
            if name in call.parameters:
                context[key] = str(call.parameters[name])
        request = Request(
            principal_arn=_principal(caller),
            action="sts:AssumeRole",
            resource=role.arn,
            resource_account=role.arn.split(":")[4],
            context=context_of(context),
        )
        trust = parse_document(role.assume_role_policy_document.encode(), resource_based=True)
        reference = PolicyRef(type=PolicyType.RESOURCE, name="trust policy")
        policies = PolicySet(identity=tuple(_identity_policies(caller)), resource=Policy(ref=reference, document=trust))
        return decide(request, policies).verdict is Verdict.ALLOW


def _unfit(member: str, value: str) -> ServiceError:
    return ServiceError("ValidationError", f"Value '{value}' at '{member}' failed to satisfy constraint")


def _principal(caller: Caller) -> str:
    """Return the ARN that policies name: of the role behind a session."""
    if not caller.session:
        return caller.arn
    role = backend_of(caller.account_id).roles.get(caller.unique_id.partition(":")[0])
    return caller.arn if role is None else role.arn


def _identity_policies(caller: Caller) -> Iterator[Policy]:
    """The policies of the user, of its groups, or of the role."""
    backend = backend_of(caller.account_id)
    holders: list[User | Group | Role]
    if caller.session:
        role = backend.roles.get(caller.unique_id.partition(":")[0])
        holders = [] if role is None else [role]
    else:
        users = [user for user in backend.users.values() if user.arn == caller.arn]
        names = {name for user in users for name in user.group_list}
        holders = [*users, *(group for group in backend.groups.values() if group.name in names)]
    for holder in holders:
        for name, text in _documents(backend, holder):
            reference = PolicyRef(type=PolicyType.MANAGED, name=name)
            yield Policy(ref=reference, document=parse_document(text.encode()))


def _documents(backend: IAMBackend, holder: User | Group | Role) -> Iterator[tuple[str, str]]:
    yield from holder.policies.items()
    for arn in holder.managed_policies:
        policy = backend.managed_policies.get(arn)
        if policy is not None:
            yield from ((policy.name, version.document) for version in policy.versions if version.is_default)


def _identity(caller: Caller) -> dict[str, Any]:
    return {"UserId": caller.unique_id, "Account": caller.account_id, "Arn": caller.arn}
