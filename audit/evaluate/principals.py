"""Principals as the report names them, from the evidence's own records."""

from __future__ import annotations

from collections.abc import Mapping

from audit.evaluate.holders import AccountPolicies, Holder
from audit.model.arn import parse_arn
from audit.model.principal import Principal
from audit.snapshot.authorization import GroupDetail, RoleDetail, UserDetail, parse_time


def principals_of(policies: AccountPolicies) -> tuple[Principal, ...]:
    """All principals of the account, in the order of `policies.holders`."""
    members: dict[str, list[str]] = {}
    for user in policies.details.user_detail_list:
        for group in user.group_list:
            members.setdefault(group, []).append(user.arn)
    return tuple(_principal(holder, members) for holder in policies.holders)


def _principal(holder: Holder, members: Mapping[str, list[str]]) -> Principal:
    record = holder.record
    arn = parse_arn(record.arn)
    last_used = record.role_last_used if isinstance(record, RoleDetail) else None
    boundary = None if isinstance(record, GroupDetail) else record.permissions_boundary
    return Principal(
        arn=record.arn,
        type=holder.type,
        name=name_of(record),
        account_id=arn.account_id if arn else "",
        path=record.path,
        unique_id=unique_id_of(record),
        created_at=parse_time(record.create_date),
        tags=() if isinstance(record, GroupDetail) else tuple(sorted((tag.key, tag.value) for tag in record.tags)),
        groups=tuple(sorted(record.group_list)) if isinstance(record, UserDetail) else (),
        members=tuple(sorted(members.get(record.group_name, ()))) if isinstance(record, GroupDetail) else (),
        boundary_arn=None if boundary is None else boundary.permissions_boundary_arn,
        last_used_at=None if last_used is None else parse_time(last_used.last_used_date),
        last_used_known=last_used is not None,
    )


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
