"""The policies of one account on one side of a comparison, told apart by what lasts: unique ids, ARNs and names."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from audit.evaluate.holders import AccountPolicies, Attachment, Holder, inline_policies
from audit.evaluate.policy_change import is_aws_managed
from audit.model.entitlement import PolicyRef
from audit.policy.document import Document
from audit.snapshot.authorization import AuthorizationDetails, GroupDetail, RoleDetail, UserDetail

Key = tuple[str, str, str]
"""Owner's unique id or nothing, ARN or name, group's name or nothing."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One change of what bears on a principal."""

    sentence: str
    before: Document | None
    after: Document | None
    bounds: bool = False
    """A permissions boundary or a control policy: it gives nothing by itself."""


class AccountBook:
    """What each principal holds, by its unique id."""

    def __init__(self, details: AuthorizationDetails) -> None:
        self._policies = AccountPolicies(details)
        self.holders = {_unique_id(holder): holder for holder in self._policies.holders}
        self._by_arn = {holder.arn: holder for holder in self._policies.holders}
        self._versions = {policy.arn: policy.default_version_id for policy in details.policies}

    def created(self, unique_id: str, then: AccountBook) -> str:
        """How a principal came that the other side does not have."""
        holder = self.holders[unique_id]
        kind, day = holder.type.value, holder.record.create_date[:10]
        on = f" on {day}" if day else ""
        if holder.arn in then._by_arn:
            return f"The {kind} was deleted and made again{on}: it is another one than before."
        return f"The {kind} is new: it was created{on}." if on else f"The {kind} is new."

    def deleted(self, unique_id: str, now: AccountBook) -> str:
        """How a principal went that the other side does not have."""
        holder = self.holders[unique_id]
        if holder.arn in now._by_arn:
            return f"The {holder.type.value} was deleted, and another one of the same name was made."
        return f"The {holder.type.value} was deleted."

    def differences(self, unique_id: str, then: AccountBook) -> Iterator[Difference]:
        """What of a principal's policies is not as it was."""
        holder, before = self.holders[unique_id], then.holders[unique_id]
        present, earlier = self._attached(holder), then._attached(before)
        for key in sorted(present.keys() | earlier.keys()):
            one, other = present.get(key), earlier.get(key)
            if one is not None and other is not None:
                if self._raw(one) != then._raw(other):
                    yield self._difference(_changed(one, then._version(other), self._version(one)), other, one, then)
            elif one is not None:
                yield self._difference(_came(one, _groups(before)), None, one, then)
            elif other is not None:
                yield self._difference(_went(other, _groups(holder)), other, None, then)
        yield from self._boundary(holder, before, then)

    def document(self, ref: PolicyRef) -> Document | None:
        """The policy's document on this side; None where it is not there."""
        number = self._number(ref)
        return None if number is None else self._policies.documents.parsed(number)

    def policy_sentence(self, ref: PolicyRef, then: AccountBook) -> str:
        """What became of a policy between the sides; empty where it is the same or stands on neither."""
        now, before = self._number(ref), then._number(ref)
        name = f"The policy {ref.name}" if ref.arn else f"The inline policy {ref.name}"
        # AWS lists its own policies where they are attached: one that is not listed still exists.
        if (now is None and before is None) or ((now is None or before is None) and is_aws_managed(ref)):
            return ""
        if before is None:
            return f"{name} is new."
        if now is None:
            return f"{name} is no longer there."
        if self._policies.documents.raw(now) == then._policies.documents.raw(before):
            return ""
        return f"{name} was changed{_versions(then._versions.get(ref.arn, ''), self._versions.get(ref.arn, ''))}."

    def _number(self, ref: PolicyRef) -> int | None:
        if ref.arn:
            return self._policies.managed(ref.arn) if ref.arn in self._versions else None
        holder = self._by_arn.get(ref.owner_arn)
        if holder is None:
            return None
        for policy in inline_policies(holder.record):
            if policy.policy_name == ref.name:
                return self._policies.documents.intern(policy.policy_document)
        return None

    def _attached(self, holder: Holder) -> dict[Key, Attachment]:
        return {self._key(attachment): attachment for attachment in self._policies.attachments(holder)}

    def _key(self, attachment: Attachment) -> Key:
        if attachment.arn:
            return "", attachment.arn, attachment.group
        owner = self._by_arn.get(attachment.owner_arn)
        return _unique_id(owner) if owner else attachment.owner_arn, attachment.name, attachment.group

    def _raw(self, attachment: Attachment) -> bytes:
        return self._policies.documents.raw(attachment.document)

    def _version(self, attachment: Attachment) -> str:
        return self._versions.get(attachment.arn, "")

    def _difference(
        self, sentence: str, before: Attachment | None, after: Attachment | None, then: AccountBook
    ) -> Difference:
        return Difference(
            sentence=sentence,
            before=then._policies.documents.parsed(before.document) if before else None,
            after=self._policies.documents.parsed(after.document) if after else None,
        )

    def _boundary(self, holder: Holder, before: Holder, then: AccountBook) -> Iterator[Difference]:
        now, earlier = self._policies.boundary(holder), then._policies.boundary(before)
        if now is None and earlier is None:
            return
        if now is not None and earlier is not None:
            if now.arn == earlier.arn and self._raw(now) == then._raw(earlier):
                return
            sentence = (
                f"The permissions boundary {now.name} was changed"
                f"{_versions(then._version(earlier), self._version(now))}."
                if now.arn == earlier.arn
                else f"The permissions boundary {now.name} took the place of {earlier.name}."
            )
        elif now is not None:
            sentence = f"The permissions boundary {now.name} was set."
        else:
            sentence = f"The permissions boundary {earlier.name if earlier else ''} was taken away."
        yield msgspec.structs.replace(self._difference(sentence, earlier, now, then), bounds=True)


def _unique_id(holder: Holder) -> str:
    match holder.record:
        case UserDetail():
            return holder.record.user_id or holder.arn
        case GroupDetail():
            return holder.record.group_id or holder.arn
        case RoleDetail():
            return holder.record.role_id or holder.arn


def _groups(holder: Holder) -> tuple[str, ...]:
    return holder.record.group_list if isinstance(holder.record, UserDetail) else ()


def _named(attachment: Attachment) -> str:
    return f"policy {attachment.name}" if attachment.arn else f"inline policy {attachment.name}"


def _of_group(attachment: Attachment) -> str:
    return f" of group {attachment.group}" if attachment.group else ""


def _changed(attachment: Attachment, earlier: str, now: str) -> str:
    return f"The {_named(attachment)}{_of_group(attachment)} was changed{_versions(earlier, now)}."


def _versions(earlier: str, now: str) -> str:
    return f" ({earlier} to {now})" if earlier and now and earlier != now else ""


def _came(attachment: Attachment, earlier_groups: tuple[str, ...]) -> str:
    if attachment.group and attachment.group not in earlier_groups:
        return f"It joined the group {attachment.group}, which has the {_named(attachment)}."
    if attachment.arn:
        return f"The {_named(attachment)} was attached{f' to group {attachment.group}' if attachment.group else ''}."
    return f"The {_named(attachment)}{_of_group(attachment)} was written."


def _went(attachment: Attachment, groups: tuple[str, ...]) -> str:
    if attachment.group and attachment.group not in groups:
        return f"It left the group {attachment.group}, which had the {_named(attachment)}."
    if attachment.arn:
        return f"The {_named(attachment)} was detached{f' from group {attachment.group}' if attachment.group else ''}."
    return f"The {_named(attachment)}{_of_group(attachment)} was removed."
