"""What is known of the requests of one principal: its own ARN, account, type and tags, and nothing of the network.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import ControlPolicies
from audit.evaluate.holders import AccountPolicies, Holder
from audit.evaluate.outcomes import narrowed
from audit.model.arn import parse_arn
from audit.policy.condition import Value
from audit.policy.document import Effect, Statement
from audit.policy.known import Known
from audit.policy.matching import action_matches
from audit.snapshot.authorization import GroupDetail, RoleDetail, UserDetail

_TAG = "aws:principaltag/"
_RESOURCE_TAG = "aws:resourcetag/"


PRINCIPAL_ARN = "aws:principalarn"


def is_of_one_principal(key: str) -> bool:
    """Whether what is known of a key differs among the users, or the roles, of an account."""
    return key in (PRINCIPAL_ARN, "aws:userid", "aws:username") or key.startswith(_TAG)


class _Asked(msgspec.Struct, frozen=True):
    """On what of a principal it hangs what is known of some keys."""

    own: bool
    """On more than its type and its tags."""
    tags: frozenset[str]
    """The keys among them that tell tags."""

    @staticmethod
    def of(keys: frozenset[str]) -> _Asked:
        tags = frozenset(key for key in keys if key.startswith(_TAG))
        # The account stands in the principal's ARN, which may be none.
        own = any(key == "aws:principalaccount" or is_of_one_principal(key) for key in keys - tags)
        return _Asked(own, tags)


class KnownContexts:
    """What is known of each principal of an account, worked out only where a condition asks."""

    def __init__(self, policies: AccountPolicies, as_of: datetime | None, index: ActionIndex) -> None:
        self._policies = policies
        self._as_of = as_of
        self._region = index.regions[0] if len(index.regions) == 1 else ""
        # An action without resource types is asked about no resource, so that no tag of one is sent.
        self._no_resource = (_RESOURCE_TAG,) if index.resources is None else ()
        self._organization = _of_organization(policies.control)
        self._outside = _ORGANIZATION_KEYS if policies.control.organization_id == "" else frozenset()
        self._taggable: dict[bytes, bool] = {}
        self._asked: dict[frozenset[str], _Asked] = {}
        self._told: dict[tuple[object, ...], Known] = {}

    def of(self, holder: Holder) -> Known:
        """What is known of the requests that the holder makes."""
        record = holder.record
        arn = parse_arn(record.arn)
        values: dict[str, Value] = {"aws:principalaccount": arn.account_id if arn else "", **self._organization}
        if self._region:
            values["aws:requestedregion"] = self._region
        if isinstance(record, UserDetail):
            return self._user(record, values)
        if isinstance(record, RoleDetail):
            return self._role(record, values)
        return self._group(record, values)

    def told(self, holder: Holder, keys: frozenset[str]) -> Known:
        """What is known of these keys, and of no other: the same record for holders of whom the same is known."""
        asked = self._asked.get(keys)
        if asked is None:
            asked = self._asked[keys] = _Asked.of(keys)
        if asked.own:
            return narrowed(self.of(holder), keys)
        alike = (holder.type, keys, self._tags(holder, asked.tags) if asked.tags else None)
        found = self._told.get(alike)
        if found is None:
            found = self._told[alike] = narrowed(self.of(holder), keys)
        return found

    def _tags(self, holder: Holder, asked: frozenset[str]) -> object:
        """All on which it hangs what is known of some tags."""
        record = holder.record
        if isinstance(record, GroupDetail):
            return None
        tags = tuple([(tag.key, tag.value) for tag in record.tags if _TAG + tag.key.lower() in asked])
        return (tags, self._session_tags(record)) if isinstance(record, RoleDetail) else tags

    def _user(self, user: UserDetail, values: dict[str, Value]) -> Known:
        values |= {PRINCIPAL_ARN: user.arn, "aws:principaltype": "User", "aws:username": user.user_name}
        if user.user_id:
            values["aws:userid"] = user.user_id
        values |= {_TAG + tag.key.lower(): tag.value for tag in user.tags}
        return self._known(values, absent_prefixes=(*self._no_resource, _TAG))

    def _role(self, role: RoleDetail, values: dict[str, Value]) -> Known:
        values |= {PRINCIPAL_ARN: role.arn, "aws:principaltype": "AssumedRole"}
        # A session has no user name, and its credentials are temporary: they always carry the time of issue.
        absent, present = frozenset({"aws:username"}), frozenset({"aws:tokenissuetime"})
        if not self._session_tags(role):
            values |= {_TAG + tag.key.lower(): tag.value for tag in role.tags}
            return self._known(values, absent=absent, absent_prefixes=(*self._no_resource, _TAG), present=present)
        # Whoever assumes the role may set or override its tags: only that they are there is known.
        present |= {_TAG + tag.key.lower() for tag in role.tags}
        return self._known(values, absent=absent, absent_prefixes=self._no_resource, present=present)

    def _group(self, group: GroupDetail, values: dict[str, Value]) -> Known:
        """Of a group's members in general: users of its account."""
        values |= {"aws:principaltype": "User"}
        return self._known(values, absent_prefixes=self._no_resource, present=frozenset({"aws:username"}))

    def _known(
        self,
        values: dict[str, Value],
        *,
        absent: frozenset[str] = frozenset(),
        absent_prefixes: tuple[str, ...],
        present: frozenset[str] = frozenset(),
    ) -> Known:
        return Known(
            values=tuple(sorted(values.items())),
            absent=absent | self._outside,
            absent_prefixes=absent_prefixes,
            present=present,
            not_before=self._as_of,
        )

    def _session_tags(self, role: RoleDetail) -> bool:
        """Whether the trust policy may let a caller set session tags; one that cannot be read may."""
        key = bytes(role.assume_role_policy_document)
        found = self._taggable.get(key)
        if found is None:
            trust = self._policies.trust(role)
            found = trust.unreadable or any(_may_tag(statement) for statement in trust.statements)
            self._taggable[key] = found
        return found


_ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
"""Sent where the principal's account is a member of an organization, and only there."""


def _of_organization(control: ControlPolicies) -> dict[str, Value]:
    values: dict[str, Value] = {}
    if control.organization_id:
        values["aws:principalorgid"] = control.organization_id
    if control.organization_path:
        values["aws:principalorgpaths"] = (control.organization_path,)
    return values


def _may_tag(statement: Statement) -> bool:
    if statement.broken or statement.effect is Effect.DENY:
        return statement.broken
    return action_matches(statement, "sts:TagSession")
