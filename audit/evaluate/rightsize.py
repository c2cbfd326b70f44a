"""Right-sizing: the smallest policy that keeps what is wanted of a service, and what becomes of the present ones.

What is kept is stated in one policy, by name and under the conditions of today. The other policies of the principal
lose the service; one that cannot be changed for this principal alone stays, and the ready policy denies what must go.
Every Deny and the permissions boundary stay as they are. The proposal is evaluated again before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evaluate.rightsize_apply import alone, changed
from audit.evaluate.rightsize_document import kept_statements, removing_statements
from audit.evaluate.rightsize_place import Proposal, place
from audit.evaluate.rightsize_plan import plan
from audit.evaluate.rightsize_proof import prove
from audit.evaluate.rightsize_record import HeldPrivilege, Rightsizing
from audit.evaluate.rightsize_standing import Standing
from audit.model.arn import parse_arn
from audit.model.entitlement import Verdict
from audit.model.error import InputError
from audit.model.privilege import ServiceProfile
from audit.snapshot.authorization import AuthorizationDetails

_SERVICE_LINKED = "role/aws-service-role/"
_IDENTITY_CENTER = "role/aws-reserved/sso.amazonaws.com/"


def rightsize(
    details: AuthorizationDetails,
    principal_arn: str,
    wanted: Collection[str],
    *,
    basis: str,
    profile: ServiceProfile,
    as_of: datetime,
    control: ControlPolicies = NOT_READ,
) -> Rightsizing:
    """Propose the change that leaves the principal what is wanted of the profile's service, as far as it has it.

    `principal_arn` is one of the account's; `wanted` holds actions of the profile; `control` is what the account's
    organization bounds it with, before and after. Raises InputError for a principal
    whose policies nobody can change, and UnprovedError where the proposal does not stand up to being evaluated.
    """
    result, _ = rightsized_account(
        details, principal_arn, wanted, basis=basis, profile=profile, as_of=as_of, control=control
    )
    return result


def rightsized_account(
    details: AuthorizationDetails,
    principal_arn: str,
    wanted: Collection[str],
    *,
    basis: str,
    profile: ServiceProfile,
    as_of: datetime,
    control: ControlPolicies = NOT_READ,
) -> tuple[Rightsizing, AuthorizationDetails]:
    """The same, with the account as it would be after the change: who changes several principals goes on from there."""
    before = Standing(details, principal_arn, profile, as_of, control)
    held = before.verdicts()
    kept = [action for action in held if action in wanted]
    result = Rightsizing(
        principal_arn=principal_arn,
        service=profile.service,
        as_of=as_of,
        basis=basis,
        privileges=len(profile.privileges),
        kept=_privileges(before, kept),
        removed=_privileges(before, [action for action in held if action not in wanted]),
        not_held=tuple(sorted(action for action in wanted if action not in held)),
        control=control.sentence,
    )
    if not result.removed:
        return result, details
    _refuse_service_linked(principal_arn)
    proposal = _propose(before, kept)
    proposed = changed(details, before.holder.record, proposal.steps, proposal.ready)
    after = Standing(proposed, principal_arn, profile, as_of, control)
    proof, affected = prove(before, after, kept)
    proved = msgspec.structs.replace(
        result,
        policy=proposal.ready,
        changes=tuple(step.change for step in proposal.steps),
        affected=affected,
        notes=(*_notes(principal_arn), *proposal.notes),
        proof=proof,
    )
    return proved, proposed


def _refuse_service_linked(principal_arn: str) -> None:
    arn = parse_arn(principal_arn)
    if arn is not None and arn.resource.startswith(_SERVICE_LINKED):
        raise InputError(
            f"`{principal_arn}` is a service-linked role, whose policies only AWS changes; name another one"
        )


def _notes(principal_arn: str) -> tuple[str, ...]:
    arn = parse_arn(principal_arn)
    if arn is not None and arn.resource.startswith(_IDENTITY_CENTER):
        return ("IAM Identity Center writes this role's policies: change its permission set, for it undoes the rest",)
    return ()


def _privileges(standing: Standing, actions: list[str]) -> tuple[HeldPrivilege, ...]:
    verdicts = standing.verdicts()
    return tuple(
        HeldPrivilege(action=action, verdict=verdicts[action], conditions=_conditions(standing, action, verdicts))
        for action in actions
    )


def _conditions(standing: Standing, action: str, verdicts: dict[str, Verdict]) -> tuple[str, ...]:
    if verdicts[action] is Verdict.ALLOW:
        return ()
    return standing.answer(action, standing.known).conditions


def _propose(before: Standing, kept: list[str]) -> Proposal:
    """State what is kept, see what the policies that stay would still give, and deny that.

    What a control policy refuses today is denied too: it may be lifted, and nothing of this principal needs it.
    """
    steps = plan(before)
    allowing = kept_statements({action: before.grants(action) for action in kept})
    record = before.holder.record
    lifted = msgspec.structs.replace(before.control, scps=None, rcps=None)
    stripped = alone(changed(before.details, record, steps, None), record.arn)
    left = Standing(stripped, record.arn, before.profile, before.as_of, lifted)
    surplus = [action for action in left.verdicts() if action not in kept]
    denying = removing_statements(surplus, before.profile.service, everything=not kept)
    return place(before, steps, [*allowing, *denying])
