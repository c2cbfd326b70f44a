"""How policies are attached: by what the evidence says, whatever documents somebody has gained."""

from __future__ import annotations

import msgspec

from audit.evaluate.holders import AccountPolicies, Holder
from audit.model.entitlement import PolicyType
from tests.unit.evaluate.accounts import Account, allow, document

ONE, TWO, THREE = (document(allow(action)) for action in ("s3:GetObject", "sqs:SendMessage", "sns:Publish"))


def policies() -> AccountPolicies:
    account = Account()
    pay = account.managed("Pay", ONE)
    account.group("g", TWO, attached=(pay,))
    account.user("u", THREE, attached=(pay,), groups=("g", "gone"))
    account.role("r", TWO, THREE, attached=(pay,))
    return AccountPolicies(account.details())


def named(found: AccountPolicies, name: str) -> Holder:
    return next(holder for holder in found.holders if holder.arn.endswith(f"/{name}"))


def test_attachments_follow_the_documents_of_the_holder() -> None:
    found = policies()
    for holder in found.holders:
        attached = found.attachments(holder)
        assert tuple(each.document for each in attached) == holder.identity
        assert found.bearing(holder, None) == attached
        assert found.bearing(holder, {attached[-1].document}) == tuple(
            each for each in attached if each.document == attached[-1].document
        )
    assert [(each.type, each.name, each.group) for each in found.attachments(named(found, "u"))] == [
        (PolicyType.MANAGED, "Pay", ""),
        (PolicyType.INLINE, "inline-1", ""),
        (PolicyType.GROUP_MANAGED, "Pay", "g"),
        (PolicyType.GROUP_INLINE, "inline-1", "g"),
        (PolicyType.GROUP_MANAGED, "(unknown)", "gone"),
    ]


def test_who_gains_or_loses_documents_has_its_policies_attached_as_before() -> None:
    found = policies()
    holder = named(found, "r")
    changed = msgspec.structs.replace(holder, identity=(holder.identity[-1], 99))
    assert found.attachments(changed) == found.attachments(holder)
