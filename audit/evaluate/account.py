"""One account, evaluated: its principals, their entitlements, and what could not be evaluated."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audit.evaluate.control_policies import ControlPolicies
from audit.evaluate.defects import defects_of
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.entitlements import EntitlementRows
from audit.evaluate.evaluators import AccountEvaluators
from audit.evaluate.holders import Holder
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.principals import principals_of
from audit.model.entitlement import Entitlement, Verdict
from audit.model.principal import Principal
from audit.model.result import Defect


class EvaluatedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that follows from an account's policies alone."""

    principals: tuple[Principal, ...]
    """By ARN."""
    entitlements: tuple[Entitlement, ...]
    """To the profile's privileges, by principal and action."""
    watched: tuple[Entitlement, ...]
    """To the watched actions of other services, which only the rules look at."""
    defects: tuple[Defect, ...]
    not_evaluated: tuple[str, ...]
    """ARNs of the principals whose answer is incomplete, sorted."""
    evaluators: AccountEvaluators

    @property
    def account_id(self) -> str:
        """Twelve digits."""
        return self.evaluators.account_id

    @property
    def control(self) -> ControlPolicies:
        """What the account's organization bounds it with."""
        return self.evaluators.control

    def verdict(self, arn: str, action: str) -> Verdict:
        """On one privilege of the profile, of one of the principals: denied ones too."""
        service = self.evaluators.service
        holder = next(holder for holder in service.policies.holders if holder.arn == arn)
        return service.of(holder).verdict(service.index.bit(action))


def evaluate_account(evaluators: AccountEvaluators, shown: ShownDocuments) -> EvaluatedAccount:
    """Evaluate all principals; where there is none, the coverage says why."""
    holders = sorted(evaluators.policies.holders, key=lambda holder: holder.record.arn)
    entitlements, incomplete = _entitlements(evaluators.service, holders, shown)
    defects = defects_of(evaluators.policies, evaluators.account_id, evaluators.service)
    return EvaluatedAccount(
        principals=tuple(sorted(principals_of(evaluators.policies), key=lambda principal: principal.arn)),
        entitlements=entitlements,
        watched=_entitlements(evaluators.watched, holders, shown)[0],
        defects=defects,
        not_evaluated=tuple(sorted({*incomplete, *(arn for defect in defects for arn in defect.principals)})),
        evaluators=evaluators,
    )


def _entitlements(
    evaluator: EffectivePermissions, holders: Sequence[Holder], shown: ShownDocuments
) -> tuple[tuple[Entitlement, ...], frozenset[str]]:
    """The entitlements of the holders, by action, and the ARNs of those whose answer is incomplete."""
    rows = EntitlementRows(evaluator, shown)
    entitlements: list[Entitlement] = []
    incomplete: set[str] = set()
    for holder in holders:
        permissions = evaluator.of(holder, denials=False)
        if permissions.not_evaluated or permissions.undecided:
            incomplete.add(holder.arn)
        entitlements.extend(rows.of(holder, permissions))
    return tuple(entitlements), frozenset(incomplete)
