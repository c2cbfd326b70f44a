"""Entitlements of one account without anything around them: how many there are, or row by row, for any service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from audit.catalog.load import load_profile
from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import NO_DOCUMENT, AccountPolicies, Holder
from audit.evaluate.known import KnownContexts
from audit.model.entitlement import Entitlement
from audit.snapshot.authorization import AuthorizationDetails


class EntitlementCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many principal × action pairs have which verdict; the rest are denied."""

    principals: int = 0
    allow: int = 0
    conditional: int = 0
    not_evaluated: int = 0
    undecided: int = 0
    """Of `conditional`: upper bounds."""
    incomplete: int = 0
    """Principals that have a policy which is missing, or cannot be evaluated in part or whole."""
    unread: int = 0
    """Accounts whose policies the evidence does not hold."""

    def plus(self, other: EntitlementCount) -> EntitlementCount:
        """Both counts together."""
        return EntitlementCount(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


def action_index(services: tuple[str, ...]) -> ActionIndex:
    """The actions to ask about: Mechanical Turk's privileges, or those of the services named."""
    profile = load_profile()
    if services in ((), (profile.service,)):
        return ActionIndex((privilege.action for privilege in profile.privileges), regions=profile.regions)
    # The catalog of all services is imported only for those who ask about others.
    from audit.catalog.services import load_services

    actions = load_services(services)
    return ActionIndex(
        (action.action for action in actions), formats={action.action: action.formats for action in actions}
    )


class Survey:
    """One account, asked about one list of actions."""

    def __init__(
        self, details: AuthorizationDetails, index: ActionIndex, as_of: datetime, control: ControlPolicies = NOT_READ
    ) -> None:
        self.policies = AccountPolicies(details, control)
        self._evaluator = EffectivePermissions(
            self.policies, index, KnownContexts(self.policies, as_of, index), once=True
        )

    def count(self) -> EntitlementCount:
        """Count the pairs; no row is made."""
        allow = conditional = not_evaluated = undecided = 0
        for holder in self.policies.holders:
            permissions = self._evaluator.of(holder, denials=False)
            allow += permissions.allowed.bit_count()
            conditional += permissions.conditional.bit_count()
            if permissions.not_evaluated or permissions.undecided:
                not_evaluated += permissions.not_evaluated.bit_count()
                undecided += permissions.undecided.bit_count()
        doubtful = bool(self._evaluator.doubtful) or self._evaluator.ceiling.doubtful
        incomplete = sum(map(self._incomplete, self.policies.holders)) if doubtful else 0
        return EntitlementCount(
            principals=len(self.policies.holders),
            allow=allow,
            conditional=conditional,
            not_evaluated=not_evaluated,
            undecided=undecided,
            incomplete=incomplete,
        )

    def _incomplete(self, holder: Holder) -> bool:
        if self._evaluator.ceiling.doubtful and not holder.service_linked:
            return True
        if not self._evaluator.doubtful.isdisjoint(holder.identity):
            return True
        return holder.boundary != NO_DOCUMENT and self._evaluator.compiled(holder.boundary).doubtful

    def rows(self) -> Iterator[Entitlement]:
        """Every pair that is allowed, conditional or not evaluated, by principal and action."""
        # Only who wants rows needs what makes them.
        from audit.evaluate.entitlements import EntitlementRows
        from audit.evaluate.policy_text import ShownDocuments

        rows = EntitlementRows(self._evaluator, ShownDocuments())
        for holder in sorted(self.policies.holders, key=lambda one: one.arn):
            yield from rows.of(holder, self._evaluator.of(holder))
