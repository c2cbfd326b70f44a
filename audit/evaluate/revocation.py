"""Revocations of one account as changes of its policies: each shared policy once, then what is left, by right-sizing.

First every policy loses what all of its holders are to lose. What somebody then still holds through a policy that must
stay as it is for others goes by that principal's own right-sizing. At last the account is evaluated as it was and as it
would be, for everybody: nobody may gain anything, or lose what was not revoked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evaluate.holders import inline_policies
from audit.evaluate.policy_change import difference, one_line, read_document
from audit.evaluate.revocation_account import AccountState
from audit.evaluate.revocation_proof import prove_revocation
from audit.evaluate.revocation_record import (
    AccountRevocation,
    Remaining,
    RevocationStep,
    Revoked,
    StepKind,
    Unresolved,
)
from audit.evaluate.revocation_shared import shared_steps
from audit.evaluate.rightsize import rightsized_account
from audit.evaluate.rightsize_record import ChangeKind, Placement, Rightsizing
from audit.evaluate.rightsize_standing import held_verdicts
from audit.model.error import AuditError
from audit.model.privilege import ServiceProfile
from audit.snapshot.authorization import AuthorizationDetails, GroupDetail

BASIS = "what was not revoked"
MOST_VERSIONS = 5
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entities"""

_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_ARN = re.compile(r"arn:[\w-]+:iam::(?:\d{12}|aws):[\x21-\x7e]{1,600}", re.ASCII)


def revoke(
    account_id: str,
    details: AuthorizationDetails,
    revoked: Revoked,
    *,
    profile: ServiceProfile,
    as_of: datetime,
    control: ControlPolicies = NOT_READ,
) -> AccountRevocation:
    """The changes after which nobody holds what was revoked, and everybody all else that they hold today.

    `revoked` names principals of the account and actions of the profile. A revocation that has no change, or none that
    stands up to being evaluated, is an `Unresolved` of the answer. Raises UnprovedError where the changes together do
    not do what they say.
    """
    before = AccountState(details, profile, as_of, control)
    shared = tuple(step for step in shared_steps(before, revoked) if _is_nameable(step))
    after = before.after(shared) if shared else before
    steps, unresolved = list(shared), []
    for arn in _groups_first(before, revoked):
        wanted, left = _left(after, arn, revoked[arn])
        if not left:
            continue
        try:
            result, changed = rightsized_account(
                after.details, arn, wanted, basis=BASIS, profile=profile, as_of=as_of, control=control
            )
        except AuditError as error:
            unresolved.append(Unresolved(principal_arn=arn, actions=left, reason=f"{error}."))
            continue
        own = tuple(_own_steps(result))
        reason = _refusal(result, own, revoked)
        if reason:
            unresolved.append(Unresolved(principal_arn=arn, actions=left, reason=reason))
            continue
        steps += own
        after = after.with_details(changed)
    resolved = {
        arn: actions - {action for each in unresolved if each.principal_arn == arn for action in each.actions}
        for arn, actions in revoked.items()
    }
    proof = prove_revocation(before, after, revoked, resolved)
    return AccountRevocation(
        account_id=account_id,
        steps=tuple(_finished(before, step) for step in _last_of_each(steps)),
        remaining=_remaining(after, steps),
        unresolved=tuple(unresolved),
        **proof,
    )


def _groups_first(state: AccountState, revoked: Revoked) -> list[str]:
    """In the order of the evidence, groups first: what goes with them need not be denied to their members."""
    arns = [arn for arn in state.records if arn in revoked]
    return sorted(arns, key=lambda arn: not isinstance(state.records[arn], GroupDetail))


def _left(state: AccountState, arn: str, revoked: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """What the principal is to keep, and what of the revoked it still holds."""
    holder = next(holder for holder in state.policies.holders if holder.arn == arn)
    held = held_verdicts(state.service, holder)
    return frozenset(held) - revoked, tuple(sorted(held.keys() & revoked))


def _refusal(result: Rightsizing, steps: tuple[RevocationStep, ...], revoked: Revoked) -> str:
    """Why a proposal cannot be taken; empty where it can."""
    for member in result.affected:
        more = sorted(set(member.loses) - revoked.get(member.arn, frozenset()))
        if more:
            return (
                f"With the group {one_line(member.arn)} would lose {', '.join(more)}, which nobody decided to take "
                "from it: decide on its members too, or take them out of the group."
            )
    if not all(_is_nameable(step) for step in steps):
        return "A policy has a name that IAM does not allow, so that no command can be written for it."
    return ""


def _is_nameable(step: RevocationStep) -> bool:
    """Whether the names are such as IAM allows: any other is no name to write a command with."""
    owner = step.owner_arn
    return (
        _NAME.fullmatch(step.policy_name) is not None
        and (not step.policy_arn or _ARN.fullmatch(step.policy_arn) is not None)
        and (not owner or (_ARN.fullmatch(owner) is not None and _NAME.fullmatch(owner.rpartition("/")[2]) is not None))
    )


def _own_steps(result: Rightsizing) -> Iterator[RevocationStep]:
    """A right-sizing as steps, the ready policy first, so that nothing that stays is missing in between."""
    owner = result.principal_arn
    losers = tuple(sorted({owner, *(member.arn for member in result.affected)}))
    if result.policy is not None:
        ready = result.policy
        managed = ready.placement is Placement.MANAGED
        version = bool(ready.arn)
        yield RevocationStep(
            kind=StepKind.CREATE if managed else StepKind.VERSION if version else StepKind.PUT,
            owner_arn="" if version else owner,
            policy_name=ready.name,
            policy_arn=ready.arn,
            document=ready.document,
            reason="it states what stays, and denies what a policy that must stay still gives",
            principals=losers,
        )
    for change in result.changes:
        policy = change.policy
        if change.kind is ChangeKind.EDIT:
            kind = StepKind.VERSION if policy.arn else StepKind.PUT
        elif change.kind is ChangeKind.REMOVE and not policy.arn:
            kind = StepKind.DELETE
        elif change.kind in (ChangeKind.REMOVE, ChangeKind.DETACH):
            kind = StepKind.DETACH
        else:
            continue
        yield RevocationStep(
            kind=kind,
            owner_arn="" if kind is StepKind.VERSION else owner,
            policy_name=policy.name,
            policy_arn=policy.arn,
            document=change.document if kind in (StepKind.VERSION, StepKind.PUT) else None,
            reason=change.reason,
            principals=losers,
        )


def _last_of_each(steps: list[RevocationStep]) -> list[RevocationStep]:
    """One step for one policy: of two that give it new content, or take it away, the last one."""
    found: dict[tuple[str, str, str], RevocationStep] = {}
    for step in steps:
        key = (step.owner_arn, step.policy_arn, "" if step.policy_arn else step.policy_name)
        earlier = found.pop(key, None)
        losers = {*step.principals, *(earlier.principals if earlier else ())}
        found[key] = msgspec.structs.replace(step, principals=tuple(sorted(losers)))
    return list(found.values())


def _finished(before: AccountState, step: RevocationStep) -> RevocationStep:
    """The step with its difference from today's document, and the version that has to make room."""
    if step.document is None:
        return step
    today, oldest = None, ""
    if step.kind is StepKind.VERSION:
        policy = next(policy for policy in before.details.policies if policy.arn == step.policy_arn)
        versions = policy.policy_version_list
        today = next((bytes(version.document) for version in versions if version.is_default_version), None)
        spare = [version.version_id for version in versions if not version.is_default_version]
        if len(versions) >= MOST_VERSIONS and spare:
            oldest = min(spare, key=_version_number)
    elif step.kind is StepKind.PUT:
        present = inline_policies(before.records[step.owner_arn])
        today = next((bytes(one.policy_document) for one in present if one.policy_name == step.policy_name), None)
    now, proposed = (None if today is None else read_document(today)), read_document(bytes(step.document))
    shown = difference(step.policy_name, now, proposed) if now is not None and proposed is not None else ""
    return msgspec.structs.replace(step, difference=shown, oldest_version=oldest)


def _version_number(version_id: str) -> tuple[int, str]:
    digits = version_id.removeprefix("v")
    return (int(digits) if digits.isdecimal() else 0), version_id


def _remaining(after: AccountState, steps: list[RevocationStep]) -> tuple[Remaining, ...]:
    owners = sorted({step.owner_arn for step in steps if step.kind in (StepKind.DELETE, StepKind.DETACH)})
    records = [after.records[owner] for owner in owners]
    return tuple(
        Remaining(
            owner_arn=record.arn,
            managed=tuple(sorted(policy.policy_arn for policy in record.attached_managed_policies)),
            inline=tuple(sorted(policy.policy_name for policy in inline_policies(record))),
        )
        for record in records
    )
