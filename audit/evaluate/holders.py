"""Users, groups and roles with the numbers of the documents that bear on them."""

from __future__ import annotations

from collections.abc import Container, Iterator

import msgspec

from audit.evaluate.control_policies import NOT_READ, ControlLevel, ControlPolicies
from audit.evaluate.documents import DocumentTable
from audit.model.entitlement import PolicyType
from audit.model.organization import ControlPolicy
from audit.model.principal import PrincipalType
from audit.policy.decision import is_service_linked
from audit.policy.document import Document
from audit.policy.parse import parse_document
from audit.snapshot.authorization import (
    AttachedPolicy,
    AuthorizationDetails,
    GroupDetail,
    InlinePolicy,
    ManagedPolicyDetail,
    RoleDetail,
    UserDetail,
)

NO_DOCUMENT = -1


class Holder(msgspec.Struct, frozen=True, gc=False):
    """One principal as the evidence has it, its policies as document numbers."""

    type: PrincipalType
    record: UserDetail | GroupDetail | RoleDetail
    identity: tuple[int, ...]
    """In the order of `AccountPolicies.attachments`."""
    boundary: int = NO_DOCUMENT

    @property
    def arn(self) -> str:
        return self.record.arn

    @property
    def service_linked(self) -> bool:
        """Whether control policies do not bound it."""
        return isinstance(self.record, RoleDetail) and is_service_linked(self.record.arn)


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """One policy as one principal has it; `document` is its number in the table of its type."""

    type: PolicyType
    name: str
    arn: str
    owner_arn: str
    group: str
    document: int
    target: str = ""
    """Of a control policy: where it is attached."""


Levels = tuple[tuple[Attachment, ...], ...]
"""Control policies from the root to the account; a level may be empty."""


class AccountPolicies:
    """The policies of one account: its documents, who holds them, how each is attached, and what bounds them all."""

    def __init__(self, details: AuthorizationDetails, control: ControlPolicies = NOT_READ) -> None:
        self.details = details
        self.control = control
        self.documents = DocumentTable()
        self.trusts = DocumentTable(lambda raw: parse_document(raw, resource_based=True))
        """Trust policies and RCPs: what names principals."""
        self._managed = {policy.arn: self._default_document(policy) for policy in details.policies}
        self.groups = {group.group_name: group for group in details.group_detail_list}
        self._group_documents = {name: self._own_documents(group) for name, group in self.groups.items()}
        self.holders = tuple(self._holders())
        self.scps = self._levels(PolicyType.SCP, control.scps)
        self.rcps = self._levels(PolicyType.RCP, control.rcps)

    def table(self, kind: PolicyType) -> DocumentTable:
        """The documents of policies of that type."""
        return self.trusts if kind in (PolicyType.RCP, PolicyType.RESOURCE) else self.documents

    def _levels(self, kind: PolicyType, levels: tuple[ControlLevel, ...] | None) -> Levels:
        return tuple(
            tuple(
                Attachment(kind, policy.name, policy.arn, "", "", self._control_document(kind, policy), level.target)
                for policy in level.policies
            )
            for level in levels or ()
        )

    def _control_document(self, kind: PolicyType, policy: ControlPolicy) -> int:
        table = self.table(kind)
        if policy.document is None:
            return table.missing(policy.arn or policy.id)
        return table.intern_shared(policy.document.encode("utf-8", "surrogatepass"))

    def control_levels(self, holder: Holder) -> Levels:
        """The control policies that bound a holder; none for a service-linked role."""
        return () if holder.service_linked else (*self.scps, *self.rcps)

    def managed(self, arn: str) -> int:
        """The number of a managed policy's default version; of a missing document where the evidence lacks it."""
        number = self._managed.get(arn)
        if number is None:
            number = self._managed[arn] = self.documents.missing(arn)
        return number

    def _default_document(self, policy: ManagedPolicyDetail) -> int:
        for version in policy.policy_version_list:
            if version.is_default_version and version.document:
                return self.documents.intern_shared(version.document)
        return self.documents.missing(policy.arn)

    def _holders(self) -> Iterator[Holder]:
        for user in self.details.user_detail_list:
            documents = self._own_documents(user)
            for group in user.group_list:
                documents += self._documents_of_group(group)
            yield Holder(PrincipalType.USER, user, documents, self._boundary_document(user))
        for group_detail in self.details.group_detail_list:
            yield Holder(PrincipalType.GROUP, group_detail, self._group_documents[group_detail.group_name])
        for role in self.details.role_detail_list:
            yield Holder(PrincipalType.ROLE, role, self._own_documents(role), self._boundary_document(role))

    def _own_documents(self, record: UserDetail | GroupDetail | RoleDetail) -> tuple[int, ...]:
        managed = self._managed
        try:
            attached = tuple([managed[policy.policy_arn] for policy in record.attached_managed_policies])
        except KeyError:
            attached = tuple([self.managed(policy.policy_arn) for policy in record.attached_managed_policies])
        inline = inline_policies(record)
        if not inline:
            return attached
        intern = self.documents.intern_shared if isinstance(record, GroupDetail) else self.documents.intern
        return attached + tuple([intern(policy.policy_document) for policy in inline])

    def _documents_of_group(self, name: str) -> tuple[int, ...]:
        documents = self._group_documents.get(name)
        if documents is None:
            # Kept apart from the groups that exist: it may hold any policy.
            documents = self._group_documents[name] = (self.documents.missing_group(name),)
        return documents

    def _boundary_document(self, record: UserDetail | RoleDetail) -> int:
        boundary = record.permissions_boundary
        return NO_DOCUMENT if boundary is None else self.managed(boundary.permissions_boundary_arn)

    def trust(self, role: RoleDetail) -> Document:
        """A role's trust policy."""
        return self.trusts.parsed(self.trusts.intern(role.assume_role_policy_document))

    def attachments(self, holder: Holder) -> tuple[Attachment, ...]:
        """How each policy that the evidence gives the holder is attached: in the order of `identity`, as it came."""
        return self._attached(holder.record, self._own_documents(holder.record), None)

    def bearing(self, holder: Holder, among: Container[int] | None) -> tuple[Attachment, ...]:
        """The same of these documents alone; None: of all. `holder`: one of `holders`, with nothing gained or lost."""
        return self._attached(holder.record, holder.identity, among)

    def _attached(
        self, record: UserDetail | GroupDetail | RoleDetail, documents: tuple[int, ...], among: Container[int] | None
    ) -> tuple[Attachment, ...]:
        found = _attachments(record, documents, None, among)
        if isinstance(record, UserDetail):
            for name in record.group_list:
                found += self._attachments_of_group(name, among)
        return tuple(found)

    def _attachments_of_group(self, name: str, among: Container[int] | None) -> list[Attachment]:
        group = self.groups.get(name)
        numbers = self._documents_of_group(name)
        if group is not None:
            return _attachments(group, numbers, name, among)
        unknown = [Attachment(PolicyType.GROUP_MANAGED, "(unknown)", "", "", name, number) for number in numbers]
        return [each for each in unknown if among is None or each.document in among]

    def boundary(self, holder: Holder) -> Attachment | None:
        """The holder's permissions boundary as an attached policy, where it has one."""
        if isinstance(holder.record, GroupDetail) or holder.record.permissions_boundary is None:
            return None
        arn = holder.record.permissions_boundary.permissions_boundary_arn
        return Attachment(PolicyType.BOUNDARY, arn.rpartition("/")[2], arn, "", "", holder.boundary)


def _attachments(
    record: UserDetail | GroupDetail | RoleDetail,
    documents: tuple[int, ...],
    group: str | None,
    among: Container[int] | None,
) -> list[Attachment]:
    """The policies of the record itself, whose documents come first; `group`: through which somebody has them."""
    managed, inline = _DIRECT if group is None else _THROUGH_GROUP
    attached = record.attached_managed_policies
    found = [
        Attachment(managed, _name_of(policy), policy.policy_arn, "", group or "", number)
        for policy, number in zip(attached, documents, strict=False)
        if among is None or number in among
    ]
    found += [
        Attachment(inline, policy.policy_name, "", record.arn, group or "", number)
        for policy, number in zip(inline_policies(record), documents[len(attached) :], strict=False)
        if among is None or number in among
    ]
    return found


_DIRECT = (PolicyType.MANAGED, PolicyType.INLINE)
_THROUGH_GROUP = (PolicyType.GROUP_MANAGED, PolicyType.GROUP_INLINE)


def inline_policies(record: UserDetail | GroupDetail | RoleDetail) -> tuple[InlinePolicy, ...]:
    """The inline policies of a user, group or role: each has its own name for them."""
    if isinstance(record, RoleDetail):
        return record.role_policy_list
    return record.user_policy_list if isinstance(record, UserDetail) else record.group_policy_list


def _name_of(attached: AttachedPolicy) -> str:
    return attached.policy_name or attached.policy_arn.rpartition("/")[2]
