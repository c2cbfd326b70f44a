"""One account, evaluated: its principals, their entitlements, and what could not be evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from audit.catalog.watched import WATCHED
from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evaluate.defects import defects_of
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.entitlements import EntitlementRows
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.principals import principals_of
from audit.model.entitlement import Entitlement, Verdict
from audit.model.principal import Principal
from audit.model.privilege import ServiceProfile
from audit.model.result import Defect
from audit.snapshot.authorization import AuthorizationDetails


class EvaluatedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that follows from an account's policies alone."""

    account_id: str
    principals: tuple[Principal, ...]
    """By ARN."""
    entitlements: tuple[Entitlement, ...]
    """To the profile's privileges, by principal and action."""
    watched: tuple[Entitlement, ...]
    """To the watched actions of other services, which only the rules look at."""
    defects: tuple[Defect, ...]
    not_evaluated: tuple[str, ...]
    """ARNs of the principals whose answer is incomplete, sorted."""
    evaluators: tuple[EffectivePermissions, ...]
    """Of the profile's privileges and of the watched actions."""
    control: ControlPolicies
    """What the account's organization bounds it with."""

    def verdict(self, arn: str, action: str) -> Verdict:
        """On one privilege of the profile, of one of the principals: denied ones too."""
        service = self.evaluators[0]
        holder = next(holder for holder in service.policies.holders if holder.arn == arn)
        return service.of(holder).verdict(service.index.bit(action))


_NO_POLICIES = AuthorizationDetails(user_detail_list=(), group_detail_list=(), role_detail_list=(), policies=())


def evaluate_account(
    account_id: str,
    details: AuthorizationDetails | None,
    profile: ServiceProfile,
    as_of: datetime,
    shown: ShownDocuments,
    control: ControlPolicies = NOT_READ,
) -> EvaluatedAccount:
    """Evaluate all principals; with no `details` there is none, which the coverage then says.

    `control` is what the account's organization bounds it with.
    """
    policies = AccountPolicies(details or _NO_POLICIES, control)
    service = _evaluator(policies, (privilege.action for privilege in profile.privileges), profile.regions, as_of)
    watched = _evaluator(policies, WATCHED, (), as_of)
    entitlements, incomplete = _entitlements(service, shown)
    defects = defects_of(policies, account_id, service)
    return EvaluatedAccount(
        account_id=account_id,
        principals=tuple(sorted(principals_of(policies), key=lambda principal: principal.arn)),
        entitlements=entitlements,
        watched=_entitlements(watched, shown)[0],
        defects=defects,
        not_evaluated=tuple(sorted({*incomplete, *(arn for defect in defects for arn in defect.principals)})),
        evaluators=(service, watched),
        control=control,
    )


def _evaluator(
    policies: AccountPolicies, actions: Iterable[str], regions: tuple[str, ...], as_of: datetime
) -> EffectivePermissions:
    index = ActionIndex(actions, regions=regions)
    return EffectivePermissions(policies, index, KnownContexts(policies, as_of, index))


def _entitlements(
    evaluator: EffectivePermissions, shown: ShownDocuments
) -> tuple[tuple[Entitlement, ...], frozenset[str]]:
    """The entitlements by principal and action, and the ARNs of those whose answer is incomplete."""
    rows = EntitlementRows(evaluator, shown)
    entitlements: list[Entitlement] = []
    incomplete: set[str] = set()
    for holder in sorted(evaluator.policies.holders, key=lambda holder: holder.arn):
        permissions = evaluator.of(holder, denials=False)
        if permissions.not_evaluated or permissions.undecided:
            incomplete.add(holder.arn)
        entitlements.extend(rows.of(holder, permissions))
    return tuple(entitlements), frozenset(incomplete)
