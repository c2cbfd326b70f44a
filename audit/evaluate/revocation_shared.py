"""Revocations that one change to a policy carries out for everybody who has it.

A policy is changed only by what every one of its holders is to lose, or does not hold anyway; it is never changed where
AWS keeps it, it bounds somebody, AWS's count knows more users of it than the evidence does, or it cannot be read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from audit.evaluate.holders import Attachment, Holder, inline_policies
from audit.evaluate.policy_change import edited, is_aws_managed, read_document, without_privileges
from audit.evaluate.revocation_account import AccountState
from audit.evaluate.revocation_record import RevocationStep, Revoked, StepKind
from audit.evaluate.rightsize_place import INLINE_SIZE, MANAGED_SIZE, document_size
from audit.evaluate.rightsize_plan import raw_document
from audit.evaluate.rightsize_standing import granting_indexes, held_verdicts
from audit.model.entitlement import PolicyRef
from audit.policy.decision import Policy

PolicyKey = tuple[str, str]
"""ARN and nothing of a managed policy; owner and name of an inline one."""


class Shared(NamedTuple):
    """A policy with everybody who has it."""

    attachment: Attachment
    holders: dict[str, Holder]


def shared_steps(state: AccountState, revoked: Revoked) -> Iterator[RevocationStep]:
    """The changes, each policy's once, in the order in which the evidence names the policies."""
    for policy in _policies(state, revoked).values():
        yield from _steps(state, policy, revoked)


def _policies(state: AccountState, revoked: Revoked) -> dict[PolicyKey, Shared]:
    found: dict[PolicyKey, Shared] = {}
    for holder in state.policies.holders:
        for attachment in state.policies.attachments(holder):
            key = (attachment.arn, "") if attachment.arn else (attachment.owner_arn, attachment.name)
            found.setdefault(key, Shared(attachment, {})).holders[holder.arn] = holder
    return {key: shared for key, shared in found.items() if any(arn in revoked for arn in shared.holders)}


def _steps(state: AccountState, shared: Shared, revoked: Revoked) -> Iterator[RevocationStep]:
    attachment = shared.attachment
    ref = PolicyRef(type=attachment.type, name=attachment.name, arn=attachment.arn, owner_arn=attachment.owner_arn)
    if is_aws_managed(ref) or (attachment.arn and not _is_all_seen(state, attachment.arn)):
        return
    document = state.policies.documents.parsed(attachment.document)
    now = None if document.unreadable or document.problems else _json(state, attachment)
    actions = sorted(_lost_by_all(state, shared, revoked))
    indexes = granting_indexes(Policy(ref=ref, document=document), actions) if now is not None and actions else ()
    after = edited(now, indexes, without_privileges(state.profile, actions)) if now is not None and indexes else None
    if after is None:
        return
    losers = tuple(sorted(arn for arn, holder in shared.holders.items() if set(actions) & _held(state, holder)))
    many = "one change for all who have it" if len(shared.holders) > 1 else "its statements lose what was revoked"
    if after["Statement"]:
        proposed = raw_document(after)
        if not _fits(state, attachment, proposed):
            return
        yield RevocationStep(
            kind=StepKind.VERSION if attachment.arn else StepKind.PUT,
            owner_arn=attachment.owner_arn,
            policy_name=attachment.name,
            policy_arn=attachment.arn,
            document=proposed,
            reason=many,
            principals=losers,
        )
        return
    kind = StepKind.DETACH if attachment.arn else StepKind.DELETE
    owners = [record.arn for record in state.attached_to(attachment.arn)] if attachment.arn else [attachment.owner_arn]
    for owner in owners:
        yield RevocationStep(
            kind=kind,
            owner_arn=owner,
            policy_name=attachment.name,
            policy_arn=attachment.arn,
            reason="it gives nothing but what was revoked",
            principals=tuple(sorted(set(losers) & state.acting_as(owner))),
        )


def _json(state: AccountState, attachment: Attachment) -> dict[str, object] | None:
    return read_document(state.policies.documents.raw(attachment.document))


def _lost_by_all(state: AccountState, shared: Shared, revoked: Revoked) -> set[str]:
    """The actions that each holder is to lose, or does not hold anyway."""
    wanted = {action for arn in shared.holders for action in revoked.get(arn, ())}
    for arn, holder in shared.holders.items():
        wanted -= _held(state, holder) - revoked.get(arn, frozenset())
    return wanted


def _held(state: AccountState, holder: Holder) -> set[str]:
    return set(held_verdicts(state.service, holder))


def _is_all_seen(state: AccountState, policy_arn: str) -> bool:
    """Whether the evidence shows everybody who has a managed policy, and it bounds nobody."""
    seen = len(state.attached_to(policy_arn))
    return any(
        policy.arn == policy_arn and policy.attachment_count <= seen and not policy.permissions_boundary_usage_count
        for policy in state.details.policies
    ) and not state.bounds_somebody(policy_arn)


def _fits(state: AccountState, attachment: Attachment, proposed: msgspec.Raw) -> bool:
    """Whether AWS would take it: names in the place of a wildcard are longer."""
    if attachment.arn:
        return document_size(proposed) <= MANAGED_SIZE
    record = state.records[attachment.owner_arn]
    others = (
        document_size(policy.policy_document)
        for policy in inline_policies(record)
        if policy.policy_name != attachment.name
    )
    return document_size(proposed) + sum(others) <= INLINE_SIZE[type(record)]
