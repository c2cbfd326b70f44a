"""What becomes of each present policy of a principal that is right-sized, so that nothing changes for anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from audit.evaluate.holders import Attachment, inline_policies
from audit.evaluate.policy_change import (
    DocumentJson,
    difference,
    edited,
    is_aws_managed,
    is_of_service,
    one_line,
    read_document,
    statements_of,
    without_privileges,
)
from audit.evaluate.rightsize_record import ChangeKind, PolicyChange
from audit.evaluate.rightsize_standing import Standing, granting_indexes
from audit.model.entitlement import PolicyRef
from audit.policy.decision import Policy
from audit.policy.document import Document, Effect
from audit.policy.variables import VERSION_WITH_VARIABLES
from audit.snapshot.authorization import AuthorizationDetails, GroupDetail, RoleDetail, UserDetail

Record = UserDetail | GroupDetail | RoleDetail


class Place(msgspec.Struct, frozen=True):
    """One of a principal's own policies, by its position in the evidence."""

    managed: bool
    position: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One policy, and what becomes of it."""

    change: PolicyChange
    place: Place | None = None
    """None for a policy that the principal has through a group."""
    now: DocumentJson | None = None
    """Its document, where that can be changed."""
    remainder: tuple[DocumentJson, ...] | None = None
    """The statements that would stand beside those of the ready policy, if that took this one's place; None where it
    cannot."""


def plan(standing: Standing) -> tuple[Step, ...]:
    """A step for each policy that grants something of the service, in the order in which they are attached."""
    return tuple(_steps(standing))


def _steps(standing: Standing) -> Iterator[Step]:
    record = standing.holder.record
    managed = len(record.attached_managed_policies)
    own = managed + len(inline_policies(record))
    privileges = [privilege.action for privilege in standing.profile.privileges]
    attachments = standing.policies.attachments(standing.holder)
    for position, (attachment, policy) in enumerate(zip(attachments, standing.held.identity, strict=True)):
        indexes = granting_indexes(policy, privileges)
        if not indexes and not policy.document.unreadable:
            continue
        if position >= own:
            yield _left(standing, policy.ref, _group_reason(standing, attachment))
        else:
            place = Place(position < managed, position if position < managed else position - managed)
            yield _own_step(standing, attachment, policy, indexes, place)


def _own_step(
    standing: Standing, attachment: Attachment, policy: Policy, indexes: tuple[int, ...], place: Place
) -> Step:
    document = policy.document
    if document.problems:
        return _left(standing, policy.ref, "it cannot be read in full, so nothing of it is changed", place)
    others = _others(standing, policy.ref)
    only_this = _holds_only(document, standing.profile.service)
    if others or not _is_own(standing, policy.ref):
        if only_this:
            reason = f"it grants nothing else, and {_keeper(policy.ref, others)}"
            change = PolicyChange(policy=policy.ref, kind=ChangeKind.DETACH, reason=reason, shared_with=others)
            return Step(change=change, place=place)
        return _left(
            standing, policy.ref, f"it grants more than this service, and {_keeper(policy.ref, others)}", place
        )
    now = read_document(standing.policies.documents.raw(attachment.document))
    if now is None:
        return _left(standing, policy.ref, "it is not saved as plain JSON, so nothing of it is changed", place)
    if only_this:
        change = PolicyChange(policy=policy.ref, kind=ChangeKind.REMOVE, reason="it holds nothing else")
        return Step(change=change, place=place, now=now, remainder=())
    edit = without_privileges(standing.profile, [privilege.action for privilege in standing.profile.privileges])
    proposed = edited(now, indexes, edit)
    if proposed is None:
        return _left(standing, policy.ref, "a wildcard in a service name takes in this service among others", place)
    return _edit_step(policy, now, proposed, place)


def _edit_step(policy: Policy, now: DocumentJson, proposed: DocumentJson, place: Place) -> Step:
    left = statements_of(proposed)
    denies_only = all(statement.get("Effect") == "Deny" for statement in left)
    # In another Version what is left of it could mean something else.
    ready_fits = denies_only and policy.document.version == VERSION_WITH_VARIABLES
    change = PolicyChange(
        policy=policy.ref,
        kind=ChangeKind.EDIT,
        reason="its statements lose this service, and all else stays",
        difference=difference(one_line(policy.ref.name), now, proposed),
        document=raw_document(proposed),
    )
    return Step(change=change, place=place, now=now, remainder=tuple(left) if ready_fits else None)


def raw_document(document: DocumentJson) -> msgspec.Raw:
    """The document as the evidence would hold it."""
    return msgspec.Raw(json.dumps(document, ensure_ascii=False).encode())


def _left(standing: Standing, ref: PolicyRef, reason: str, place: Place | None = None) -> Step:
    shared_with = _others(standing, ref)
    change = PolicyChange(policy=ref, kind=ChangeKind.LEAVE, reason=reason, shared_with=shared_with)
    return Step(change=change, place=place)


def _holds_only(document: Document, service: str) -> bool:
    """Whether the document says nothing but Allow of the service's own actions."""
    return all(
        statement.effect is Effect.ALLOW
        and statement.actions is not None
        and all(is_of_service(pattern, service) for pattern in statement.actions)
        for statement in document.statements
    )


def _is_own(standing: Standing, ref: PolicyRef) -> bool:
    """Whether it is the principal's alone, as far as AWS's own counts tell: an inline policy always is."""
    if not ref.arn:
        return True
    if is_aws_managed(ref):
        return False
    return all(
        policy.attachment_count <= 1 and policy.permissions_boundary_usage_count == 0
        for policy in standing.details.policies
        if policy.arn == ref.arn
    )


def _keeper(ref: PolicyRef, others: tuple[str, ...]) -> str:
    """Why it is not the principal's to edit."""
    if is_aws_managed(ref):
        return "AWS keeps it"
    if not others:
        return "by AWS's count it is used elsewhere too"
    return f"{len(others)} other principal{'s have' if len(others) > 1 else ' has'} it too"


def _group_reason(standing: Standing, attachment: Attachment) -> str:
    others = len(_members(standing.details, attachment.group)) - 1
    return f"it is the policy of group {attachment.group}, which has {others} other member{'' if others == 1 else 's'}"


def _others(standing: Standing, ref: PolicyRef) -> tuple[str, ...]:
    """Everybody else who has the policy, directly, through a group, or as a permissions boundary."""
    details, own = standing.details, standing.holder.arn
    records: tuple[Record, ...] = (*details.user_detail_list, *details.group_detail_list, *details.role_detail_list)
    if ref.arn:
        holders = [record for record in records if _has(record, ref.arn)]
    else:
        holders = [record for record in details.group_detail_list if record.arn == ref.owner_arn]
    arns = {record.arn for record in holders}
    for record in holders:
        if isinstance(record, GroupDetail) and record.arn != own:
            arns.update(_members(details, record.group_name))
    bounded = {record.arn for record in records if ref.arn and _bounded_by(record, ref.arn)}
    # Where it is the principal's own boundary it must not change either.
    return tuple(sorted((arns - {own}) | bounded))


def _has(record: Record, policy_arn: str) -> bool:
    return any(attached.policy_arn == policy_arn for attached in record.attached_managed_policies)


def _bounded_by(record: Record, policy_arn: str) -> bool:
    if isinstance(record, GroupDetail) or record.permissions_boundary is None:
        return False
    return record.permissions_boundary.permissions_boundary_arn == policy_arn


def _members(details: AuthorizationDetails, group: str) -> tuple[str, ...]:
    return tuple(user.arn for user in details.user_detail_list if group in user.group_list)
