"""What cannot be evaluated in an account's policies, named, with the principals whose answer it makes uncertain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from audit.evaluate.documents import DocumentTable
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import NO_DOCUMENT, AccountPolicies, Holder
from audit.model.entitlement import PolicyType
from audit.model.result import Defect
from audit.snapshot.authorization import RoleDetail


class _Place(msgspec.Struct, frozen=True):
    """A document as some policy holds it."""

    subject: str
    document: int
    bounds_principals: bool = True
    """False: a trust policy or an RCP, on which nobody's own privileges of this service hang."""


def defects_of(policies: AccountPolicies, account_id: str, evaluator: EffectivePermissions) -> tuple[Defect, ...]:
    """Every problem of every document that is attached, a boundary, a role's trust policy or a control policy.

    `evaluator` is one of the account: what it could compile has none.
    """
    holders: dict[_Place, list[str]] = {}
    for holder in _suspects(policies, evaluator):
        for place in _places(policies, holder):
            holders.setdefault(place, []).append(holder.arn)
    found = [
        Defect(
            account_id=account_id,
            subject=place.subject,
            where=problem.where,
            detail=problem.detail,
            principals=tuple(sorted(set(arns))) if place.bounds_principals else (),
        )
        for place, arns in holders.items()
        for problem in _table(policies, place).parsed(place.document).problems
    ]
    return tuple(sorted(found, key=lambda defect: (defect.subject, defect.where, defect.detail)))


def _suspects(policies: AccountPolicies, evaluator: EffectivePermissions) -> Iterable[Holder]:
    """The holders of documents that have a problem: mostly nobody. A control policy that has one is everybody's."""
    control = [attachment for level in (*policies.scps, *policies.rcps) for attachment in level]
    if any(policies.table(each.type).parsed(each.document).problems for each in control):
        return policies.holders
    doubtful = {number for number in _held(policies) if evaluator.compiled(number).doubtful}
    # Thousands of roles have a few trust policies between them, told apart by their bytes.
    trusts = {bytes(role.assume_role_policy_document) for role in policies.details.role_detail_list}
    troubled = {trust for trust in trusts if policies.trusts.parsed(policies.trusts.intern(trust)).problems}
    if not doubtful and not troubled:
        return ()
    return [holder for holder in policies.holders if _is_suspect(holder, doubtful, troubled)]


def _held(policies: AccountPolicies) -> set[int]:
    """The documents of all holders."""
    held = {holder.boundary for holder in policies.holders if holder.boundary != NO_DOCUMENT}
    return held.union(*[holder.identity for holder in policies.holders])


def _is_suspect(holder: Holder, doubtful: set[int], troubled: set[bytes]) -> bool:
    if holder.boundary in doubtful or not doubtful.isdisjoint(holder.identity):
        return True
    record = holder.record
    return isinstance(record, RoleDetail) and bytes(record.assume_role_policy_document) in troubled


def _places(policies: AccountPolicies, holder: Holder) -> Iterator[_Place]:
    for attachment in policies.attachments(holder):
        name = attachment.arn or f"{attachment.owner_arn or holder.arn}, inline policy {attachment.name}"
        subject = f"group {attachment.group} of {holder.arn}" if attachment.name == "(unknown)" else name
        yield _Place(subject, attachment.document)
    boundary = policies.boundary(holder)
    if boundary is not None:
        yield _Place(boundary.arn, boundary.document)
    if isinstance(holder.record, RoleDetail):
        number = policies.trusts.intern(holder.record.assume_role_policy_document)
        yield _Place(f"{holder.arn}, trust policy", number, bounds_principals=False)
    for level in policies.control_levels(holder):
        for attachment in level:
            subject = attachment.arn or attachment.name
            yield _Place(subject, attachment.document, bounds_principals=attachment.type is PolicyType.SCP)


def _table(policies: AccountPolicies, place: _Place) -> DocumentTable:
    return policies.documents if place.bounds_principals else policies.trusts
