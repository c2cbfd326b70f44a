"""An account's evidence in one state, and as steps of a revocation change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

import msgspec

from audit.catalog.watched import WATCHED
from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import ControlPolicies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import AccountPolicies, inline_policies
from audit.evaluate.known import KnownContexts
from audit.evaluate.revocation_record import RevocationStep, StepKind
from audit.evaluate.rightsize_plan import Record
from audit.model.privilege import ServiceProfile
from audit.snapshot.authorization import (
    AuthorizationDetails,
    GroupDetail,
    InlinePolicy,
    PolicyVersion,
    RoleDetail,
    UserDetail,
)


class AccountState:
    """One state of an account, evaluated for the service and for the watched actions of other services."""

    def __init__(
        self, details: AuthorizationDetails, profile: ServiceProfile, as_of: datetime, control: ControlPolicies
    ) -> None:
        self.details = details
        self.profile = profile
        self.as_of = as_of
        self.control = control
        self.policies = AccountPolicies(details, control)
        self.service = self._evaluator([privilege.action for privilege in profile.privileges], profile.regions)
        self.records: dict[str, Record] = {holder.arn: holder.record for holder in self.policies.holders}

    @cached_property
    def watched(self) -> EffectivePermissions:
        """The evaluator of what must not change."""
        return self._evaluator(WATCHED, ())

    def _evaluator(self, actions: Iterable[str], regions: tuple[str, ...]) -> EffectivePermissions:
        index = ActionIndex(actions, regions=regions)
        return EffectivePermissions(self.policies, index, KnownContexts(self.policies, self.as_of, index))

    @cached_property
    def _attached(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.records.values():
            for policy in record.attached_managed_policies:
                found.setdefault(policy.policy_arn, []).append(record)
        return found

    @cached_property
    def _bounding(self) -> frozenset[str]:
        return frozenset(
            record.permissions_boundary.permissions_boundary_arn
            for record in self.records.values()
            if not isinstance(record, GroupDetail) and record.permissions_boundary is not None
        )

    def attached_to(self, policy_arn: str) -> list[Record]:
        """Who has a managed policy directly."""
        return self._attached.get(policy_arn, [])

    def acting_as(self, arn: str) -> frozenset[str]:
        """The principal itself, and the members of a group."""
        record = self.records[arn]
        if not isinstance(record, GroupDetail):
            return frozenset({arn})
        return frozenset({arn, *(u.arn for u in self.details.user_detail_list if record.group_name in u.group_list)})

    def bounds_somebody(self, policy_arn: str) -> bool:
        """Whether a managed policy is anybody's permissions boundary."""
        return policy_arn in self._bounding

    def after(self, steps: Iterable[RevocationStep]) -> AccountState:
        """The account after steps that change or take away policies which are there."""
        listed = tuple(steps)
        by_owner: dict[str, list[RevocationStep]] = {}
        for step in listed:
            by_owner.setdefault(step.owner_arn, []).append(step)
        versions = {step.policy_arn: step.document for step in listed if step.kind is StepKind.VERSION}
        details = msgspec.structs.replace(
            self.details,
            user_detail_list=tuple(_user(one, by_owner.get(one.arn, [])) for one in self.details.user_detail_list),
            group_detail_list=tuple(_group(one, by_owner.get(one.arn, [])) for one in self.details.group_detail_list),
            role_detail_list=tuple(_role(one, by_owner.get(one.arn, [])) for one in self.details.role_detail_list),
            policies=tuple(
                policy
                if (document := versions.get(policy.arn)) is None
                else msgspec.structs.replace(
                    policy,
                    policy_version_list=(
                        PolicyVersion(version_id="proposed", is_default_version=True, document=document),
                    ),
                )
                for policy in self.details.policies
            ),
        )
        return self.with_details(details)

    def with_details(self, details: AuthorizationDetails) -> AccountState:
        """The same account with other policies."""
        return AccountState(details, self.profile, self.as_of, self.control)


def _user(record: UserDetail, steps: list[RevocationStep]) -> UserDetail:
    if not steps:
        return record
    detached = _detached(steps)
    return msgspec.structs.replace(
        record,
        attached_managed_policies=tuple(
            policy for policy in record.attached_managed_policies if policy.policy_arn not in detached
        ),
        user_policy_list=_inline(record, steps),
    )


def _group(record: GroupDetail, steps: list[RevocationStep]) -> GroupDetail:
    if not steps:
        return record
    detached = _detached(steps)
    return msgspec.structs.replace(
        record,
        attached_managed_policies=tuple(
            policy for policy in record.attached_managed_policies if policy.policy_arn not in detached
        ),
        group_policy_list=_inline(record, steps),
    )


def _role(record: RoleDetail, steps: list[RevocationStep]) -> RoleDetail:
    if not steps:
        return record
    detached = _detached(steps)
    return msgspec.structs.replace(
        record,
        attached_managed_policies=tuple(
            policy for policy in record.attached_managed_policies if policy.policy_arn not in detached
        ),
        role_policy_list=_inline(record, steps),
    )


def _detached(steps: list[RevocationStep]) -> frozenset[str]:
    return frozenset(step.policy_arn for step in steps if step.kind is StepKind.DETACH)


def _inline(record: Record, steps: list[RevocationStep]) -> tuple[InlinePolicy, ...]:
    documents = {step.policy_name: step.document for step in steps if step.kind in (StepKind.PUT, StepKind.DELETE)}
    return tuple(_changed_inline(record, documents))


def _changed_inline(record: Record, documents: dict[str, msgspec.Raw | None]) -> Iterator[InlinePolicy]:
    for policy in inline_policies(record):
        if policy.policy_name not in documents:
            yield policy
        elif (document := documents[policy.policy_name]) is not None:
            yield InlinePolicy(policy.policy_name, document)
