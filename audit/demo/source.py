"""A company's accounts as their data files tell them, short enough to write by hand, made into whole accounts.

Policies are named: `MTurkPublish` is one of the account's own, `aws:AdministratorAccess` an AWS managed one.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

import msgspec

from audit.demo.aws_managed import PREFIX
from audit.demo.identifiers import unique_id
from audit.demo.quarter import MarketplacePlan
from audit.demo.trail_plan import TrailPlan
from audit.model.error import InputError
from audit.snapshot.authorization import (
    AttachedPolicy,
    AuthorizationDetails,
    Boundary,
    GroupDetail,
    InlinePolicy,
    ManagedPolicyDetail,
    PolicyVersion,
    RoleDetail,
    RoleLastUsed,
    Tag,
    UserDetail,
)


class _Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the records in a data file: a misspelt field is an error."""


class PolicySource(_Source, frozen=True, kw_only=True):
    """A customer managed policy."""

    name: str
    document: msgspec.Raw
    """Its default version, the newest."""
    older: tuple[msgspec.Raw, ...] = ()
    """Versions before it, the oldest first."""
    path: str = "/"


class HolderSource(_Source, frozen=True, kw_only=True):
    """What users, groups and roles have in common."""

    name: str
    created: str
    path: str = "/"
    attached: tuple[str, ...] = ()
    inline: dict[str, msgspec.Raw] = {}


class KeySource(_Source, frozen=True, kw_only=True):
    """One access key of a user."""

    rotated: datetime
    used: datetime | None = None
    """Last; the calls of the user's in CloudTrail count too."""
    service: str = "mechanicalturk"
    """For which it was last used."""
    active: bool = True


class LoginSource(_Source, frozen=True, kw_only=True):
    """Password and keys of a user, as the credential report tells them."""

    password: bool = False
    signed_in: datetime | None = None
    mfa: bool = False
    keys: tuple[KeySource, ...] = ()


class UserSource(HolderSource, frozen=True, kw_only=True):
    groups: tuple[str, ...] = ()
    login: LoginSource = LoginSource()
    boundary: str | None = None
    tags: dict[str, str] = {}


class RoleSource(HolderSource, frozen=True, kw_only=True):
    trust: str
    """Names one of the account's `trusts`."""
    last_used: str | None = None
    boundary: str | None = None
    tags: dict[str, str] = {}


class AccountSource(_Source, frozen=True, kw_only=True):
    """One data file."""

    account_id: str
    alias: str
    collector: str
    trusts: dict[str, msgspec.Raw]
    """Trust policies by a name of their own."""
    policies: tuple[PolicySource, ...]
    groups: tuple[HolderSource, ...]
    users: tuple[UserSource, ...]
    roles: tuple[RoleSource, ...]
    marketplace: MarketplacePlan | None = None
    """None: no requester is linked to the account."""
    trail: TrailPlan = TrailPlan()
    root_login: LoginSource = LoginSource()


def read_source(name: str) -> AccountSource:
    """Read a data file of this package."""
    raw = files("audit.demo").joinpath("data", name).read_bytes()
    return msgspec.json.decode(raw, type=AccountSource)


def authorization_of(source: AccountSource) -> AuthorizationDetails:
    """Make the account's IAM, with its AWS managed policies left to moto.

    Raises InputError for a policy, trust policy or group that the file does not have.
    """
    return _Maker(source).make()


class _Maker:
    """Turns the records of one file into those of the wire; it knows the names in the file."""

    def __init__(self, source: AccountSource) -> None:
        self._source = source
        self._arns = {policy.name: self._arn("policy", policy.path, policy.name) for policy in source.policies}
        self._groups = {group.name for group in source.groups}

    def make(self) -> AuthorizationDetails:
        return AuthorizationDetails(
            user_detail_list=tuple(self._user(user) for user in self._source.users),
            group_detail_list=tuple(self._group(group) for group in self._source.groups),
            role_detail_list=tuple(self._role(role) for role in self._source.roles),
            policies=tuple(self._policy(policy) for policy in self._source.policies),
        )

    def _user(self, user: UserSource) -> UserDetail:
        for group in user.groups:
            if group not in self._groups:
                raise InputError(f"user `{user.name}` is in the group `{group}`, which the file does not have")
        return UserDetail(
            user_name=user.name,
            arn=self._arn("user", user.path, user.name),
            path=user.path,
            user_id=self._unique_id("AIDA", user.name),
            create_date=user.created,
            user_policy_list=_inline(user),
            group_list=user.groups,
            attached_managed_policies=self._attached(user),
            permissions_boundary=self._boundary(user.boundary, user.name),
            tags=_tags(user.tags),
        )

    def _group(self, group: HolderSource) -> GroupDetail:
        return GroupDetail(
            group_name=group.name,
            arn=self._arn("group", group.path, group.name),
            path=group.path,
            group_id=self._unique_id("AGPA", group.name),
            create_date=group.created,
            group_policy_list=_inline(group),
            attached_managed_policies=self._attached(group),
        )

    def _role(self, role: RoleSource) -> RoleDetail:
        if role.trust not in self._source.trusts:
            raise InputError(f"role `{role.name}` has the trust policy `{role.trust}`, which the file does not have")
        return RoleDetail(
            role_name=role.name,
            arn=self._arn("role", role.path, role.name),
            path=role.path,
            role_id=self._unique_id("AROA", role.name),
            create_date=role.created,
            assume_role_policy_document=self._source.trusts[role.trust],
            role_policy_list=_inline(role),
            attached_managed_policies=self._attached(role),
            permissions_boundary=self._boundary(role.boundary, role.name),
            tags=_tags(role.tags),
            role_last_used=RoleLastUsed(last_used_date=role.last_used or ""),
        )

    def _policy(self, policy: PolicySource) -> ManagedPolicyDetail:
        documents = (*policy.older, policy.document)
        versions = tuple(
            PolicyVersion(version_id=f"v{number}", is_default_version=number == len(documents), document=document)
            for number, document in enumerate(documents, start=1)
        )
        return ManagedPolicyDetail(
            arn=self._arns[policy.name],
            policy_name=policy.name,
            policy_id=self._unique_id("ANPA", policy.name),
            path=policy.path,
            default_version_id=f"v{len(documents)}",
            policy_version_list=versions,
        )

    def _attached(self, holder: HolderSource) -> tuple[AttachedPolicy, ...]:
        return tuple(
            AttachedPolicy(
                policy_name=name.rpartition("/")[2].removeprefix("aws:"), policy_arn=self._find(name, holder.name)
            )
            for name in holder.attached
        )

    def _boundary(self, name: str | None, holder: str) -> Boundary | None:
        return None if name is None else Boundary("Policy", self._find(name, holder))

    def _find(self, name: str, holder: str) -> str:
        """Return the ARN of a policy by its name in the file."""
        arn = f"{PREFIX}/{name.removeprefix('aws:')}" if name.startswith("aws:") else self._arns.get(name)
        if arn is None:
            raise InputError(f"`{holder}` has the policy `{name}`, which the file does not have")
        return arn

    def _arn(self, kind: str, path: str, name: str) -> str:
        return f"arn:aws:iam::{self._source.account_id}:{kind}{path}{name}"

    def _unique_id(self, prefix: str, name: str) -> str:
        return unique_id(prefix, self._source.account_id, name)


def _inline(holder: HolderSource) -> tuple[InlinePolicy, ...]:
    return tuple(InlinePolicy(name, document) for name, document in holder.inline.items())


def _tags(tags: dict[str, str]) -> tuple[Tag, ...]:
    return tuple(Tag(key, value) for key, value in tags.items())
