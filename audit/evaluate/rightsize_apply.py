"""An account's evidence as it would be after the changes: what the proof evaluates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from audit.evaluate.holders import inline_policies
from audit.evaluate.rightsize_plan import Place, Record, Step
from audit.evaluate.rightsize_record import ChangeKind, Placement, ReadyPolicy
from audit.model.arn import parse_arn
from audit.snapshot.authorization import (
    AttachedPolicy,
    AuthorizationDetails,
    GroupDetail,
    InlinePolicy,
    ManagedPolicyDetail,
    PolicyVersion,
    RoleDetail,
    UserDetail,
)

_Record = TypeVar("_Record", UserDetail, GroupDetail, RoleDetail)

Replacements = Mapping[Place, msgspec.Raw | None]
"""The new documents of a principal's own policies; None: it is taken away."""


def replacements(steps: tuple[Step, ...]) -> Replacements:
    """What the steps make of the principal's own policies."""
    return {
        step.place: step.change.document
        for step in steps
        if step.place is not None and step.change.kind is not ChangeKind.LEAVE
    }


def changed(
    details: AuthorizationDetails, record: Record, steps: tuple[Step, ...], ready: ReadyPolicy | None
) -> AuthorizationDetails:
    """The account after the steps, with the ready policy in its place."""
    new = replacements(steps)
    policies = _changed_managed(details, record, new)
    if ready is not None and ready.placement is Placement.MANAGED:
        policies = (*policies, _managed(record, ready))
    after = changed_record(record, new, ready)
    if isinstance(after, UserDetail):
        users = _with(details.user_detail_list, record, after)
        return msgspec.structs.replace(details, user_detail_list=users, policies=policies)
    if isinstance(after, GroupDetail):
        groups = _with(details.group_detail_list, record, after)
        return msgspec.structs.replace(details, group_detail_list=groups, policies=policies)
    roles = _with(details.role_detail_list, record, after)
    return msgspec.structs.replace(details, role_detail_list=roles, policies=policies)


def alone(details: AuthorizationDetails, arn: str) -> AuthorizationDetails:
    """The evidence of one principal: it, the groups, and the managed policies."""
    users = tuple(user for user in details.user_detail_list if user.arn == arn)
    roles = tuple(role for role in details.role_detail_list if role.arn == arn)
    return msgspec.structs.replace(details, user_detail_list=users, role_detail_list=roles)


def changed_record(record: Record, new: Replacements, ready: ReadyPolicy | None) -> Record:
    """The principal with its own policies replaced, and the ready one added where it takes nobody's place."""
    attached = tuple(
        policy
        for position, policy in enumerate(record.attached_managed_policies)
        if new.get(Place(managed=True, position=position), _UNCHANGED) is not None
    )
    inline = tuple(_inline(record, new))
    if ready is not None and ready.placement is Placement.MANAGED:
        attached = (*attached, AttachedPolicy(policy_name=ready.name, policy_arn=_new_arn(record, ready.name)))
    elif ready is not None and ready.placement is Placement.INLINE:
        inline = (*inline, InlinePolicy(ready.name, ready.document))
    if isinstance(record, UserDetail):
        return msgspec.structs.replace(record, attached_managed_policies=attached, user_policy_list=inline)
    if isinstance(record, GroupDetail):
        return msgspec.structs.replace(record, attached_managed_policies=attached, group_policy_list=inline)
    return msgspec.structs.replace(record, attached_managed_policies=attached, role_policy_list=inline)


_UNCHANGED = msgspec.Raw()


def _inline(record: Record, new: Replacements) -> Iterator[InlinePolicy]:
    for position, policy in enumerate(inline_policies(record)):
        document = new.get(Place(managed=False, position=position), _UNCHANGED)
        if document is _UNCHANGED:
            yield policy
        elif document is not None:
            yield InlinePolicy(policy.policy_name, document)


def _changed_managed(
    details: AuthorizationDetails, record: Record, new: Replacements
) -> tuple[ManagedPolicyDetail, ...]:
    """The managed policies, those that are edited or replaced with a new default version."""
    documents = {
        record.attached_managed_policies[place.position].policy_arn: document
        for place, document in new.items()
        if place.managed and document is not None
    }
    return tuple(
        msgspec.structs.replace(policy, policy_version_list=_version(documents[policy.arn]))
        if policy.arn in documents
        else policy
        for policy in details.policies
    )


def _managed(record: Record, ready: ReadyPolicy) -> ManagedPolicyDetail:
    arn = _new_arn(record, ready.name)
    return ManagedPolicyDetail(arn=arn, policy_name=ready.name, policy_version_list=_version(ready.document))


def _version(document: msgspec.Raw) -> tuple[PolicyVersion, ...]:
    return (PolicyVersion(version_id="proposed", is_default_version=True, document=document),)


def _new_arn(record: Record, name: str) -> str:
    """The ARN that a new customer managed policy of the principal's account gets."""
    arn = parse_arn(record.arn)
    return f"arn:{arn.partition if arn else 'aws'}:iam::{arn.account_id if arn else ''}:policy/{name}"


def _with(records: tuple[_Record, ...], record: Record, after: _Record) -> tuple[_Record, ...]:
    return tuple(after if each is record else each for each in records)
