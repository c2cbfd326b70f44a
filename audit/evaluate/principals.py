"""Principals as the report names them, from the evidence's own records."""

from __future__ import annotations

from collections.abc import Mapping

from audit.evaluate.holders import AccountPolicies, Holder
from audit.model.arn import parse_arn
from audit.model.principal import Principal, PrincipalType
from audit.snapshot.authorization import GroupDetail, RoleDetail, Tag, UserDetail, parse_time


def principals_of(policies: AccountPolicies) -> tuple[Principal, ...]:
    """All principals of the account, in the order of `policies.holders`."""
    members: dict[str, list[str]] = {}
    for user in policies.details.user_detail_list:
        for group in user.group_list:
            members.setdefault(group, []).append(user.arn)
    return tuple([_principal(holder, members) for holder in policies.holders])


def _principal(holder: Holder, members: Mapping[str, list[str]]) -> Principal:
    record = holder.record
    if isinstance(record, RoleDetail):
        return _role(record)
    boundary = None if isinstance(record, GroupDetail) else record.permissions_boundary
    return Principal(
        arn=record.arn,
        type=holder.type,
        name=name_of(record),
        account_id=_account_of(record.arn),
        path=record.path,
        unique_id=unique_id_of(record),
        created_at=parse_time(record.create_date),
        tags=() if isinstance(record, GroupDetail) else _sorted(record.tags),
        groups=tuple(sorted(record.group_list)) if isinstance(record, UserDetail) else (),
        members=tuple(sorted(members.get(record.group_name, ()))) if isinstance(record, GroupDetail) else (),
        boundary_arn=None if boundary is None else boundary.permissions_boundary_arn,
    )


def _role(role: RoleDetail) -> Principal:
    """Nearly all principals of a large account."""
    boundary, last_used = role.permissions_boundary, role.role_last_used
    return Principal(
        arn=role.arn,
        type=PrincipalType.ROLE,
        name=role.role_name,
        account_id=_account_of(role.arn),
        path=role.path,
        unique_id=role.role_id,
        created_at=parse_time(role.create_date),
        tags=_sorted(role.tags),
        boundary_arn=None if boundary is None else boundary.permissions_boundary_arn,
        last_used_at=None if last_used is None else parse_time(last_used.last_used_date),
        last_used_known=last_used is not None,
    )


def _account_of(text: str) -> str:
    arn = parse_arn(text)
    return arn.account_id if arn else ""


def _sorted(tags: tuple[Tag, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted([(tag.key, tag.value) for tag in tags])) if tags else ()


def name_of(record: UserDetail | GroupDetail | RoleDetail) -> str:
    """The name that its account knows it by."""
    if isinstance(record, UserDetail):
        return record.user_name
    return record.group_name if isinstance(record, GroupDetail) else record.role_name


def unique_id_of(record: UserDetail | GroupDetail | RoleDetail) -> str:
    """AIDA…, AGPA… or AROA…"""
    if isinstance(record, UserDetail):
        return record.user_id
    return record.group_id if isinstance(record, GroupDetail) else record.role_id
