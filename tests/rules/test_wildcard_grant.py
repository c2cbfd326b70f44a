"""wildcard-grant: privileges that nobody named."""

from __future__ import annotations

import pytest

from audit.model.privilege import Severity
from audit.rules import wildcard_grant
from tests.rules.account import CLOSED, OPEN, Account, Json, allow, allow_but, deny, findings, full, only


@pytest.mark.parametrize(
    ("statement", "privileges", "severity"),
    [
        (allow(full("*")), 39, Severity.CRITICAL),
        (allow("*"), 39, Severity.CRITICAL),
        (allow("MechanicalTurk:send*"), 2, Severity.CRITICAL),
        (allow(full("SendBonu?")), 1, Severity.CRITICAL),
        (allow(full("Get*"), full("List*")), 16, Severity.HIGH),
        (allow(full("GetAccount*")), 1, Severity.LOW),
        (allow_but("iam:*", "organizations:*", "account:*"), 39, Severity.CRITICAL),
        (allow_but(full("Send*"), full("Approve*")), 36, Severity.HIGH),
    ],
    ids=["service", "everything", "case", "question mark", "reading", "balance", "power user", "all but paying"],
)
def test_wildcards_are_reported_with_what_they_add_up_to(statement: Json, privileges: int, severity: Severity) -> None:
    account = Account()
    account.managed("Broad", statement, to=[account.role("Broad")])

    found = only(wildcard_grant, account.context())

    assert len(found.privileges) == privileges
    assert found.severity is severity
    assert ("adds up to", f"{privileges} of 39") in found.facts


@pytest.mark.parametrize(
    "statement",
    [
        allow(full("SendBonus"), full("ListHITs")),
        allow("s3:*", full("ListHITs")),
        allow_but(full("*")),
        deny(full("*")),
        allow(full("*"), resource="arn:aws:mechanicalturk:*:*:*"),
        allow("*", resource="arn:aws:s3:::bucket/*"),
    ],
    ids=["named", "wildcard of another service", "all but this", "deny", "no effect", "another service's resource"],
)
def test_what_names_its_privileges_or_gives_none_is_not_reported(statement: Json) -> None:
    account = Account()
    account.managed("Narrow", statement, to=[account.role("Narrow")])
    assert not findings(wildcard_grant, account.context())


def test_names_beside_a_wildcard_are_not_counted() -> None:
    account = Account()
    account.managed("Mixed", allow(full("SendBonus"), full("ListHITs"), full("Send*")), to=[account.role("Mixed")])
    assert only(wildcard_grant, account.context()).privileges == (full("SendTestEventNotification"),)


def test_what_a_deny_takes_away_does_not_count() -> None:
    account = Account()
    role = account.role("Guarded")
    account.managed("Broad", allow(full("*")), to=[role])
    account.managed("Guard", deny(full("SendBonus"), full("ApproveAssignment")), to=[role])
    found = only(wildcard_grant, account.context())
    assert len(found.privileges) == 37
    assert found.severity is Severity.HIGH


def test_a_group_without_members_is_named_for_what_it_hands_out() -> None:
    account = Account()
    empty = account.group("Requesters")
    account.managed("Broad", allow(full("*")), to=[empty])
    found = only(wildcard_grant, account.context())
    assert found.subjects == (empty,)
    assert found.title.endswith("to 1 group with no member who has it")


def test_a_group_with_members_gives_way_to_them() -> None:
    account = Account()
    ann = account.user("ann")
    account.managed("Broad", allow(full("*")), to=[account.group("Requesters", ann), account.group("Empty")])
    found = only(wildcard_grant, account.context())
    assert found.subjects == ("arn:aws:iam::111122223333:group/Empty", ann)


def test_the_pattern_is_told() -> None:
    account = Account()
    account.managed("Broad", allow_but("iam:*", sid="AllButIam"), to=[account.role("Broad")])
    found = only(wildcard_grant, account.context())
    assert ("NotAction", "iam:*") in found.facts
    assert found.title == "Broad, statement AllButIam gives 39 of 39 privileges by NotAction to 1 of 1 principal"


def test_which_privileges_are_needed_is_the_owners_choice_until_the_service_closes() -> None:
    account = Account()
    account.managed("Broad", allow(full("*"), "s3:*"), to=[account.role("Broad")])
    assert only(wildcard_grant, account.context(as_of=OPEN)).fix == ""
    assert '-        "mechanicalturk:*",' in only(wildcard_grant, account.context(as_of=CLOSED)).fix.split("\n")
