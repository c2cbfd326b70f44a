"""The evaluators of one account: all that rows and reach are worked out from, before either is."""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.catalog.watched import WATCHED
from audit.evaluate.actions import ActionIndex
from audit.evaluate.compiled import CompiledDocuments
from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.model.privilege import ServiceProfile
from audit.snapshot.authorization import AuthorizationDetails


class AccountEvaluators(msgspec.Struct, frozen=True, kw_only=True):
    """One account's policies, and who answers what they allow."""

    account_id: str
    service: EffectivePermissions
    """Of the profile's privileges."""
    watched: EffectivePermissions
    """Of the actions of other services that only the rules look at."""
    control: ControlPolicies
    """What the account's organization bounds it with."""

    @property
    def policies(self) -> AccountPolicies:
        """The same of both."""
        return self.service.policies

    @property
    def both(self) -> tuple[EffectivePermissions, EffectivePermissions]:
        """Of the profile's privileges, and of the watched actions."""
        return self.service, self.watched


_NO_POLICIES = AuthorizationDetails(user_detail_list=(), group_detail_list=(), role_detail_list=(), policies=())


def account_evaluators(
    account_id: str,
    details: AuthorizationDetails | None,
    profile: ServiceProfile,
    as_of: datetime,
    control: ControlPolicies = NOT_READ,
) -> AccountEvaluators:
    """Make them; with no `details` they know no principal. `control`: what the organization bounds the account with."""
    policies = AccountPolicies(details or _NO_POLICIES, control)
    profiled = [privilege.action for privilege in profile.privileges]
    # Most documents say nothing of any of these actions: each is looked at once for both.
    wider = CompiledDocuments(policies.documents, ActionIndex([*profiled, *WATCHED]))
    return AccountEvaluators(
        account_id=account_id,
        service=_evaluator(policies, ActionIndex(profiled, regions=profile.regions), as_of, wider),
        watched=_evaluator(policies, ActionIndex(WATCHED), as_of, wider),
        control=control,
    )


def _evaluator(
    policies: AccountPolicies, index: ActionIndex, as_of: datetime, wider: CompiledDocuments
) -> EffectivePermissions:
    return EffectivePermissions(policies, index, KnownContexts(policies, as_of, index), wider=wider)
