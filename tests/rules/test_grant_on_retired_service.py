"""grant-on-retired-service: every grant that is left once the service has closed."""

from __future__ import annotations

from audit.model.privilege import Severity
from audit.rules import grant_on_retired_service
from tests.rules.account import CLOSED, OPEN, Account, allow, allow_but, findings, full, only


def test_any_grant_is_a_finding_once_the_service_has_closed() -> None:
    account = Account()
    role = account.role("Requester")
    account.managed("Look", allow(full("ListHITs")), to=[role])

    found = only(grant_on_retired_service, account.context(as_of=CLOSED))

    assert found.subjects == (role,)
    assert found.title == (
        "Look, statement 1 still gives 1 of 39 privileges of the closed Amazon Mechanical Turk to 1 of 1 principal"
    )
    assert ("closed on", "2026-09-30") in found.facts


def test_none_is_before_that_day() -> None:
    account = Account()
    account.managed("Look", allow(full("*")), to=[account.role("Requester")])
    assert not findings(grant_on_retired_service, account.context(as_of=OPEN))


def test_it_is_medium_at_most_and_low_for_views() -> None:
    account = Account()
    account.managed("Full", allow(full("*")), to=[account.role("Full")])
    account.managed("Look", allow(full("ListHITs")), to=[account.role("Look")])
    found = findings(grant_on_retired_service, account.context(as_of=CLOSED))
    assert {one.causes[0].policy.name: one.severity for one in found} == {"Full": Severity.MEDIUM, "Look": Severity.LOW}


def test_a_group_that_nobody_is_in_still_hands_it_out() -> None:
    account = Account()
    empty = account.group("Requesters")
    account.managed("Full", allow(full("*")), to=[empty])
    assert only(grant_on_retired_service, account.context(as_of=CLOSED)).subjects == (empty,)


def test_a_policy_that_leaves_the_service_out_is_no_finding() -> None:
    account = Account()
    account.managed("AllButTurk", allow_but(full("*")), to=[account.role("Builder")])
    assert not findings(grant_on_retired_service, account.context(as_of=CLOSED))


def test_dates_that_were_not_read_at_their_source_are_marked() -> None:
    account = Account()
    account.managed("Full", allow(full("*")), to=[account.role("Full")])
    considered = only(grant_on_retired_service, account.context(as_of=CLOSED)).considered
    assert "The service closes permanently on 2026-09-30." in considered
    assert (
        "Requesters can read their transaction history until 2027-01-28. This is reported and not established."
        in considered
    )


def test_the_fix_takes_the_whole_service_out_and_leaves_the_rest() -> None:
    account = Account()
    account.managed("Mixed", allow("s3:GetObject", full("ListHITs")), to=[account.role("Mixed")])
    fix = only(grant_on_retired_service, account.context(as_of=CLOSED)).fix
    assert '-        "mechanicalturk:ListHITs"' in fix.split("\n")
    assert not any(line.startswith("-") and 's3:GetObject",' not in line and "s3" in line for line in fix.split("\n"))
