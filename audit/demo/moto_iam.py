"""moto's IAM, filled from an account: users, groups, roles and policies under the ids and dates they are to have.

moto keeps one state a process, by account id. Objects are made directly, not through its API, because dates and ids
cannot be chosen there, and because a saved account may hold what IAM would not accept today.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from audit.demo.account import Account
from audit.demo.aws_managed import PREFIX, aws_managed_policies
from audit.demo.identifiers import unique_id
from audit.model.error import InputError
from audit.snapshot.authorization import (
    AttachedPolicy,
    GroupDetail,
    InlinePolicy,
    ManagedPolicyDetail,
    RoleDetail,
    Tag,
    UserDetail,
    parse_time,
)

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User

_PLACEHOLDER = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'
"""moto asks for a document that it finds valid before the real one can be put in."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - moto keeps UTC without a zone


class MissingPolicy(msgspec.Struct, frozen=True):
    """A policy that is attached and not to be had: saved accounts hold such."""

    name: str
    arn: str


def backend_of(account_id: str) -> IAMBackend:
    """The IAM that moto keeps for one account."""
    from moto.iam.models import iam_backends

    return iam_backends[account_id]["aws"]


def forget(account_id: str) -> None:
    """Take an account out of moto's state."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    for backends in (iam_backends, sts_backends):
        backends.pop(account_id, None)


def fill(account: Account) -> dict[str, str]:
    """Put an account into moto's state.

    Returns the permissions boundaries of users by the user's name: moto has no place for them. Raises InputError for
    an ARN of another account, which moto would not keep.
    """
    backend = backend_of(account.account_id)
    backend.account_aliases = [account.alias] if account.alias else []
    details = account.authorization
    _check_arns(account)
    for policy in details.policies:
        _add_policy(backend, policy)
    for group in details.group_detail_list:
        _add_group(backend, group)
    for user in details.user_detail_list:
        _add_user(backend, user)
    for role in details.role_detail_list:
        _add_role(backend, role)
    return {
        user.user_name: user.permissions_boundary.permissions_boundary_arn
        for user in details.user_detail_list
        if user.permissions_boundary is not None
    }


def _check_arns(account: Account) -> None:
    details = account.authorization
    ours = f"arn:aws:iam::{account.account_id}:"
    arns = (
        *(user.arn for user in details.user_detail_list),
        *(group.arn for group in details.group_detail_list),
        *(role.arn for role in details.role_detail_list),
        *(policy.arn for policy in details.policies),
    )
    for arn in arns:
        if not arn.startswith((ours, PREFIX)):
            raise InputError(f"`{arn}` is not of the account `{account.account_id}`; take it out of the account")


def _add_policy(backend: IAMBackend, detail: ManagedPolicyDetail) -> None:
    from moto.iam.models import PolicyVersion

    if detail.arn.startswith(PREFIX):
        policy = _aws_policy(backend, detail.policy_name, detail.path, detail.default_version_id)
    else:
        policy = backend.create_policy("", detail.path, _PLACEHOLDER, detail.policy_name, [])
        policy.default_version_id = detail.default_version_id
    policy.id = detail.policy_id
    policy.create_date = policy.update_date = _EPOCH
    policy.versions = [
        PolicyVersion(policy.arn, _text(version.document), version.is_default_version, version.version_id, _EPOCH)
        for version in detail.policy_version_list
    ]
    backend.managed_policies[policy.arn] = policy


def _add_known_aws_policy(backend: IAMBackend, arn: str) -> None:
    from moto.iam.models import PolicyVersion

    name, known = aws_managed_policies()[arn]
    policy = _aws_policy(backend, name, known.path, known.default_version_id)
    policy.id = unique_id("ANPA", "aws", name)
    policy.create_date = known.create_date
    policy.update_date = known.update_date
    policy.versions = [PolicyVersion(arn, _text(known.document), True, known.default_version_id, known.update_date)]
    backend.managed_policies[arn] = policy


def _aws_policy(backend: IAMBackend, name: str, path: str, version: str) -> ManagedPolicy:
    from moto.iam.models import AWSManagedPolicy

    epoch = _EPOCH.isoformat()
    data = {"DefaultVersionId": version, "Path": path, "CreateDate": epoch, "UpdateDate": epoch}
    return AWSManagedPolicy.from_data(name, backend.account_id, "aws", data)


def _add_group(backend: IAMBackend, detail: GroupDetail) -> None:
    group = backend.create_group(detail.group_name, detail.path)
    group.id = detail.group_id
    group.create_date = _moment(detail.create_date)
    _give_policies(backend, group, detail.group_policy_list, detail.attached_managed_policies)


def _add_user(backend: IAMBackend, detail: UserDetail) -> None:
    user = backend.create_user("aws", detail.user_name, detail.path, _tags(detail.tags))
    user.id = detail.user_id
    user.create_date = _moment(detail.create_date)
    for name in detail.group_list:
        backend.add_user_to_group(name, detail.user_name)
    _give_policies(backend, user, detail.user_policy_list, detail.attached_managed_policies)
    if detail.permissions_boundary is not None:
        _known(backend, detail.permissions_boundary.permissions_boundary_arn)


def _add_role(backend: IAMBackend, detail: RoleDetail) -> None:
    boundary = detail.permissions_boundary
    role = backend.create_role(
        role_name=detail.role_name,
        assume_role_policy_document=_text(detail.assume_role_policy_document),
        path=detail.path,
        permissions_boundary=boundary.permissions_boundary_arn if boundary else None,
        description="",
        tags=_tags(detail.tags),
        max_session_duration="3600",
    )
    backend.roles[detail.role_id] = backend.roles.pop(role.id)
    role.id = detail.role_id
    role.create_date = _moment(detail.create_date)
    if detail.role_last_used is not None and detail.role_last_used.last_used_date:
        role.last_used = _moment(detail.role_last_used.last_used_date)
    _give_policies(backend, role, detail.role_policy_list, detail.attached_managed_policies)
    if boundary is not None:
        _known(backend, boundary.permissions_boundary_arn)


def _give_policies(
    backend: IAMBackend,
    holder: User | Group | Role,
    inline: tuple[InlinePolicy, ...],
    attached: tuple[AttachedPolicy, ...],
) -> None:
    for policy in inline:
        holder.put_policy(policy.policy_name, _text(policy.policy_document))
    for reference in attached:
        arn = reference.policy_arn
        if _known(backend, arn):
            backend.managed_policies[arn].attach_to(holder)
        else:
            missing = MissingPolicy(reference.policy_name, arn)
            holder.managed_policies[arn] = missing  # type: ignore[assignment] # moto reads its name and ARN only


def _known(backend: IAMBackend, arn: str) -> bool:
    """Whether the policy exists; an AWS managed one comes to be when something refers to it."""
    if arn not in backend.managed_policies and arn in aws_managed_policies():
        _add_known_aws_policy(backend, arn)
    return arn in backend.managed_policies


def _tags(tags: tuple[Tag, ...]) -> list[dict[str, str]]:
    return [{"Key": tag.key, "Value": tag.value} for tag in tags]


def _text(document: bytes | memoryview) -> str:
    return bytes(document).decode()


def _moment(text: str) -> datetime:
    """UTC without a zone, as moto keeps times."""
    moment = parse_time(text)
    return _EPOCH if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
