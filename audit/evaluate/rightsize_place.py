"""Where the ready policy goes: in the place of a policy that held nothing else, or beside the others."""

from __future__ import annotations

import msgspec

from audit.evaluate.holders import inline_policies
from audit.evaluate.policy_change import StatementJson, difference, one_line
from audit.evaluate.rightsize_apply import changed_record, replacements
from audit.evaluate.rightsize_document import ready_document
from audit.evaluate.rightsize_plan import Record, Step, raw_document
from audit.evaluate.rightsize_record import ChangeKind, Placement, ReadyPolicy
from audit.evaluate.rightsize_standing import Standing
from audit.snapshot.authorization import GroupDetail, RoleDetail, UserDetail

INLINE_SIZE: dict[type[Record], int] = {UserDetail: 2_048, GroupDetail: 5_120, RoleDetail: 10_240}
"""Characters, white space aside, that all inline policies of a user, group or role may have together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
"""
MANAGED_SIZE = 6_144
"""The same of one managed policy."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """The changes, as they are to be applied."""

    steps: tuple[Step, ...]
    ready: ReadyPolicy | None
    notes: tuple[str, ...] = ()


def place(standing: Standing, steps: tuple[Step, ...], statements: list[StatementJson]) -> Proposal:
    """Put the statements of the ready policy where they fit; with none there is no ready policy."""
    if not statements:
        return Proposal(steps=steps, ready=None)
    record = standing.holder.record
    # An inline policy rather than a managed one: it goes when the principal goes.
    for number in sorted(range(len(steps)), key=lambda number: (steps[number].change.policy.arn != "", number)):
        if steps[number].remainder is not None:
            ready, step = _replacing(steps[number], statements)
            proposed = (*steps[:number], step, *steps[number + 1 :])
            if _fits(record, proposed, ready):
                return Proposal(steps=proposed, ready=ready)
    document = raw_document(ready_document(statements, []))
    ready = ReadyPolicy(placement=Placement.INLINE, name=_free_name(standing, Placement.INLINE), document=document)
    if _fits(record, steps, ready):
        return Proposal(steps=steps, ready=ready)
    name = _free_name(standing, Placement.MANAGED)
    managed = ReadyPolicy(placement=Placement.MANAGED, name=name, document=document)
    return Proposal(steps=steps, ready=managed, notes=tuple(_size_notes(managed)))


def _replacing(step: Step, statements: list[StatementJson]) -> tuple[ReadyPolicy, Step]:
    """The ready policy in the place of the step's policy."""
    document = ready_document(statements, list(step.remainder or ()))
    policy = step.change.policy
    ready = ReadyPolicy(placement=Placement.REPLACES, name=policy.name, arn=policy.arn, document=raw_document(document))
    change = msgspec.structs.replace(
        step.change,
        kind=ChangeKind.REPLACE,
        reason="the ready policy takes its place",
        difference="" if step.now is None else difference(one_line(policy.name), step.now, document),
        document=ready.document,
    )
    return ready, msgspec.structs.replace(step, change=change)


def _fits(record: Record, steps: tuple[Step, ...], ready: ReadyPolicy) -> bool:
    """Whether AWS would take the inline policies, or the managed one that is replaced."""
    if ready.arn:
        return document_size(ready.document) <= MANAGED_SIZE
    after = inline_policies(changed_record(record, replacements(steps), ready))
    return sum(document_size(policy.policy_document) for policy in after) <= INLINE_SIZE[type(record)]


def _size_notes(ready: ReadyPolicy) -> list[str]:
    size = document_size(ready.document)
    notes = ["as an inline policy it would be longer than AWS allows, so it is a managed one"]
    if size > MANAGED_SIZE:
        notes.append(f"it has {size} characters and a managed policy may have {MANAGED_SIZE}: divide it between two")
    return notes


def document_size(document: msgspec.Raw) -> int:
    """Characters, white space aside."""
    return sum(1 for character in bytes(document).decode("utf-8", "replace") if not character.isspace())


def _free_name(standing: Standing, placement: Placement) -> str:
    """A policy name that the principal, or for a managed policy the account, does not use."""
    if placement is Placement.MANAGED:
        taken = {policy.policy_name or policy.arn.rpartition("/")[2] for policy in standing.details.policies}
    else:
        taken = {policy.policy_name for policy in inline_policies(standing.holder.record)}
    wanted = f"{standing.profile.service}-rightsized"
    lowered = {name.lower() for name in taken}
    number = 1
    while (name := wanted if number == 1 else f"{wanted}-{number}") in lowered:
        number += 1
    return name
